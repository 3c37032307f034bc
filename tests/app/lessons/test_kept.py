"""What is kept of a scene is found again, and what it takes is told roughly."""

from __future__ import annotations

import dataclasses

import pytest

from app.lessons.effort import effort, words
from app.lessons.kept import FULL, QUICK, look_up, outlook, size_of
from core.studies import Store, carry_out


def test_nothing_is_kept_at_first(asking, tmp_path):
    found = outlook(asking, Store(tmp_path), workers=2)
    assert found.kept.size == QUICK and not found.kept.values and not found.kept.whole
    assert found.seconds == {QUICK: 0.0, FULL: 0.0}  # nothing but starts


def test_quick_values_are_found_then_full_ones(asking, tmp_path):
    store = Store(tmp_path)
    quick = carry_out(asking.quick, store).values
    kept = outlook(asking, store, workers=2).kept
    assert (kept.size, kept.whole, kept.values) == (QUICK, True, quick)
    assert look_up(asking, FULL, store).whole is False
    full = carry_out(asking.study, store).values
    kept = outlook(asking, store, workers=2).kept
    assert (kept.size, kept.values, kept.total) == (FULL, full, 8)


def test_a_study_has_as_many_values_as_cells(asking):
    assert size_of(asking.study) == len(list(asking.study.cells())) == 8


def test_effort_counts_the_steps_of_a_run_once_whatever_is_measured_of_it(asking):
    longer = dataclasses.replace(
        asking.study,
        spec=dataclasses.replace(asking.study.spec, steps=100),
        points=asking.study.points[:1],
    )
    once = effort(longer.cells())
    point = longer.points[0]
    spec = dataclasses.replace(point.spec, steps=50)
    both = dataclasses.replace(longer, points=(point, dataclasses.replace(point, x=4, spec=spec)))
    assert effort(both.cells()) == pytest.approx(once) and once > 0
    twice = dataclasses.replace(longer, seeds=(0, 1, 2, 3))
    assert effort(twice.cells()) == pytest.approx(2 * once)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.1, "a few seconds"), (7.2, "about 7 s"), (33, "about 35 s"), (300, "about 5 min"),
     (1500, "about 25 min")],
)  # fmt: skip
def test_times_are_told_roughly(seconds, said):
    assert words(seconds) == said
