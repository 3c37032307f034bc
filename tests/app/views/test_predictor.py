"""The predictor: a curve over one input, a map over two, a slice of more."""

import numpy as np
import pytest
from bokeh.models.annotations import ColorBar

from app.views import VIEWS

from .conftest import columns_by_layer


@pytest.mark.parametrize(("dimension", "bias"), [(1, False), (2, True)])
def test_over_one_input_the_predictor_is_a_curve_beside_its_teacher(make_setup, dimension, bias):
    setup = make_setup(dimension, bias)
    view = VIEWS["predictor"]()
    view.build(setup)
    layers = columns_by_layer(view)
    x = layers["f"]["x"]
    inputs = np.stack([np.ones_like(x), x], axis=1) if bias else x[:, None]
    particles = setup.simulation.frame.particles
    np.testing.assert_allclose(layers["f"]["y"], setup.problem.predict(particles, inputs))
    teacher = setup.problem.predict(setup.dataset.teacher, inputs)
    np.testing.assert_allclose(layers["teacher"]["y"], teacher)
    data = setup.dataset.inputs[:, -1]
    np.testing.assert_allclose(layers["data"]["x"], data, rtol=1e-6)
    np.testing.assert_allclose(layers["data"]["y"], setup.dataset.targets, rtol=1e-6)
    assert x[0] < data.min() and x[-1] > data.max()


def test_over_one_input_other_runs_are_drawn_over_the_first(make_setup):
    setup, biased, wide = make_setup(1), make_setup(2, True, seed=3), make_setup(2, seed=4)
    view = VIEWS["predictor"]()
    view.arms = ("B", "C")
    view.beside = {
        name: (other.simulation.frame, other.simulation.history, other)
        for name, other in {"B": biased, "C": wide}.items()
    }
    view.build(setup)
    layers = columns_by_layer(view)
    x = layers["f-B"]["x"]
    np.testing.assert_array_equal(x, layers["f"]["x"])
    inputs = np.stack([np.ones_like(x), x], axis=1)
    expected = biased.problem.predict(biased.simulation.frame.particles, inputs)
    np.testing.assert_allclose(layers["f-B"]["y"], expected)
    assert len(layers["f-C"]["x"]) == 0  # takes two inputs
    dashes = {name: str(view.plots[0].renderers[name].glyph.line_dash) for name in layers
              if name.startswith("f")}  # fmt: skip
    assert len(set(dashes.values())) == 3


def test_labels_are_told_apart_by_marker_as_well_as_colour(make_setup):
    view = VIEWS["predictor"]()
    setup = make_setup(2, labels=True)
    view.build(setup)
    renderers = view.plots[0].renderers
    markers = {str(renderers[layer].glyph.marker) for layer in ("data+", "data-")}
    assert len(markers) == 2
    layers = columns_by_layer(view)
    positive = setup.dataset.inputs[setup.dataset.targets > 0]
    np.testing.assert_allclose(layers["data+"]["x"], positive[:, 0], rtol=1e-6)


def test_a_slice_says_so(make_setup):
    view = VIEWS["predictor"]()
    view.build(make_setup(100))
    assert "98 at 0" in view.note


def test_colours_end_at_the_largest_target_without_a_new_figure(make_setup):
    view = VIEWS["predictor"]()
    for seed in (0, 1):
        setup = make_setup(2, seed=seed)
        view.build(setup)
        figure = view.plots[0].figure
        top = np.abs(setup.dataset.targets).max()
        bar = figure.select_one(ColorBar).color_mapper
        points = view.plots[0].renderers["data"].glyph.fill_color.transform
        assert (bar.low, bar.high) == (points.low, points.high) == (-top, top)
    assert view.plots[0].figure is figure
