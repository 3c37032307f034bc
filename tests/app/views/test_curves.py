"""Risk and margin: the whole run on logarithmic steps."""

import numpy as np
import pytest
from bokeh.models import LogScale

from app.views import VIEWS

from .conftest import STEPS, frame


@pytest.fixture
def view(make_setup):
    """Return the curves of a run with labels, and its setup."""
    curves = VIEWS["curves"]()
    setup = make_setup(2, labels=True)
    curves.build(setup)
    return curves, setup


def layer(curves, name):
    for plot in curves.plots:
        if name in plot.sources:
            return {k: np.asarray(v) for k, v in plot.sources[name].data.items()}
    raise KeyError(name)


def test_step_zero_is_drawn_at_one(view):
    curves, _ = view
    train = layer(curves, "train")
    np.testing.assert_array_equal(train["x"], np.array(STEPS) + 1.0)
    np.testing.assert_allclose(train["y"], 1.0 / (np.array(STEPS) + 1.0))
    assert isinstance(curves.plots[0].figure.x_scale, LogScale)
    assert isinstance(curves.plots[0].figure.y_scale, LogScale)


def test_curves_end_at_the_present(view):
    curves, setup = view
    now = frame(77, setup.simulation.frame.particles)
    curves.update(curves.compute(now, setup.simulation.history))
    assert layer(curves, "train")["x"][-1] == 78.0
    assert layer(curves, "now-risk")["x"].tolist() == [78.0]
    assert layer(curves, "now-other")["y"].tolist() == [now.margin]


def test_a_look_back_keeps_the_curve_and_moves_the_mark(view):
    curves, setup = view
    past = setup.simulation.history.frames[1]
    curves.update(curves.compute(past, setup.simulation.history))
    assert layer(curves, "train")["x"][-1] == STEPS[-1] + 1.0
    assert layer(curves, "now-risk")["x"].tolist() == [past.step + 1.0]


def test_a_risk_of_zero_has_no_place_on_a_logarithmic_axis(view):
    curves, setup = view
    now = frame(99, setup.simulation.frame.particles, risk=0.0)
    curves.update(curves.compute(now, setup.simulation.history))
    assert np.isnan(layer(curves, "train")["y"][-1])
    assert curves.plots[0].box[2] > 0.0


def test_limits_hold_the_curves(view):
    curves, setup = view
    now = frame(10**6, setup.simulation.frame.particles, risk=1e-9)
    curves.update(curves.compute(now, setup.simulation.history))
    _, right, low, _ = curves.plots[0].box
    assert right > 1e6 + 1
    assert low < 1e-9


@pytest.mark.parametrize("tests", [0, 5])
def test_the_test_risk_is_there_if_there_are_tests(make_setup, tests):
    curves = VIEWS["curves"]()
    curves.build(make_setup(2, tests=tests))
    assert ("test" in curves.plots[0].sources) == (tests > 0)


@pytest.mark.parametrize("labels", [False, True])
def test_without_labels_the_mass_takes_the_margins_place(make_setup, labels):
    curves = VIEWS["curves"]()
    curves.build(make_setup(2, labels=labels))
    assert ("margin" in curves.plots[1].sources) == labels
    assert ("mass" in curves.plots[1].sources) != labels


def test_the_ceiling_is_a_level_line_until_the_next_run(view):
    curves, setup = view
    assert len(layer(curves, "ceiling")["x"]) == 0
    curves.set_ceiling(0.25)
    assert layer(curves, "ceiling")["y"].tolist() == [0.25, 0.25]
    assert curves.plots[1].box[3] > 0.25
    curves.set_ceiling(None)
    assert len(layer(curves, "ceiling")["x"]) == 0
    curves.set_ceiling(0.25)
    curves.build(setup)
    assert len(layer(curves, "ceiling")["x"]) == 0


def test_a_ceiling_without_labels_is_ignored(make_setup):
    curves = VIEWS["curves"]()
    curves.set_ceiling(0.5)
    curves.build(make_setup(2, labels=False))
    curves.set_ceiling(0.5)
    assert "ceiling" not in curves.plots[1].sources


def test_the_margin_axis_turns_to_the_positive_part_once_there_is_one(make_setup):
    setup = make_setup(2, labels=True)
    history = setup.simulation.history
    for i, past in enumerate(history.frames):
        past.margin = -100.0 + i
    curves = VIEWS["curves"]()
    curves.build(setup)
    assert curves.plots[1].box[2] <= -100.0
    now = frame(99, setup.simulation.frame.particles, margin=0.01)
    curves.update(curves.compute(now, history))
    _, _, low, high = curves.plots[1].box
    assert -0.01 < low < 0.0 < 0.01 < high < 0.02
    # from here on the limits grow upwards alone
    later = frame(999, setup.simulation.frame.particles, margin=0.05)
    curves.update(curves.compute(later, history))
    assert curves.plots[1].box[2] == low
    assert curves.plots[1].box[3] > 0.05
