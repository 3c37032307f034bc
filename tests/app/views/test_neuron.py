"""The neuron inspector: numbers against the run itself, marks against the weights."""

import numpy as np
import pytest

from app.gallery import Gallery
from app.views import VIEWS
from app.views.anatomy import dissect
from app.views.card import card, formula
from core import (
    ConicDescent,
    GradientDescent,
    HiddenLayerDescent,
    OutputLayerDescent,
    PopulationProblem,
    Problem,
    Simulation,
    SoftminAscent,
    TangentFlow,
)

from .conftest import columns_by_layer

RNG = np.random.default_rng(2)
INPUTS, CLOUD = RNG.standard_normal((9, 3)), RNG.standard_normal((7, 4))
TARGETS = np.where(np.arange(9) % 2 == 0, 1.0, -1.0)
STEP = 1e-5
J = 4

DYNAMICS = [
    GradientDescent(stepsize=STEP),
    SoftminAscent(stepsize=STEP, schedule="constant"),
    OutputLayerDescent(stepsize=STEP),
    HiddenLayerDescent(stepsize=STEP),
    TangentFlow(stepsize=STEP),
    ConicDescent(stepsize=STEP, radial=0.5, angular=2.0),
]


def taken_apart(simulation):
    frame = simulation.frame
    return dissect(simulation, frame.particles, J, frame.total_mass)


@pytest.mark.parametrize("dynamics", DYNAMICS, ids=lambda dynamics: dynamics.name)
def test_the_velocity_is_what_a_step_does(dynamics):
    problem = Problem(INPUTS, TARGETS, "relu", "logistic", scale=2.0, weight_decay=0.05)
    run = Simulation(problem, dynamics, CLOUD)
    neuron = taken_apart(run)
    moved = (run.advance(1).particles[J] - CLOUD[J]) / STEP
    np.testing.assert_allclose(neuron.velocity, moved, rtol=2e-4, atol=1e-6)
    unit = CLOUD[J] / np.linalg.norm(CLOUD[J])
    assert neuron.radial == pytest.approx(moved @ unit, rel=2e-4, abs=1e-6)
    across = moved - (moved @ unit) * unit
    assert neuron.angular == pytest.approx(np.linalg.norm(across), rel=2e-4)


def test_the_velocity_over_all_inputs():
    problem = PopulationProblem(RNG.standard_normal((2, 4)))
    run = Simulation(problem, GradientDescent(stepsize=STEP), CLOUD)
    neuron = taken_apart(run)
    moved = (run.advance(1).particles[J] - CLOUD[J]) / STEP
    np.testing.assert_allclose(neuron.velocity, moved, rtol=2e-4, atol=1e-6)
    assert "no samples" in card(neuron, False, 1.0, "relu", None)


def test_mass_and_active_points():
    problem = Problem(INPUTS, TARGETS, "relu")
    neuron = taken_apart(Simulation(problem, GradientDescent(), CLOUD))
    assert neuron.mass == pytest.approx((CLOUD[J] ** 2).sum() / 7)
    assert neuron.share == pytest.approx((CLOUD[J] ** 2).sum() / (CLOUD**2).sum())
    np.testing.assert_array_equal(neuron.active, [a @ CLOUD[J, :-1] > 0 for a in INPUTS])
    text = card(neuron, True, 1.0, "relu", TARGETS)
    up = sum(1 for a, y in zip(INPUTS, TARGETS, strict=True) if a @ CLOUD[J, :-1] > 0 and y > 0)
    assert f"{neuron.active.sum()} of 9 points: {up} of +1" in text
    assert f"{neuron.mass:.4g}" in text and f"a₀ = {CLOUD[J, 0]:.4f}" in text


def test_the_formula_holds_the_numbers():
    neuron = taken_apart(Simulation(Problem(INPUTS, TARGETS), GradientDescent(), CLOUD))
    text = formula(neuron, True, 2.0, "relu")
    assert r"\tfrac{2}{7}" in text and f"{CLOUD[J, -1]:.3f}" in text
    for k, value in enumerate(CLOUD[J, 1:-1]):
        assert f"{value:+.3f}\\,x_{{{k + 1}}}".removeprefix("+") in text
    assert f"{CLOUD[J, 0]:+.3f}" in text


