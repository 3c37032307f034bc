"""Events, on histories made up for them."""

import numpy as np
import pytest

from core import Experiment
from core.events import EVENTS, events_of
from core.saved import Divergence

STEPS = np.unique(np.round(np.geomspace(1, 1e5, 200)) - 1)


def history(**columns):
    """Scalars at geometric steps; what is not named is as in a run without labels."""
    blank = {name: np.full(len(STEPS), np.nan) for name in ("accuracy", "margin", "risk")}
    return blank | {"step": STEPS} | columns


def found(scalars, divergence=None):
    return {event.name: step for step, event in events_of(scalars, divergence)}


def first(condition):
    return int(STEPS[condition][0])


def test_nothing_happens_in_an_empty_history_or_one_without_labels():
    empty = {name: np.zeros(0) for name in ("step", "accuracy", "margin")}
    assert found(empty) == found(history()) == {}


def test_zero_error_is_the_first_time_all_samples_are_right():
    accuracy = np.where((STEPS > 300) & (STEPS < 400) | (STEPS > 5000), 1.0, 0.98)
    assert found(history(accuracy=accuracy)) == {"zero_error": first(STEPS > 300)}


def test_alignment_is_when_half_of_the_mass_follows_its_force():
    share = np.clip(STEPS / 1000, 0, 1)
    share[::3] = np.nan  # observables are not recorded each time
    steps = STEPS[np.isfinite(share) & (share >= 0.5)]
    assert found(history(extremal_share=share)) == {"alignment": steps[0]}


def test_a_cloud_aligned_from_the_start_has_no_first_alignment():
    assert found(history(extremal_share=np.ones(len(STEPS)))) == {}


@pytest.mark.parametrize("rate", [1e-3, 1e-2])
def test_a_margin_that_saturates_has_a_plateau_where_a_doubling_gains_one_per_cent(rate):
    """1 − exp(−rt) gains e^{−rt/2} of itself, nearly, from t/2 to t: 1 % at rt = 2 ln 100."""
    step = found(history(margin=1 - np.exp(-rate * STEPS)))["plateau"]
    assert step * rate == pytest.approx(2 * np.log(100), rel=0.15)


def test_a_margin_that_rises_logarithmically_has_its_plateau_late():
    """log(t) gains log 2 a doubling: one per cent of it at no step of the history."""
    assert found(history(margin=np.log(STEPS + 2))) == {}


def test_a_negative_margin_has_no_plateau():
    assert found(history(margin=np.full(len(STEPS), -0.5))) == {}


def test_a_margin_that_falls_has_no_plateau_at_the_bottom():
    margin = np.where(STEPS < 40, STEPS / 40, 0.1)
    assert found(history(margin=margin)) == {}


def test_divergence_is_the_last_finite_step_and_events_come_in_order():
    accuracy = np.where(STEPS > 50, 1.0, 0.5)
    events = events_of(history(accuracy=accuracy), Divergence(20, "too fast"))
    assert [event.name for _, event in events] == ["divergence", "zero_error"]
    assert events[0][0] == 19


def test_a_real_run_has_zero_error_where_its_accuracy_says():
    simulation = Experiment(n=12, k=2, m=20, n_test=0).simulation()
    simulation.advance(3000)
    scalars = simulation.history.scalars()
    right = scalars["step"][scalars["accuracy"] == 1.0]
    assert len(right) and found(scalars)["zero_error"] == right[0]


def test_every_event_explains_itself():
    for name, event in EVENTS.items():
        assert event.name == name and event.label and event.doc.endswith(".")
