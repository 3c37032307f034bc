"""Every view builds for every kind of experiment, and its payloads fit its figures."""

from itertools import zip_longest

import numpy as np
import pytest
from bokeh.models import Axis, ColumnDataSource, HoverTool, PanTool

from app import theme
from app.views import VIEWS
from app.views.coordinates import choose
from app.views.placing import positions

from .conftest import columns_by_layer

DIMENSIONS = [(1, False), (2, False), (2, True), (3, False), (3, True), (4, True), (100, False)]


def test_the_registry_lists_the_views_in_the_order_of_the_page():
    names = ["paths", "sphere", "neuron", "predictor", "curves", "interaction", "regime"]
    assert list(VIEWS) == names


#: Paths and sphere look the same with labels, curves in every dimension.
KINDS = [
    *((name, *case, False) for name in ("paths", "sphere", "predictor") for case in DIMENSIONS),
    *(("predictor", *case, True) for case in DIMENSIONS[1:4]),
    *(("curves", 2, False, labels) for labels in (False, True)),
    *(("neuron", *case, True) for case in DIMENSIONS),
    *((name, *case, False) for name in ("interaction", "regime") for case in DIMENSIONS[:2]),
]


@pytest.mark.parametrize(("name", "dimension", "bias", "labels"), KINDS)
def test_every_experiment_has_a_figure(make_setup, name, dimension, bias, labels):
    setup = make_setup(dimension, bias, labels=labels)
    view = VIEWS[name]()
    view.build(setup)
    payload = view.compute(setup.simulation.frame, setup.simulation.history)
    sources = columns_by_layer(view)
    assert set(payload.columns) <= set(sources)
    for layer, columns in sources.items():
        lengths = {len(column) for column in columns.values()}
        assert len(lengths) == 1, layer
        assert columns.keys() >= set(payload.columns.get(layer, {}))
    for pane, plot in zip_longest(view._panes, view.plots):
        assert pane.object is (plot and plot.figure)
        assert pane.visible == (plot is not None)
    for plot in view.plots:
        assert plot.figure.output_backend == "canvas"
        assert plot.figure.sizing_mode == "stretch_both"
    assert f"wf-view-{name}" in view.panel.css_classes
    assert view.title and view.note


@pytest.mark.parametrize("name", list(VIEWS))
def test_numbers_travel_as_arrays_unless_they_are_few(make_setup, name):
    setup = make_setup(3, True, m=50)
    view = VIEWS[name]()
    view.build(setup)
    for plot in view.plots:
        for source in plot.sources.values():
            for column in source.data.values():
                assert len(column) <= 8 or column.dtype in ("float32", "float64", "int32")


#: Views whose figures look different in another dimension, or with labels.
CHANGING = ["paths", "sphere", "neuron", "predictor", "curves"]


@pytest.mark.parametrize("name", CHANGING)
def test_a_figure_is_kept_while_its_kind_stays(make_setup, name):
    view = VIEWS[name]()
    view.build(make_setup(2, True, m=20))
    plots, figures = view.plots, [plot.figure for plot in view.plots]
    view.build(make_setup(2, True, m=31, seed=1))
    assert view.plots is plots
    assert [plot.figure for plot in view.plots] == figures
    view.build(make_setup(3, True, m=20, labels=True))
    assert view.plots is not plots
    shown = [pane.object for pane in view._panes if pane.visible]
    assert shown == [plot.figure for plot in view.plots]


def test_a_new_run_forgets_the_limits_of_the_last(make_setup):
    view = VIEWS["paths"]()
    view.build(make_setup(2))
    first = view.plots[0].box
    view.plots[0].grow((-1e3, 1e3, -1e3, 1e3))
    assert view.plots[0].box[1] > 1e3
    runs = view.plots[0].limits.data["run"][0]
    view.build(make_setup(2))
    assert view.plots[0].box == first
    assert view.plots[0].limits.data["run"][0] == runs + 1


def test_limits_follow_a_growing_cloud(make_setup):
    setup = make_setup(3)
    view = VIEWS["paths"]()
    view.build(setup)
    frame = setup.simulation.frame
    frame.particles = 10 * frame.particles
    view.update(view.compute(frame, setup.simulation.history))
    assert view.plots[0].box[3] > np.linalg.norm(positions(frame.particles), axis=1).max()
    np.testing.assert_array_equal(view.plots[0].limits.data["x"], view.plots[0].box[:2])