def test_a_neuron_at_rest_at_the_origin_has_no_direction():
    cloud = CLOUD.copy()
    cloud[J] = 0.0
    neuron = taken_apart(Simulation(Problem(INPUTS, TARGETS), GradientDescent(), cloud))
    assert np.isnan(neuron.radial) and np.isnan(neuron.angular)
    assert "nan" in card(neuron, False, 1.0, "relu", None)


def inspecting(make_setup, dimension, bias, j=3, labels=True):
    setup = make_setup(dimension, bias, labels=labels)
    view = VIEWS["neuron"]()
    view.select(j)
    view.build(setup)
    return setup, view


def test_without_a_neuron_it_says_what_to_do(make_setup):
    _, view = inspecting(make_setup, 2, False, j=None)
    assert "Click a neuron" in view._div.text
    _, view = inspecting(make_setup, 2, False, j=1000)  # there are 20
    assert "Click a neuron" in view._div.text


@pytest.mark.parametrize(("dimension", "bias"), [(1, False), (2, True), (2, False), (3, True)])
def test_points_that_it_sees_are_marked(make_setup, dimension, bias):
    setup, view = inspecting(make_setup, dimension, bias)
    layers = columns_by_layer(view)
    inputs, targets = setup.dataset.inputs, setup.dataset.targets
    seen = inputs @ setup.simulation.frame.particles[3, :-1] > 0
    for sign, rows in (("+", targets > 0), ("-", targets < 0)):
        for layer, group in (("active", rows & seen), ("rest", rows & ~seen)):
            expected = inputs[group][:, int(bias)]
            np.testing.assert_allclose(layers[f"{layer}{sign}"]["x"], expected, rtol=1e-6)


@pytest.mark.parametrize(("dimension", "bias"), [(2, False), (3, True), (2, True)])
def test_the_hyperplane_bounds_the_side_it_sees(make_setup, dimension, bias):
    setup, view = inspecting(make_setup, dimension, bias)
    layers, a = columns_by_layer(view), setup.simulation.frame.particles[3, :-1].astype(float)
    d = dimension - bias

    def pre_activation(x, y):
        inputs = np.stack([x, y], axis=1)[:, :d]
        return inputs @ a[int(bias) :] + (a[0] if bias else 0.0)

    line = layers["line"]
    on = pre_activation(line["x"][:2], line["y"][:2])
    np.testing.assert_allclose(on, 0.0, atol=1e-4)
    side = view.plots[0].sources["side"].data
    corners = pre_activation(*(np.asarray(side[axis][0][0][0]) for axis in ("xs", "ys")))
    assert (corners > -1e-9).all() and (corners[2:] > 1.0).all()


def test_a_picked_particle_is_marked_in_every_figure_and_inspected(make_setup):
    gallery = Gallery(refresh=lambda: None)
    setup = make_setup(2, m=20)
    gallery.build(setup, gallery.ready(setup))
    shown = []
    gallery.on_change(lambda: shown.append(gallery.layout.figures))
    paths, sphere = (
        gallery.views[name].plots[0].sources["particles"] for name in ("paths", "sphere")
    )
    paths.selected.indices = [7]  # as a click does
    assert sphere.selected.indices == [7]
    assert gallery.views["neuron"].inspected == 7
    assert "neuron" in shown[-1]
    sphere.selected.indices = []
    assert paths.selected.indices == []
    assert gallery.views["neuron"].inspected is None


def test_the_ring_is_drawn_by_the_browser(make_setup):
    view = VIEWS["paths"]()
    view.build(make_setup(3))
    renderer = view.plots[0].renderers["particles"]
    ring, glyph = renderer.selection_glyph, renderer.glyph
    assert ring.line_width > 2.0 and ring.line_alpha == 1.0
    assert (ring.x, ring.y) == (glyph.x, glyph.y)  # it turns with the camera
    light = ring.line_color
    view.retheme(True)
    assert ring.line_color != light


def test_the_mark_outlives_another_figure(make_setup):
    gallery = Gallery(refresh=lambda: None)
    gallery.pick(5)
    for dimension in (2, 3):
        setup = make_setup(dimension)
        gallery.build(setup, gallery.ready(setup))
        source = gallery.views["paths"].plots[0].sources["particles"]
        assert source.selected.indices == [5]
