"""Pace: whatever the clock says, every step is taken once, in order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernels import pace

from .cases import FEW


class Steps:
    """Stands for an engine: notes what it is asked for, and blows up at one step."""

    def __init__(self, last=2**62):
        self.at, self.last, self.ways = 0, last, []

    def __call__(self, threads, start, stop):
        begin = self.at
        assert start < stop, "an empty call"
        self.at = min(begin + stop - start, self.last)
        self.ways += [threads] * (self.at - begin)
        return self.at - begin


@FEW
@given(counts=st.lists(st.integers(1, 30), min_size=1, max_size=12))
def test_every_step_is_taken_once(counts):
    """The steps of one call are cut in pieces that follow one another."""
    steps, way = Steps(), pace.Pace()
    for count in counts:
        begin, pieces = steps.at, []

        def piece(threads, start, stop, pieces=pieces):
            pieces.append((start, stop))
            return steps(threads, start, stop)

        assert way.run(piece, count) == count
        assert steps.at == begin + count
        assert [start for start, _ in pieces] == [0, *(stop for _, stop in pieces[:-1])]
        assert pieces[-1][1] == count


@FEW
@given(
    counts=st.lists(st.integers(1, 30), min_size=1, max_size=12), last=st.integers(0, 100),
)  # fmt: skip
def test_a_run_that_blows_up_is_stopped_at_its_step(counts, last):
    steps, way, taken = Steps(last), pace.Pace(), 0
    for count in counts:
        done = way.run(steps, count)
        assert done == min(count, last - taken)
        taken += done
        if done < count:
            break


@pytest.mark.parametrize("cheaper", [True, False])
def test_the_cheaper_way_is_taken(cheaper, monkeypatch):
    """By a clock that says so; the other way is tried again now and then."""
    now = [0.0]
    monkeypatch.setattr(pace, "perf_counter", lambda: now[0])
    steps, way = Steps(), pace.Pace()

    def timed(threads, start, stop):
        now[0] += (stop - start) * (1e-3 if threads == cheaper else 5e-3)
        return steps(threads, start, stop)

    for _ in range(200):
        way.run(timed, 50)
    late = steps.ways[1000:]
    assert 0 < late.count(not cheaper) < 0.05 * len(late)


def test_a_way_that_keeps_losing_is_tried_less_and_less_and_taken_up_once_it_wins(monkeypatch):
    now, cheap = [0.0], [False]
    monkeypatch.setattr(pace, "perf_counter", lambda: now[0])
    steps, way, trials = Steps(), pace.Pace(), []

    def timed(threads, start, stop):
        if threads != cheap[0]:
            trials.append(now[0])
        now[0] += (stop - start) * (1e-3 if threads == cheap[0] else 1e-1)
        return steps(threads, start, stop)

    while now[0] < 300:
        way.run(timed, 500)
    # One of each way at first, then after 2, 4, 8, … seconds, and every minute.
    assert len(trials) < 15
    gaps = [late - early for early, late in pairwise(trials)]
    assert gaps[-1] > 10 * pace.RETRIAL_SECONDS and max(gaps) < 2 * pace.MOST_SECONDS
    cheap[0] = True
    while now[0] < 500:
        way.run(timed, 500)
    assert steps.ways[-1] is True
