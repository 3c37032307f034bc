"""Medians and ranges are those of NumPy; expected values stand where they belong."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from app.lessons.curves import box_of, curve_of, ends, marks, slopes, ticks
from app.lessons.study_figure import StudyFigure, tex
from core.studies import Number, Point, Reading


def power_law(arm, seeds=5, slope=-0.5):
    rng = np.random.default_rng(0)
    return {
        (arm, x, seed): 3.0 * x**slope * rng.uniform(0.8, 1.2)
        for x in (1.0, 10.0, 100.0)
        for seed in range(seeds)
    }


def number(how="median", low=0.5, high=2.0, x=10.0, arm="one"):
    return Number("it", Reading(how, arm, x), low, high, "theory", "1")


def test_a_curve_has_median_and_range_of_the_seeds():
    values = power_law("one") | {("two", 1.0, 0): 7.0}
    curve = curve_of(values, "one", log=True)
    for k, x in enumerate((1.0, 10.0, 100.0)):
        each = [value for (arm, at, _), value in values.items() if (arm, at) == ("one", x)]
        assert curve.x[k] == x and curve.y[k] == pytest.approx(np.median(each))
        assert (curve.low[k], curve.high[k], curve.seeds[k]) == (min(each), max(each), 5)


def test_what_has_no_place_on_the_axis_is_left_out():
    values = {("one", 1.0, 0): 0.0, ("one", 1.0, 1): 4.0, ("one", 2.0, 0): np.nan}
    assert list(curve_of(values, "one", log=True).y) == [4.0]
    assert list(curve_of(values, "one", log=False).y) == [2.0]
    assert len(curve_of({}, "one", log=True).x) == 0


@pytest.mark.parametrize("log", [False, True])
def test_the_box_shows_all_curves_and_marks(asking, log):
    axis = dataclasses.replace(asking.study.axis, log=log, log_quantity=log)
    study = asking.study.replace(axis=axis)
    curve = curve_of({("one", 3.0, 0): 5.0, ("one", 30.0, 0): 0.5}, "one", log)
    box = box_of(study, [curve], [number(low=0.0, high=40.0), number("slope")])
    assert box[0] < 3 and box[1] > 30 and box[2] < 0.5 and box[3] > 40
    assert (box[2] > 0) is log
    mark = marks(study, [number(low=-np.inf, high=4.0), number("slope")], box)
    assert mark["bottom"] == [box[2]] and mark["top"] == [4.0]
    assert mark["left"] < 10.0 < mark["right"]


def test_a_single_point_has_room_around_it(asking):
    low, high = ends(asking.study.replace(points=(Point(60000.0),)))
    assert low < 60000 < high


def test_points_too_near_to_each_other_are_not_both_named(asking):
    points = tuple(Point(float(x)) for x in (100, 105, 200, 10000))
    assert [words for _, words in ticks(asking.study.replace(points=points))] == [
        "100", "200", "10,000"
    ]  # fmt: skip


def test_the_line_of_a_slope_has_that_slope_and_goes_through_the_middle(asking):
    curve = curve_of(power_law("one", seeds=1), "one", log=True)
    line = slopes(asking.study, [number("slope", -1.5, -0.5), number()], {"one": curve})
    x, y = np.log(line["x"][:2]), np.log(line["y"][:2])
    assert (y[1] - y[0]) / (x[1] - x[0]) == pytest.approx(-1.0)
    assert y.mean() == pytest.approx(np.log(curve.y).mean())


def test_axis_labels_are_latex_as_a_whole_or_not_at_all():
    assert tex("step") == "step"
    assert tex("neurons $m$") == r"$$\text{neurons }m$$"


def test_the_figure_shows_values_as_they_come(asking):
    figure = StudyFigure()
    first = {("one", 3.0, 0): 2.0}
    figure.show(figure.ready(asking.study, asking.numbers, first))
    plot = figure.plot
    assert figure.panel.visible and list(plot.sources["median0"].data["y"]) == [2.0]
    figure.retheme(True)
    figure.show(figure.ready(asking.study, asking.numbers, first | {("two", 30.0, 0): 8.0}))
    assert figure.plot is plot and list(plot.sources["median1"].data["y"]) == [8.0]
    assert plot.sources["mark1"].data["told"] == ["8"] and plot.dark
    assert len(plot.sources["expected"].data["left"]) == 2
    assert plot.box[3] > 8
    figure.enlarge(1.4)
    assert plot.scale == 1.4
