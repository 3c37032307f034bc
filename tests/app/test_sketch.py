"""Drawn points: what gestures do to the table, and that undo restores it after any edits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import sketch
from app.sketch import Edits, Gesture, Tool
from core import Experiment
from core.datasets import from_arrays, from_text
from core.experiment.points import MOST_CHARACTERS

PLANE, LINE, REAL_LINE = Tool(False, True, 1.0), Tool(True, True), Tool(True, False)
numbers = st.floats(-5, 5)
tables = st.lists(st.tuples(numbers, numbers, st.sampled_from([-1.0, 1.0])), max_size=12).map(tuple)


def gesture(x, y, kind="click", reach=0.1, unit=0.01):
    return Gesture(kind, (x, y), (reach, 2 * reach), (unit, unit))


@given(
    start=tables,
    edits=st.lists(
        st.tuples(st.sampled_from(["click", "erase", "carry", "clear"]), numbers, numbers),
        max_size=30,
    ),
)
def test_undo_after_any_edits_restores_every_table_and_redo_the_last(start, edits):
    history, seen = Edits(start), [start]
    for kind, x, y in edits:
        table, at = history.table, gesture(x, y)
        if kind == "click":
            table = sketch.clicked(table, at, PLANE)
        elif kind == "erase":
            table = sketch.erased(table, at)
        elif kind == "carry" and table:
            table = sketch.carried(table, len(table) // 2, at, PLANE)
        elif kind == "clear":
            table = ()
        history.do(table)
        if table != seen[-1]:
            seen.append(table)
    for before in reversed(range(len(seen))):
        assert history.table == seen[before]
        assert history.can_undo == (before > 0)
        history.undo()
    assert history.table == start
    for expected in seen[1:]:
        assert history.can_redo
        history.redo()
        assert history.table == expected
    history.redo()
    assert history.table == seen[-1] and not history.can_redo


def test_a_change_after_undo_forgets_what_was_undone():
    history = Edits()
    for k in range(3):
        history.do(((float(k), 0.0, 1.0),))
    history.undo()
    history.do(((9.0, 9.0, 1.0),))
    assert not history.can_redo
    history.undo()
    assert history.table == ((1.0, 0.0, 1.0),)


def test_the_history_is_bounded_and_keeps_the_last_changes():
    history = Edits()
    for k in range(sketch.MOST_CHANGES + 50):
        history.do(((float(k), 0.0),))
    count = 0
    while history.can_undo:
        history.undo()
        count += 1
    assert count == sketch.MOST_CHANGES and history.table == ((49.0, 0.0),)


@given(table=tables, at=st.tuples(numbers, numbers))
def test_the_nearest_point_is_that_of_the_least_distance_within_reach(table, at):
    found = sketch.nearest(table, at, (0.5, 1.0))
    distances = [math.dist((2 * p[0], p[1]), (2 * at[0], at[1])) for p in table]
    if found is None:
        assert all(distance > 1 - 1e-12 for distance in distances)
    else:
        assert distances[found] == min(distances) <= 1 + 1e-12


def test_a_click_adds_relabels_and_erases():
    one = sketch.clicked((), gesture(0.1234, -0.5678), PLANE)
    assert one == ((0.12, -0.57, 1.0),)
    assert sketch.clicked(one, gesture(0.15, -0.5), Tool(False, True, -1.0)) == ((0.12, -0.57, -1),)
    assert len(sketch.clicked(one, gesture(0.3, -0.57), PLANE)) == 2
    eraser = Tool(False, True, erases=True)
    assert sketch.clicked(one, gesture(0.15, -0.5), eraser) == ()
    assert (
        sketch.clicked(one, gesture(0.5, 0.5), eraser) == one == sketch.erased(one, gesture(1, 1))
    )


def test_over_a_line_the_height_is_the_target_or_its_sign_the_label():
    assert sketch.clicked((), gesture(0.3, 0.26), REAL_LINE) == ((0.3, 0.26),)
    assert sketch.clicked((), gesture(0.3, 0.26), LINE) == ((0.3, 1.0),)
    assert sketch.clicked((), gesture(0.3, -0.02), LINE) == ((0.3, -1.0),)
    point = ((0.3, 1.0),)
    assert sketch.clicked(point, gesture(0.31, 1.0), LINE) == point
    assert sketch.carried(point, 0, gesture(0.7, -0.4), LINE) == ((0.7, -1.0),)
    assert sketch.carried(point, 0, gesture(0.7, -0.4), REAL_LINE) == ((0.7, -0.4),)


def test_a_carried_point_keeps_its_target_and_its_place_in_the_table():
    table = ((0.0, 0.0, 1.0), (1.0, 1.0, -1.0), (2.0, 2.0, 1.0))
    assert sketch.carried(table, 1, gesture(-3.0, 0.5), PLANE) == (
        table[0], (-3.0, 0.5, -1.0), table[2],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [(1.23456, 0.004, 1.235), (1.23456, 0.01, 1.23), (173.0, 30.0, 170.0), (-0.0001, 0.01, 0.0)],
)
def test_numbers_are_rounded_to_what_a_pixel_tells(value, unit, expected):
    found = sketch.rounded(value, unit)
    assert found == expected and math.copysign(1, found) == math.copysign(1, expected)
    assert abs(found - value) <= 5 * unit


@given(table=tables.filter(len))
def test_the_text_of_a_table_is_read_back_exactly(table):
    dataset = from_text(sketch.text_of(table), bias=True)
    assert sketch.table_of(dataset) == table


@pytest.mark.parametrize("knobs", [{}, {"data": "blobs", "d": 1}, {"data": "spiral", "n": 700}])
def test_a_copy_to_draw_on_is_the_data_but_for_their_last_digits(knobs):
    dataset = Experiment(n_test=0, **knobs).dataset()
    copy, exact = np.array(sketch.copy_of(dataset)), np.array(sketch.table_of(dataset))
    np.testing.assert_allclose(copy, exact, atol=0.01 * np.abs(exact).max())
    if dataset.labels:
        np.testing.assert_array_equal(copy[:, -1], exact[:, -1])
    assert (copy != exact).any()


def test_of_more_points_than_the_address_holds_the_first_ones_are_copied():
    dataset = Experiment(n=5000, n_test=0).dataset()
    copy = sketch.copy_of(dataset)
    assert 500 < len(copy) < 5000
    assert 0.9 * MOST_CHARACTERS < len(sketch.text_of(copy)) <= MOST_CHARACTERS
    few = from_arrays(dataset.inputs[: len(copy), 1:], dataset.targets[: len(copy)], bias=False)
    np.testing.assert_allclose(copy, sketch.table_of(few), atol=0.01)
