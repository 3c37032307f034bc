"""Pace: every step is taken once, and threads never cost more than they may, by a clock of ours."""

from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernels import pace

from .cases import FEW

pytestmark = pytest.mark.every_case

#: A scheduler's turn: what a wait for a thread without a core may take.
TURN = 4e-3

#: What a launch takes by itself.
LAUNCH = 1e-5


class Machine:
    """Stands for an engine and the clock beside it; tells who took each step, and when."""

    def __init__(self, serial, threads, last=2**62):
        self.serial, self.threads, self.last = serial, threads, last
        self.now, self.at, self.pieces = 0.0, 0, []

    def steps(self, threads, start, stop):
        assert start < stop, "an empty call"
        done = min(stop - start, self.last - self.at)
        cost = self.threads if threads else self.serial
        seconds = LAUNCH + sum(cost() for _ in range(done))
        self.pieces.append((threads, done, seconds))
        self.now += seconds
        self.at += done
        return done

    def seconds_on_threads(self):
        return sum(seconds for threads, _, seconds in self.pieces if threads)


@pytest.fixture
def clock(monkeypatch):
    """Make a machine whose clock the pace reads."""

    def make(serial, threads, last=2**62):
        machine = Machine(serial, threads, last)
        monkeypatch.setattr(pace, "perf_counter", lambda: machine.now)
        return machine

    return make


def always(seconds):
    """A way whose steps all cost the same."""
    return lambda: seconds


def in_turn(*seconds):
    """A way whose steps cost each of these in turn."""
    costs = cycle(seconds)
    return lambda: next(costs)


def run_for(machine, way, seconds, count=200):
    """Run calls of `count` steps for some seconds; return those calls' pieces."""
    before, end = len(machine.pieces), machine.now + seconds
    while machine.now < end:
        assert way.run(machine.steps, count) == count
    return machine.pieces[before:]


def share_of_threads(pieces):
    return sum(done for threads, done, _ in pieces if threads) / sum(done for _, done, _ in pieces)


@FEW
@given(counts=st.lists(st.integers(1, 300), min_size=1, max_size=12), last=st.integers(0, 1500))
def test_every_step_is_taken_once_until_a_run_blows_up(counts, last):
    """The steps of one call are cut in pieces that follow one another, whatever the clock says."""
    machine, way, taken = Machine(always(0), always(0), last), pace.Pace(), 0
    for count in counts:
        pieces = []

        def steps(threads, start, stop, pieces=pieces):
            pieces.append((start, stop))
            return machine.steps(threads, start, stop)

        done = way.run(steps, count)
        assert done == min(count, last - taken)
        taken += done
        assert [start for start, _ in pieces] == [0, *(stop for _, stop in pieces[:-1])]
        if done < count:
            return
        assert pieces[-1][1] == count


@pytest.mark.parametrize("step", [2e-5, 1e-3, 5e-2])
@pytest.mark.parametrize("gain", [0.55, 0.9, 1.2, 10.0])
def test_steps_cost_little_more_than_in_the_cheaper_way(clock, step, gain):
    machine = clock(always(step), always(gain * step))
    way = pace.Pace()
    run_for(machine, way, 300 * step)
    late = run_for(machine, way, max(10.0, 2000 * step))
    seconds = sum(seconds - LAUNCH for _, _, seconds in late)
    assert seconds < 1.1 * min(gain, 1) * step * sum(done for _, done, _ in late)


def test_both_ways_are_loaded_before_any_is_timed(clock):
    """The first step of each compiles its kernel, which says nothing of those to come."""
    machine = clock(in_turn(10.0, *[1e-3] * 10**5), in_turn(30.0, *[5e-4] * 10**5))
    way = pace.Pace()
    assert not way.half_loaded
    way.run(machine.steps, 1)
    assert way.half_loaded
    way.run(machine.steps, 1)
    assert not way.half_loaded and machine.now > 40
    assert share_of_threads(run_for(machine, way, 1.0)) > 0.9


