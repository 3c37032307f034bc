"""Steps fall due on time; rates are what a stopwatch says."""

import math

import pytest

from app.pace import Meter, Pace


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_the_first_step_is_due_at_once_and_the_others_on_time(watch: Watch) -> None:
    pace = Pace(watch)
    made = []
    for _ in range(101):  # 10 seconds at 2 steps a second, looked at every tenth
        made.append(pace.due(2.0, most=50))
        watch.now += 0.1
    assert sum(made) == 1 + 20
    assert max(made) == 1


@pytest.mark.parametrize("speed", [0.5, 3.0, 60.0, 777.0])
def test_waiting_as_told_makes_speed_times_seconds_steps(watch: Watch, speed: float) -> None:
    pace = Pace(watch)
    steps, start = 0, watch.now
    while watch.now - start < 20.0:
        steps += pace.due(speed, most=1000)
        watch.now += max(pace.wait(speed), 0.004)
    assert steps == pytest.approx(20.0 * speed, abs=2 + 0.004 * speed)


def test_a_run_that_cannot_keep_up_makes_the_longest_chunk_and_owes_nothing(watch: Watch) -> None:
    pace = Pace(watch)
    watch.now += 3600.0
    assert pace.due(1000.0, most=40) == 40
    assert pace.due(1000.0, most=40) == 0


def test_after_a_long_halt_a_run_makes_up_for_a_quarter_of_a_second(watch: Watch) -> None:
    pace = Pace(watch)
    watch.now += 3600.0
    assert pace.due(100.0, most=10**6) == 1 + 25


def test_as_fast_as_it_goes_is_always_the_longest_chunk(watch: Watch) -> None:
    pace = Pace(watch)
    assert [pace.due(math.inf, most) for most in (1, 7, 7)] == [1, 7, 7]
    assert pace.wait(math.inf) == 0.0


def test_chunks_grow_to_fill_the_time_allowed_but_not_at_a_bound(watch: Watch) -> None:
    pace = Pace(watch)
    sizes = []
    for _ in range(8):
        sizes.append(pace.most(0.05))
        pace.learn(sizes[-1], 0.0001 * sizes[-1])
    assert sizes[:2] == [1, 32]
    assert sizes[-1] == pytest.approx(500, abs=1)


def test_a_first_chunk_that_compiles_does_not_hold_back_the_next(watch: Watch) -> None:
    pace = Pace(watch)
    pace.learn(1, 2.0)
    pace.learn(1, 0.0001)
    assert pace.most(0.05) > 10


def test_a_slow_step_is_one_chunk(watch: Watch) -> None:
    pace = Pace(watch)
    pace.learn(1, 3.0)
    assert pace.most(0.01) == 1


def test_showing_without_a_step_teaches_nothing(watch: Watch) -> None:
    pace = Pace(watch)
    pace.learn(10, 0.01)
    pace.learn(0, 5.0)
    assert pace.most(0.01) == 10


def test_the_meter_divides_counts_by_seconds(watch: Watch) -> None:
    meter = Meter(watch)
    for _ in range(10):
        meter.stepped(30)
        meter.sent()
        watch.now += 0.1
        meter.painted()
    assert meter.rates() == pytest.approx((300.0, 10.0))
    assert meter.rates() is None


def test_the_meter_follows_the_time_of_painting_but_not_a_hidden_tab(watch: Watch) -> None:
    meter = Meter(watch)
    for seconds in [0.01] * 30 + [3600.0]:
        meter.sent()
        watch.now += seconds
        meter.painted()
    assert 0.01 < meter.paint_seconds < 0.1
