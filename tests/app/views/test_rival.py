"""What stands beside the network: tangent model and kernel predictors, against plain NumPy."""

import math

import numpy as np
import pytest

from app.views import VIEWS
from app.views.rival import find_rival
from core import GradientDescent, Problem, Simulation, SoftminAscent, TangentFlow

from .conftest import columns_by_layer

RNG = np.random.default_rng(3)
INPUTS = RNG.standard_normal((8, 3))
CLOUD = RNG.standard_normal((40, 4))
ELSEWHERE = RNG.standard_normal((5, 3))


def run(targets, loss="square", dynamics=None):
    problem = Problem(INPUTS, targets, "relu", loss)
    return Simulation(problem, dynamics or GradientDescent(stepsize=0.01), CLOUD)


def features(inputs):
    """Return the gradient of f in all weights, scaled so that the kernel is the mean over m."""
    u = inputs @ CLOUD[:, :-1].T
    hidden = CLOUD[:, -1:] * (u.T > 0)
    slopes = [hidden[:, :, None] * inputs, np.maximum(u.T, 0)[:, :, None]]
    return np.concatenate(slopes, axis=2).transpose(1, 0, 2).reshape(len(inputs), -1) / math.sqrt(
        40
    )


@pytest.mark.parametrize("choice", ["tangent", "output"])
def test_ridgeless_regression_is_the_least_change_that_fits(choice):
    simulation = run(RNG.standard_normal(8))
    found, _ = find_rival(choice, simulation)
    found.place(ELSEWHERE)
    start = simulation.problem.predict(CLOUD) if choice == "tangent" else np.zeros(8)
    inside, outside = features(INPUTS), features(ELSEWHERE)
    if choice == "output":
        inside, outside = inside[:, 3::4], outside[:, 3::4]
    weights = np.linalg.lstsq(inside, simulation.problem.targets - start, rcond=None)[0]
    base = simulation.problem.predict(CLOUD, ELSEWHERE) if choice == "tangent" else 0.0
    np.testing.assert_allclose(found.values(0.0), base + outside @ weights, rtol=1e-6)


def test_the_tangent_model_keeps_the_time_of_the_run():
    simulation = run(RNG.standard_normal(8))
    found, _ = find_rival("flow", simulation)
    found.place(ELSEWHERE)
    np.testing.assert_allclose(found.values(0.0), simulation.problem.predict(CLOUD, ELSEWHERE))
    twin = run(simulation.problem.targets, dynamics=TangentFlow(stepsize=1e-3))
    frame = twin.advance(1000)
    expected = twin.problem.predict(frame.particles, ELSEWHERE)
    np.testing.assert_allclose(found.values(frame.time), expected, atol=2e-3)
    assert np.abs(found.values(0.0) - expected).max() > 0.1


@pytest.mark.parametrize("about", [{"loss": "logistic"}, {"dynamics": SoftminAscent(stepsize=0.1)}])
def test_labels_are_kept_apart_by_the_largest_margin(about):
    targets = np.where(np.arange(8) % 2 == 0, 1.0, -1.0)
    found, _ = find_rival("tangent", run(targets, **about))
    found.place(INPUTS)
    margins = targets * found.values(0.0)
    assert margins.min() == pytest.approx(1.0, abs=1e-6)
    # the size of the function is the least: that of any other that keeps the margin is larger
    v = found.coefficients(0.0)
    gram = features(INPUTS) @ features(INPUTS).T
    interpolant = np.linalg.solve(gram, targets)
    assert v @ gram @ v <= targets @ interpolant * (1 + 1e-9)


@pytest.mark.parametrize(
    ("choice", "loss", "reason"),
    [("flow", "logistic", "square loss"), ("tangent", "logistic", "cannot separate")],
)
def test_why_there_is_none_is_said(choice, loss, reason):
    inputs = np.ones((4, 3))  # the same point with both labels
    problem = Problem(inputs, [1.0, -1.0, 1.0, -1.0], "relu", loss)
    simulation = Simulation(problem, GradientDescent(), CLOUD)
    found, why_not = find_rival(choice, simulation)
    assert found is None and reason in why_not


@pytest.mark.parametrize("choice", ["flow", "tangent", "output"])
def test_a_second_map_stands_beside_the_network(make_setup, choice):
    setup = make_setup(2, True)
    view = VIEWS["predictor"]()
    view.choose("beside", choice)
    view.build(make_setup(3, True))
    assert len(view.plots) == 2 and view._panes[1].visible
    layers = columns_by_layer(view)
    assert layers["beside-image"]["image"][0].shape == layers["image"]["image"][0].shape
    view.choose("beside", "none")
    view.build(make_setup(3, True))
    assert len(view.plots) == 1 and not view._panes[1].visible
    view.choose("beside", choice)
    view.build(setup)  # one input: a second line
    assert len(view.plots) == 1
    assert "rival" in columns_by_layer(view)


def test_test_points_differ_from_training_points(make_setup):
    setup = make_setup(2, labels=True, tests=5)
    view = VIEWS["predictor"]()
    view.choose("test", "1")
    view.build(setup)
    layers, renderers = columns_by_layer(view), view.plots[0].renderers
    positive = setup.dataset.test_inputs[setup.dataset.test_targets > 0]
    np.testing.assert_allclose(layers["test+"]["x"], positive[:, 0], rtol=1e-6)
    for sign in "+-":
        assert renderers[f"test{sign}"].glyph.marker != renderers[f"data{sign}"].glyph.marker