def test_a_cloud_that_is_not_finite_moves_no_limit(make_setup):
    setup = make_setup(3)
    view = VIEWS["paths"]()
    view.build(setup)
    box = view.plots[0].box
    frame = setup.simulation.frame
    frame.particles = np.full_like(frame.particles, np.inf)
    view.update(view.compute(frame, setup.simulation.history))
    assert view.plots[0].box == box


@pytest.mark.parametrize(("dimension", "bias"), DIMENSIONS[1:])
def test_paths_show_the_weighted_input_weights(make_setup, dimension, bias):
    setup = make_setup(dimension, bias)
    view = VIEWS["paths"]()
    view.build(setup)
    shown = columns_by_layer(view)["particles"]
    drawn = choose(dimension, bias, setup.dataset.teacher)(
        positions(setup.simulation.frame.particles)
    )
    for i, axis in enumerate("xyz"[: drawn.shape[1]]):
        np.testing.assert_allclose(shown[axis], drawn[:, i], rtol=1e-6)
    np.testing.assert_array_equal(shown["c"], setup.simulation.frame.particles[:, -1])
    np.testing.assert_array_equal(shown["j"], np.arange(20))


def test_teacher_rays_start_at_the_origin(make_setup):
    setup = make_setup(2, teachers=3)
    view = VIEWS["paths"]()
    view.build(setup)
    rays = columns_by_layer(view)["rays"]["x"].reshape(3, 3)
    assert (rays[:, 0] == 0.0).all()
    np.testing.assert_allclose(rays[:, 1], positions(setup.dataset.teacher)[:, 0], rtol=1e-6)
    assert np.isnan(rays[:, 2]).all()


def test_all_particles_are_drawn_and_the_note_says_so(make_setup):
    for name in ("paths", "sphere"):
        view = VIEWS[name]()
        view.build(make_setup(2, m=2500))
        assert "All 2500 particles" in view.note
        assert len(columns_by_layer(view)["particles"]["j"]) == 2500


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("name", [name for name, kind in VIEWS.items() if kind.figures])
def test_dark_and_back_is_light_again(make_setup, name, dimension):
    view = VIEWS[name]()
    view.build(make_setup(dimension, labels=True))

    def colours():
        return [
            (axis.axis_label, axis.major_label_text_color)
            for plot in view.plots
            for axis in plot.figure.select({"type": Axis})
        ] + [
            renderer.glyph.properties_with_values(include_defaults=False)
            for plot in view.plots
            for renderer in plot.renderers.values()
        ]

    light = repr(colours())
    view.retheme(True)
    assert repr(colours()) != light
    view.retheme(False)
    assert repr(colours()) == light


def test_a_view_built_dark_is_dark(make_setup):
    view = VIEWS["paths"](dark=True)
    view.build(make_setup(2))
    mapper = view.plots[0].renderers["particles"].glyph.fill_color.transform
    assert mapper.palette == theme.signs(True)


def test_three_dimensions_turn_in_the_browser_alone(make_setup):
    view = VIEWS["paths"]()
    view.build(make_setup(3))
    plot = view.plots[0]
    assert not plot.figure.select({"type": PanTool})
    assert {"panstart", "pan", "reset"} <= set(plot.figure.js_event_callbacks)
    assert not plot.figure.subscribed_events
    assert not plot.figure.x_range.syncable and not plot.figure.y_range.syncable


@pytest.mark.parametrize("name", list(VIEWS))
def test_every_figure_has_tooltips_with_rounded_numbers(make_setup, name):
    view = VIEWS[name]()
    view.build(make_setup(2))
    for plot in view.plots:
        tools = list(plot.figure.select({"type": HoverTool}))
        assert tools
        for tool in tools:
            assert all("{" in text or text == "@j" for _, text in tool.tooltips)


def test_no_layer_keeps_a_column_that_is_never_fed(make_setup):
    for name, kind in VIEWS.items():
        view = kind()
        view.build(make_setup(3, labels=name == "curves"))
        for plot in view.plots:
            for source in plot.sources.values():
                assert isinstance(source, ColumnDataSource)
                assert "color" not in source.data
