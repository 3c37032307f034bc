"""Carrying studies out: the values, the progress, cancelling, and what goes wrong."""

import threading
import time

import numpy as np
import pytest

from core import Experiment
from core.studies import (
    Arm,
    CancelledError,
    Number,
    Point,
    Reading,
    Spec,
    Store,
    carry_out,
    judge,
)  # fmt: skip


@pytest.fixture
def setups(monkeypatch):
    """Count the runs that are set up."""
    made, setup = [], Experiment.setup
    monkeypatch.setattr(
        Experiment, "setup", lambda self: made.append(self.to_dict()) or setup(self)
    )
    return made


def test_values_are_those_of_runs_made_by_hand(make_study):
    study = make_study(arms=(Arm("slow", Spec({"stepsize": 0.1})), Arm("fast")))
    found = carry_out(study)
    for cell in study.cells():
        frame = Experiment(**cell.knobs).simulation().advance(30)
        assert found.values[cell.arm, cell.x, cell.seed] == frame.risk
    assert len(found.values) == 8
    assert found.seconds > 0 and (found.done, found.total, found.kept) == (240, 240, 0)


def test_cells_of_one_run_share_it(make_study, setups):
    points = [Point(float(steps), Spec(steps=steps)) for steps in (40, 10, 25)]
    arms = (Arm("risk"), Arm("mass", Spec(quantity="total_mass")))
    found = carry_out(make_study(points=points, arms=arms, seeds=(0,)), workers=2)
    assert len(setups) == 1 and found.total == 40
    simulation = Experiment(**setups[0]).simulation()
    for steps in (10, 25, 40):
        frame = simulation.advance(steps - simulation.step)
        assert found.values["risk", float(steps), 0] == frame.risk
        assert found.values["mass", float(steps), 0] == frame.total_mass


def test_progress_never_falls_and_ends_at_one(make_study):
    shares, counts = [], []

    def note(progress):
        shares.append(progress.share)
        counts.append(len(progress.values))

    carry_out(make_study(steps=2000, seeds=range(4)), on_change=note, workers=2)
    assert shares[0] == 0.0 and shares[-1] == 1.0
    assert (np.diff(shares) >= 0).all() and (np.diff(counts) >= 0).all()
    assert counts[-1] == 8 and max(np.diff(counts)) == 1


def test_cancelling_takes_less_than_a_second_and_keeps_what_was_measured(make_study, tmp_path):
    points = (Point(1.0, Spec(steps=5)), Point(2.0, Spec(steps=10**9)))
    study, cancel, asked = make_study(points=points, seeds=range(9)), threading.Event(), []

    def stop_at_a_value(progress):
        if len(progress.values) == 2 and not asked:
            asked.append(time.perf_counter())
            cancel.set()

    with pytest.raises(CancelledError):
        carry_out(study, Store(tmp_path), stop_at_a_value, cancel, workers=2)
    assert time.perf_counter() - asked[0] < 1.0
    assert carry_out(study.replace(points=points[:1]), Store(tmp_path)).kept >= 2


def test_a_study_cancelled_before_it_begins_makes_no_run(make_study, setups):
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(CancelledError):
        carry_out(make_study(), cancel=cancel)
    assert setups == []


def test_what_is_kept_is_not_computed_again(make_study, tmp_path, setups):
    first = carry_out(make_study(), Store(tmp_path))
    count = len(setups)
    again = carry_out(make_study(), Store(tmp_path))
    assert len(setups) == count and again.kept == 4
    assert (again.values, again.share) == (first.values, 1.0)
    assert again.seconds == pytest.approx(first.seconds)


def test_a_run_that_diverges_is_no_number_and_differs(make_study):
    study = make_study(
        data="teacher",
        loss="square",
        dynamics="gradient",
        activation="abs",
        stepsize=1e4,
        steps=500,
        seeds=(0,),
    )
    found = carry_out(study)
    assert np.isnan(list(found.values.values())).all() and found.share == 1.0
    one = Number("it", Reading("median", "a", 1.0), 0.0, 1e300, "theory", "1")
    assert judge([one], found.values)[0].word == "differs"


@pytest.mark.every_case
@pytest.mark.parametrize(
    ("knobs", "says"),
    [
        ({"moon": 1}, "moon is no knob"),
        ({"m": 0}, "m=0 is not allowed"),
        ({"quantity": "test_error"}, "test_error needs test samples"),
        ({"quantity": "margin_ratio"}, "ceiling"),
    ],
)
def test_what_is_wrong_names_itself(make_study, knobs, says):
    points = (Point(1.0),)  # those of the fixture would set m
    with pytest.raises(ValueError, match=says):
        carry_out(make_study(points=points, **knobs))


def test_runs_to_compare_with_are_made_once(make_study, setups):
    points = [Point(float(m), Spec({"m": m}, None, None, {"m": 500})) for m in (10, 20, 30)]
    carry_out(make_study(points=points, quantity="distance_to_wide", seeds=(1,)), workers=2)
    assert sorted(made["m"] for made in setups) == [10, 20, 30, 500]


def test_cancelling_stops_the_runs_to_compare_with(make_study):
    options = {"m": 100_000}
    points = (Point(1.0, Spec({"data": "circles"}, 10**6, "distance_to_wide", options)),)
    cancel = threading.Event()
    timer = threading.Timer(3.0, cancel.set)
    timer.start()
    with pytest.raises(CancelledError):
        carry_out(make_study(points=points, seeds=(0,)), cancel=cancel)
    assert timer.finished.is_set()
