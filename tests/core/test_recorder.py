"""Recorder: bounded, geometrically thinned, dependent on step counts alone."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Frame, Recorder
from core.frame import SCALARS
from core.recorder import MOST_SCALARS, RATIO

from .cases import FEW

LONGEST = 10**12


def frame(step, particles=None):
    """A frame as a run might make it at `step`; each scalar tells its name and step."""
    scalars = {name: float(step + i) for i, name in enumerate(SCALARS)}
    particles = np.full((3, 2), float(step)) if particles is None else particles
    return Frame(**scalars | {"step": step}, particles=particles, finite=True)


def record_until(recorder, last, size=(3, 2)):
    """Feed every frame that is due up to step `last`; return the steps fed."""
    fed = []
    while recorder.next_step <= last:
        fed.append(recorder.next_step)
        recorder.record(frame(fed[-1], np.full(size, float(fed[-1]))))
        if len(fed) > 1:
            assert fed[-1] > fed[-2]
    return fed


@pytest.mark.parametrize("capacity", [2, 3, 5, 8, 64, 1000])
def test_memory_is_bounded_for_a_million_million_steps(capacity):
    size = (10, 4)
    most = capacity * 10 * 4 * 8
    recorder = Recorder(most_bytes=most)
    for last in (10, 1000, 10**6, 10**9, LONGEST):
        record_until(recorder, last, size)
        steps, clouds = recorder.snapshots()
        assert recorder.nbytes == sum(cloud.nbytes for cloud in clouds) <= most
        assert 2 <= len(steps) == len(clouds) <= capacity
        assert len(recorder.scalars()["step"]) <= MOST_SCALARS


def test_two_snapshots_are_kept_of_clouds_of_any_size():
    recorder = Recorder(most_bytes=1)
    record_until(recorder, 10**6, size=(100, 3))
    steps, clouds = recorder.snapshots()
    assert len(clouds) == 2 and steps[0] == 0
    assert recorder.nbytes == 2 * 100 * 3 * 8


def test_the_default_holds_at_most_32_mebibytes():
    recorder = Recorder()
    particles = np.zeros((100_000, 4), np.float32)  # shared by all frames: counted, not copied
    while recorder.next_step <= 10**9:
        recorder.record(frame(recorder.next_step, particles))
    assert 16 * 2**20 < recorder.nbytes <= 32 * 2**20


@pytest.mark.parametrize("capacity", [2, 3, 8, 50])
def test_the_first_record_is_kept_and_what_is_kept_is_in_order(capacity):
    recorder = Recorder(most_bytes=capacity * 48)
    fed = record_until(recorder, 10**8)
    steps, clouds = recorder.snapshots()
    scalars = recorder.scalars()
    assert steps[0] == scalars["step"][0] == 0
    assert (np.diff(steps) > 0).all() and (np.diff(scalars["step"]) > 0).all()
    assert set(steps) <= set(fed)
    for step, cloud in zip(steps, clouds, strict=True):
        assert (cloud == step).all()
    for i, name in enumerate(SCALARS):
        expected = scalars["step"] + (i if name != "step" else 0)
        np.testing.assert_array_equal(scalars[name], expected)


def test_gaps_of_the_scalars_are_geometric():
    """Every step at first, then by one ratio; nothing is dropped within 10^12 steps."""
    recorder = Recorder()
    record_until(recorder, LONGEST)
    steps = recorder.scalars()["step"]
    np.testing.assert_array_equal(steps[:20], np.arange(20))
    ratios = steps[2:] / steps[1:-1]
    assert (np.diff(steps) <= np.maximum(1, steps[:-1] * (RATIO - 1) + 1)).all()
    assert ratios[steps[1:-1] > 1000] == pytest.approx(RATIO, abs=1.1e-3)
    assert steps[-1] * RATIO > LONGEST - 1
    assert len(steps) < 700


@pytest.mark.parametrize("capacity", [8, 20, 64, 200])
def test_gaps_of_thinned_snapshots_are_geometric(capacity):
    """No more than the square of the ratio that would fill the capacity evenly."""
    recorder = Recorder(most_bytes=capacity * 48)
    for last in (10**4, 10**6, 10**9):
        record_until(recorder, last)
        steps = recorder.snapshots()[0]
        even = last ** (1 / (capacity / 2))
        late = steps[steps >= capacity]
        assert len(steps) >= capacity // 2
        assert (late[1:] / late[:-1]).max() < max(even**2, RATIO**4) * 1.2
        assert last / steps[-1] < max(even**2, RATIO**4) * 1.2


@FEW
@given(ends=st.lists(st.integers(1, 400), min_size=1, max_size=30), capacity=st.integers(2, 30))
def test_frames_that_are_not_due_leave_no_trace(ends, capacity):
    """A player asks for frames at any step; only those that are due are kept."""
    disturbed, calm = (Recorder(most_bytes=capacity * 48) for _ in range(2))
    last = 0
    for end in itertools.accumulate(ends):
        record_until(calm, end)
        while disturbed.next_step <= end:
            last = disturbed.next_step
            disturbed.record(frame(last))
            disturbed.record(frame(last))
        if end > last:
            disturbed.record(frame(end))
    for name in SCALARS:
        np.testing.assert_array_equal(disturbed.scalars()[name], calm.scalars()[name])
    np.testing.assert_array_equal(disturbed.snapshots()[0], calm.snapshots()[0])


def test_an_empty_recorder():
    recorder = Recorder()
    assert recorder.next_step == recorder.nbytes == 0
    assert {name: column.shape for name, column in recorder.scalars().items()} == dict.fromkeys(
        SCALARS, (0,)
    )
    steps, clouds = recorder.snapshots()
    assert steps.shape == (0,) and clouds == []


def test_what_is_handed_out_can_be_changed_without_harm():
    recorder = Recorder()
    record_until(recorder, 100)
    kept = recorder.scalars()["risk"].copy()
    recorder.scalars()["risk"][:] = -1
    steps, clouds = recorder.snapshots()
    steps[:] = -1
    clouds.clear()
    np.testing.assert_array_equal(recorder.scalars()["risk"], kept)
    assert len(recorder.snapshots()[1]) > 10 and recorder.snapshots()[0][0] == 0


def test_extras_get_columns_of_their_own():
    recorder = Recorder()
    recorder.record(frame(0))
    recorder.record(frame(1), {"drift": 0.5})
    recorder.record(frame(2), {"drift": np.float32(0.25), "rank": 3})
    recorder.record(frame(3), {"rank": 4})
    scalars = recorder.scalars()
    assert list(scalars) == [*SCALARS, "drift", "rank"]
    np.testing.assert_array_equal(scalars["drift"], [np.nan, 0.5, 0.25, np.nan])
    np.testing.assert_array_equal(scalars["rank"], [np.nan, np.nan, 3, 4])
    np.testing.assert_array_equal(scalars["risk"], np.arange(4) + SCALARS.index("risk"))


def test_extras_of_a_step_that_is_not_due_leave_no_trace():
    recorder = Recorder()
    recorder.record(frame(0))
    recorder.record(frame(0), {"drift": 1.0})
    assert list(recorder.scalars()) == list(SCALARS)


def test_an_extra_may_not_hide_a_scalar_of_the_frame():
    recorder = Recorder()
    with pytest.raises(ValueError, match="extras='risk' is the name of a scalar of the frame"):
        recorder.record(frame(0), {"risk": 1.0})
    assert recorder.next_step == 0 and len(recorder.scalars()["risk"]) == 0


def through_json(recorder):
    settings, arrays = recorder.state()
    return Recorder.from_state(json.loads(json.dumps(settings)), arrays)


def everything(recorder):
    """All that is kept, nan equal to nan, and when the next record is due."""
    steps, clouds = recorder.snapshots()
    arrays = [*recorder.scalars().values(), steps, *clouds]
    kept = [(array.dtype, array.shape, array.tobytes()) for array in arrays]
    return list(recorder.scalars()), kept, recorder.next_step, recorder.nbytes


@FEW
@given(
    cuts=st.lists(st.integers(0, 3000), max_size=5),
    capacity=st.integers(2, 30),
    extra=st.integers(0, 5000),
)
def test_a_recorder_taken_up_from_its_state_goes_on_alike(cuts, capacity, extra):
    """Extras come at one step somewhere; thinning goes on where it was."""

    def feed(recorder, last):
        while recorder.next_step <= last:
            step = recorder.next_step
            recorder.record(frame(step), {"drift": 1 / (step + 1)} if step >= extra else {})

    whole, cut = (Recorder(most_bytes=capacity * 48) for _ in range(2))
    for last in itertools.accumulate(cuts):
        feed(cut, last)
        cut = through_json(cut)
    feed(whole, sum(cuts)) if cuts else None
    assert everything(cut) == everything(whole)


def test_a_state_is_a_copy_and_its_snapshots_are_read_only():
    recorder = Recorder(most_bytes=480)
    record_until(recorder, 50)
    before = everything(recorder)
    again = through_json(recorder)
    for array in recorder.state()[1].values():
        array[...] = -1
    assert everything(recorder) == before == everything(again)
    for cloud in again.snapshots()[1]:
        assert cloud.base is None  # a dropped snapshot gives its memory back
        with pytest.raises(ValueError, match="read-only"):
            cloud[0, 0] = 1


def test_full_scalars_taken_up_from_a_state(monkeypatch):
    monkeypatch.setattr("core.recorder.MOST_SCALARS", 16)
    whole, cut = Recorder(), Recorder()
    for last in (10, 100, 1000, 10_000):
        record_until(cut, last)
        cut = through_json(cut)
    record_until(whole, 10_000)
    assert everything(cut) == everything(whole)
    assert len(cut.scalars()["step"]) <= 16
