"""Risk and margin: the whole run on logarithmic steps."""

import numpy as np
import pytest
from bokeh.models import LinearScale, LogScale

from app.views import VIEWS
from core import Experiment, PopulationProblem

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


def test_a_ceiling_hides_no_margin_that_is_still_negative():
    setup = Experiment(data="xor", m=6, n_test=0).setup()
    simulation = setup.simulation
    assert simulation.frame.margin < -0.01
    curves = VIEWS["curves"]()
    curves.build(setup)
    curves.set_ceiling(0.25)
    curves.update(curves.compute(simulation.frame, simulation.history))
    _, _, low, high = curves.plots[1].box
    assert low < simulation.frame.margin and high >= 0.25


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


def choosing(make_setup, labels=True, **chosen):
    """Return curves built with options, and their setup."""
    curves = VIEWS["curves"]()
    for option, value in chosen.items():
        curves.choose(option, value)
    setup = make_setup(2, labels=labels)
    curves.build(setup)
    return curves, setup


@pytest.mark.parametrize(("option", "plot"), [("risk", 0), ("other", 1)])
@pytest.mark.parametrize("scale", ["log", "linear"])
def test_every_axis_is_logarithmic_or_linear(make_setup, option, plot, scale):
    curves, _ = choosing(make_setup, labels=False, **{option: scale, "steps": scale})
    expected = {"log": LogScale, "linear": LinearScale}[scale]
    assert type(curves.plots[plot].figure.y_scale) is expected
    assert type(curves.plots[0].figure.x_scale) is type(curves.plots[1].figure.x_scale) is expected


def test_an_observable_is_drawn_where_it_is_recorded(make_setup):
    setup = make_setup(2, labels=True)
    recorded = setup.simulation.history.scalars()
    recorded["path_norm"] = np.array([1.0, np.nan, 2.0, np.nan, 3.0])
    setup.simulation.history.scalars = lambda: recorded
    curves = VIEWS["curves"]()
    curves.choose("quantity", "path_norm")
    curves.build(setup)
    drawn = layer(curves, "path_norm")
    np.testing.assert_array_equal(drawn["x"], np.array(STEPS)[[0, 2, 4]] + 1.0)
    np.testing.assert_array_equal(drawn["y"], [1.0, 2.0, 3.0])
    assert "P" in curves.plots[1].figure.yaxis[0].axis_label
    past = setup.simulation.history.frames[3]  # between two records
    curves.update(curves.compute(past, setup.simulation.history))
    assert layer(curves, "now-other")["y"].tolist() == [2.0]


def test_what_does_not_apply_gives_way_and_says_so(make_setup):
    curves, _ = choosing(make_setup, labels=False, quantity="path_margin")
    assert "mass" in curves.plots[1].sources
    assert "needs targets of ±1" in curves.note


def test_numbers_without_a_logarithm_are_left_out(make_setup):
    curves, setup = choosing(make_setup, quantity="margin", other="log")
    margins = np.array([past.margin for past in setup.simulation.history.frames])
    drawn = layer(curves, "margin")["y"]
    np.testing.assert_array_equal(np.isnan(drawn), margins <= 0.0)
    curves.set_ceiling(50.0)
    assert layer(curves, "ceiling")["y"].tolist() == [50.0, 50.0]
    assert curves.plots[1].box[2] > 0.0 and curves.plots[1].box[3] > 50.0


def test_by_path_norm_the_largest_margin_is_twice_as_large(make_setup):
    curves, _ = choosing(make_setup, quantity="path_margin")
    curves.set_ceiling(0.25)
    assert layer(curves, "ceiling")["y"].tolist() == [0.5, 0.5]


def test_other_quantities_have_no_largest_margin(make_setup):
    curves, _ = choosing(make_setup, quantity="total_mass")
    curves.set_ceiling(0.25)
    assert "ceiling" not in curves.plots[1].sources


def with_population(make_setup):
    setup = make_setup(2)
    teacher = setup.dataset.teacher
    setup.population = PopulationProblem(teacher, "relu", "gaussian")
    return setup


def test_the_risk_over_all_inputs_goes_with_the_run(make_setup):
    setup = with_population(make_setup)
    curves = VIEWS["curves"]()
    curves.build(setup)
    drawn = layer(curves, "population")
    frames = setup.simulation.history.frames
    np.testing.assert_array_equal(drawn["x"], np.array(STEPS) + 1.0)
    expected = [setup.population.risk(past.particles) for past in frames]
    np.testing.assert_allclose(drawn["y"], expected)
    later = frame(1000, 2 * setup.simulation.frame.particles)
    curves.update(curves.compute(later, setup.simulation.history))
    assert layer(curves, "population")["x"][-1] == 1001.0


def test_the_risk_over_all_inputs_can_be_left_out(make_setup):
    curves = VIEWS["curves"]()
    curves.choose("population", "0")
    curves.build(with_population(make_setup))
    assert "population" not in curves.plots[0].sources


def test_a_dear_risk_over_all_inputs_is_not_drawn(make_setup):
    setup = with_population(make_setup)
    few = setup.simulation.frame.particles
    setup.simulation.frame.particles = np.tile(few, (200, 1))
    curves = VIEWS["curves"]()
    curves.build(setup)
    assert "population" not in curves.plots[0].sources
