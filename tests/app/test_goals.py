"""A run stops at its goal: no later than the next record of its history, and it says so."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from app.goals import GOALS, Watch
from core.experiment import Experiment

SMALL = Experiment(data="circles", n=12, n_test=0, m=10, dynamics="gradient", stepsize=0.2)


def watching(name, value=0.0, playing=True):
    watch = Watch(lambda: playing)
    watch.aim(GOALS[name], value)
    return watch


def risks(steps):
    """Risk of the same run, looked at after every single step."""
    simulation = SMALL.simulation()
    return np.array([simulation.frame.risk] + [simulation.advance().risk for _ in range(steps)])


def test_one_long_chunk_stops_at_the_first_record_below_the_risk():
    path = risks(400)
    wanted = (path[0] + path[-1]) / 2
    first = int(np.argmax(path < wanted))
    assert 30 < first < 370 and (np.diff(path) < 0).all()  # else the test shows nothing
    simulation, watch = SMALL.simulation(), watching("risk", wanted)
    frame = watch.advance(simulation, 10**6)
    assert first <= frame.step == simulation.step <= first * 1.042 + 1
    news = watch.take_news()
    assert f"Step {frame.step}:" in news and f"{frame.risk:.3e}" in news
    assert watch.take_news() is None


def test_a_goal_once_met_lets_the_run_go_on_until_another_begins():
    simulation, watch = SMALL.simulation(), watching("risk", 1e6)
    assert watch.advance(simulation, 50).step == 1
    assert watch.take_news()
    assert watch.advance(simulation, 50).step == 51
    watch.forget()
    assert watch.advance(simulation, 50).step == 52


def test_a_chunk_begun_before_the_page_is_told_waits():
    simulation = Experiment(data="circles", n=10, n_test=0, m=20, dynamics="gradient").simulation()
    watch = watching("risk", 1e6)
    met = watch.advance(simulation, 10).step
    assert watch.advance(simulation, 10).step == met
    assert watch.take_news() is not None
    assert watch.advance(simulation, 10).step == met + 10


def test_single_steps_reach_no_goal():
    simulation, watch = SMALL.simulation(), watching("risk", 1e6, playing=False)
    assert watch.advance(simulation, 5).step == 5
    assert watch.take_news() is None


def test_a_run_that_diverges_ends_the_wait():
    wild = Experiment(data="teacher", bias=False, n=12, n_test=0, m=10, dynamics="gradient",
                      loss="square", stepsize=9000.0, tau=3.0)  # fmt: skip
    simulation, watch = wild.simulation(), watching("risk", 1e-300)
    frame = watch.advance(simulation, 10**6)
    assert simulation.divergence is not None and not frame.finite
    assert watch.take_news() is None


def frame_at(step, **values):
    return SimpleNamespace(**{"step": step, "margin": math.nan, "accuracy": math.nan} | values)


@pytest.mark.parametrize(("step", "met"), [(100, False), (101, False), (104, True), (1000, True)])
def test_a_margin_stops_rising_when_doubling_the_steps_adds_no_more(step, met):
    """1 − 1/t rises by 1/t from t/2 to t: less than 1% of itself once t − 1 > 100."""
    steps = np.arange(1, step + 1)
    scalars = {"step": steps, "margin": 1 - 1 / steps}
    words = GOALS["margin"].met(frame_at(step, margin=1 - 1 / step), lambda: scalars, 1.0)
    assert bool(words) == met
    assert not met or f"since step {step // 2}" in words


def test_a_margin_that_swings_or_is_negative_has_not_stopped_rising():
    steps = np.arange(1, 1001)
    swinging = {"step": steps, "margin": 1 + 0.1 * np.sin(steps)}
    flat = {"step": steps, "margin": np.full(1000, -1.0)}
    goal = GOALS["margin"]
    assert not goal.met(frame_at(1000, margin=1.0), lambda: swinging, 1.0)
    assert not goal.met(frame_at(1000, margin=-1.0), lambda: flat, 1.0)


def test_the_training_error_is_zero_when_no_sample_is_wrong():
    met = GOALS["error"].met
    assert met(frame_at(5, accuracy=1.0), dict, 0.0)
    assert not met(frame_at(5, accuracy=0.999), dict, 0.0)
    assert not met(frame_at(5), dict, 0.0)


def test_a_goal_that_means_nothing_in_a_run_is_told():
    teacher = Experiment(data="teacher", loss="square", dynamics="gradient", n=5, n_test=0, m=3)
    frame = teacher.simulation().frame
    assert "no accuracy" in watching("error").objection(frame)
    assert watching("risk", 0.1).objection(frame) is None
    assert Watch(lambda: True).objection(frame) is None


@pytest.mark.parametrize("name", [name for name, goal in GOALS.items() if goal.value is not None])
def test_a_value_out_of_range_is_refused_with_its_range(name):
    goal = GOALS[name]
    assert goal.check(goal.value) == goal.value
    with pytest.raises(ValueError, match=rf"until={name}:-1 is not allowed: .* from {goal.low:g}"):
        goal.check(-1.0)