@pytest.mark.parametrize("step", [2e-5, 1e-3])
def test_threads_that_wait_for_a_core_are_given_up_after_one_piece(clock, step):
    """Fine at first, then every step waits for a turn of the scheduler; and fine again."""
    machine = clock(always(step), always(0.55 * step))
    way = pace.Pace()
    run_for(machine, way, 1.0)
    machine.threads = always(TURN)
    loaded = run_for(machine, way, 1.0)
    pieces = [threads for threads, _, _ in loaded]
    assert pieces.index(False) <= 1
    later = sum(seconds for threads, _, seconds in loaded[pieces.index(False) :] if threads)
    assert later < 0.05
    machine.threads = always(0.55 * step)
    run_for(machine, way, 1.1 * pace.LONGEST)
    assert share_of_threads(run_for(machine, way, 1.0)) > 0.9


def test_one_turn_lost_is_forgiven(clock):
    """Threads that gain much and lose a turn now and then go on."""
    machine = clock(always(1e-4), in_turn(TURN, *[5.5e-5] * 999))
    way = pace.Pace()
    run_for(machine, way, 1.0)
    assert share_of_threads(run_for(machine, way, 5.0)) > 0.9


@pytest.mark.parametrize("late", [TURN, 10 * TURN])
def test_a_serial_piece_that_lost_its_core_hides_no_bad_threads(clock, late):
    """Serial steps are judged by the fastest of several pieces, threads by all of theirs."""
    machine = clock(in_turn(*[2e-5] * 3, late, *[2e-5] * 500), always(3e-4))
    pieces = run_for(machine, pace.Pace(), 5.0)
    assert sum(seconds for threads, _, seconds in pieces if threads) < 0.05 * machine.now


@FEW
@given(
    step=st.sampled_from([2e-5, 3e-4, 5e-3]),
    losses=st.lists(st.floats(1.0, 300.0), min_size=1, max_size=40),
    count=st.sampled_from([1, 7, 500, 10**5]),
)
def test_whatever_threads_cost_little_is_lost(step, losses, count):
    """Against serial steps: a fiftieth of the time, some pieces on trial, and the launches."""
    machine = Machine(always(step), in_turn(*(step * loss for loss in losses)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pace, "perf_counter", lambda: machine.now)
        way = pace.Pace()
        run_for(machine, way, 20.0, count)
    launches = LAUNCH * len(machine.pieces)
    trial = 4 * step * max(losses)
    alone = step * machine.at
    owed = pace.CREDIT + pace.STAKE + pace.SHARE * machine.now
    trials = 1 + machine.now / pace.LONGEST  # those that owe more than can be noted
    assert machine.now - launches - alone < owed + trials * 3 * trial


def test_calls_too_short_to_tell_stay_serial(clock):
    """A step or two at a time spend more on the launch than threads could gain."""
    machine = clock(always(2e-5), always(1e-5))
    pieces = run_for(machine, pace.Pace(), 1.0, count=2)
    assert sum(threads for threads, _, _ in pieces) == 1


def test_pieces_have_the_fewest_steps_that_they_must(clock):
    """However slow: a launch that copies many particles is shared by many steps."""
    machine = clock(always(5e-2), always(3e-2))
    run_for(machine, pace.Pace(fewest=30), 60.0, count=90)
    sizes = [done for _, done, _ in machine.pieces[2:]]
    assert sorted(sizes)[0] >= 28 and share_of_threads(machine.pieces) > 0.8


def test_pieces_of_quick_steps_grow_to_some_milliseconds(clock):
    machine = clock(always(2e-5), always(1.1e-5))
    run_for(machine, pace.Pace(), 1.0, count=16_000)
    seconds = sorted(seconds for _, _, seconds in machine.pieces)
    assert 0.5 * pace.PIECE < seconds[len(seconds) // 2] < 2 * pace.PIECE
