"""The force field that the sphere draws, of real runs, against sums in NumPy."""

import numpy as np
import pytest

import core
from app.views import VIEWS
from app.views.camera import HOME, project

from .conftest import columns_by_layer

SMALL = {"n": 12, "m": 30, "n_test": 0, "precision": "float64", "activation": "relu"}


def built(chosen, **knobs):
    """Return a run of an experiment, and the sphere with its first variation drawn."""
    setup = core.Experiment(**SMALL, **knobs).setup()
    view = VIEWS["sphere"]()
    view.chosen |= {"force": "1", **chosen}
    view.build(setup)
    return setup, view


def eta(setup, theta):
    """Return −Σ g_i relu(θ·x_i)/2α of the square or the logistic loss in NumPy."""
    problem, w = setup.problem, setup.simulation.frame.particles
    f = problem.scale / len(w) * np.maximum(problem.inputs @ w[:, :-1].T, 0.0) @ w[:, -1]
    y = problem.targets
    g = f - y if problem.loss == "square" else -y / (1.0 + np.exp(y * f))
    return -np.maximum(theta @ problem.inputs.T, 0.0) @ g / len(y) / (2 * problem.scale)


@pytest.mark.parametrize("loss", ["square", "logistic"])
def test_the_circle_has_the_force_at_its_directions(loss):
    setup, view = built(
        {}, data="teacher", d=2, bias=False, loss=loss, dynamics="gradient", scale=2.0,
        weight_decay=0.05,
    )  # fmt: skip
    shown = columns_by_layer(view)["eta"]
    angle = np.arctan2(shown["y"], shown["x"])
    expected = eta(setup, np.stack([np.cos(angle), np.sin(angle)], axis=1))
    np.testing.assert_allclose(shown["eta"], expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(shown["plus"], 0.05 - expected, rtol=1e-4, atol=1e-6)
    assert view.plots[0].figure.legend[0].items
    assert "η > λ" in view.note


def test_a_bias_is_drawn_upwards_and_the_force_with_it():
    setup, view = built({}, data="teacher", d=1, bias=True, loss="square", dynamics="gradient")
    shown = columns_by_layer(view)["eta"]
    angle = np.arctan2(shown["y"], shown["x"])
    theta = np.stack([np.sin(angle), np.cos(angle)], axis=1)  # the constant is input 0
    np.testing.assert_allclose(shown["eta"], eta(setup, theta), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("penalty", ["mass", "path"])
def test_on_the_plane_of_whole_neurons_it_is_their_first_variation(penalty):
    """F′(a, c) = c G(a)/α + λ V(a, c) on the unit circle."""
    setup, view = built(
        {}, data="teacher", d=1, bias=False, loss="square", dynamics="gradient",
        weight_decay=0.1, penalty=penalty,
    )  # fmt: skip
    shown = columns_by_layer(view)["eta"]
    angle = np.linspace(0.0, 2 * np.pi, 361)
    a, c = np.cos(angle), np.sin(angle)
    potential = -2.0 * eta(setup, a[:, None])
    penalised = 0.1 * (1.0 if penalty == "mass" else 2 * np.abs(a * c))
    np.testing.assert_allclose(shown["plus"], c * potential + penalised, rtol=1e-4, atol=1e-6)


def test_the_globe_shows_the_force_where_its_directions_are_seen():
    setup, view = built({}, data="teacher", d=3, bias=False, loss="square", dynamics="gradient")
    heat = columns_by_layer(view)["heat"]
    values = heat["eta"][0]
    rows = len(values)
    theta = np.random.default_rng(0).standard_normal((400, 3))
    theta /= np.linalg.norm(theta, axis=1, keepdims=True)
    seen = project(theta, *HOME)
    near = seen[:, 2] > 0.3
    cells = ((seen[near, :2] + 1.0) * rows / 2).astype(int)
    found, expected = values[cells[:, 1], cells[:, 0]], eta(setup, theta[near])
    np.testing.assert_allclose(found, expected, atol=0.12 * np.abs(expected).max())
    assert np.corrcoef(found, expected)[0, 1] > 0.99
    assert view.plots[0].tells  # a drag asks for another picture


def test_the_map_shows_all_directions_and_the_extremes_of_the_force():
    setup, view = built(
        {"form": "map"}, data="teacher", d=2, bias=True, loss="square", dynamics="gradient"
    )
    values = columns_by_layer(view)["heat"]["eta"][0]
    theta = np.random.default_rng(1).standard_normal((4000, 3))
    everywhere = eta(setup, theta / np.linalg.norm(theta, axis=1, keepdims=True))
    assert np.nanmax(values) == pytest.approx(everywhere.max(), rel=0.05)
    assert np.nanmin(values) == pytest.approx(everywhere.min(), rel=0.05, abs=1e-3)


def test_the_certificate_of_the_frame_comes_and_is_shown():
    setup, view = built(
        {}, data="teacher", d=2, bias=False, loss="square", dynamics="gradient", weight_decay=0.05
    )
    view._scene.background.join()
    simulation = setup.simulation
    view.update(view.compute(simulation.frame, simulation.history))
    text = view.plots[0].captions["verdict"].text
    level = simulation.observe("certificate").main / (2 * 0.05)
    assert f"max |η| = {level:.7g} λ" in text
    assert view.plots[0].captions["badge"].text == ""


def test_a_population_is_drawn_from_the_landscape_of_its_certificate():
    setup, view = built(
        {}, data="teacher", d=2, bias=False, loss="square", dynamics="gradient", population=True
    )
    assert np.isnan(columns_by_layer(view)["eta"]["eta"]).all()  # not known yet
    view._scene.background.join()
    view.update(view.compute(setup.simulation.frame, setup.simulation.history))
    shown = columns_by_layer(view)["eta"]
    # G(θ) = E[(f − f*) σ(θ·x)], x uniform on the circle: the mean over many angles
    angle = np.linspace(0.0, 2 * np.pi, 20_000, endpoint=False)
    x, w = np.stack([np.cos(angle), np.sin(angle)], axis=1), setup.simulation.frame.particles
    if setup.problem.law == "gaussian":
        x = x * np.sqrt(2.0)  # E|x|² of two coordinates
    error = setup.problem.predict(w, x) - setup.problem.target(x)
    around = np.arctan2(shown["y"], shown["x"])[:-1:20]
    theta = np.stack([np.cos(around), np.sin(around)], axis=1)
    expected = -(np.maximum(theta @ x.T, 0.0) @ error) / len(x) / 2
    np.testing.assert_allclose(shown["eta"][:-1:20], expected, atol=2e-3 * np.abs(expected).max())


def test_the_tangent_model_has_no_force_on_directions():
    _, view = built({}, data="teacher", d=2, bias=False, loss="square", dynamics="tangent")
    assert np.isnan(columns_by_layer(view)["eta"]["eta"]).all()
    assert "no force" in view.plots[0].captions["verdict"].text


def test_a_smooth_activation_has_no_such_option():
    setup = core.Experiment(n=10, m=20, n_test=0, activation="tanh").setup()
    view = VIEWS["sphere"]()
    view.chosen["force"] = "1"
    view.build(setup)
    assert "eta" not in view.plots[0].sources
    option = next(option for option in view.options if option.name == "force")
    assert not option.applies(view._scene)
