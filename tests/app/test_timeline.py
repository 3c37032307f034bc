"""Going back in a run, playing what is recorded, and going on live; the clock of such a page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.player import Player
from app.timeline import Timeline, later, nearest
from core import Experiment, Frame, Simulation

from .stage import Browser, Page, perform, until

STEPS = [0, 1, 2, 10, 100, 1000]


@pytest.mark.parametrize(
    ("step", "expected"), [(0, 0), (-5, 0), (4, 2), (5, 10), (30, 10), (33, 100), (10**6, 1000)]
)
def test_nearest_is_meant_on_the_logarithmic_axis(step, expected):
    """Half-way between 2 and 10 is √(3·11) − 1 = 4.7, between 10 and 100 √(11·101) − 1 = 32.3."""
    assert nearest(STEPS, step) == expected


@pytest.mark.parametrize(
    ("step", "count", "expected"),
    [
        (10, 1, 100), (10, -1, 2), (10, 0, 10), (10, 2, 1000), (10, -9, 0), (0, -1, 0),
        (1000, 1, None), (10, 3, None), (50, 1, 100), (50, -1, 10), (50, 0, 10),
    ],
)  # fmt: skip
def test_later_counts_places_from_a_step_that_may_be_gone(step, count, expected):
    assert later(STEPS, step, count) == expected


class Session:
    """A run with its player and timeline, and the frames that a page would have shown."""

    def __init__(self) -> None:
        knobs = {"n": 12, "k": 2, "m": 20, "n_test": 0, "precision": "float64"}
        self.page = Page()
        self.simulation = Experiment(**knobs).simulation()
        self.twin = Experiment(**knobs).simulation()
        self.frames: list[Frame] = []
        self.player = Player(
            self.work, self.frames.append, lambda: self.simulation.step, Browser(), speed=1e6
        )
        self.timeline = Timeline(self.player, lambda: self.simulation)

    def work(self, steps: int) -> Frame:
        past = self.timeline.take(self.simulation, steps)
        return past or self.simulation.advance(steps)

    async def shows(self, step: int) -> None:
        await until(lambda: bool(self.frames) and self.frames[-1].step == step, seconds=60)

    async def begin(self) -> None:
        self.player.step(500)
        await self.shows(500)


def play(scene: Any) -> Session:
    async def begin(session: Session) -> None:
        await session.begin()

    return perform(scene, Session(), begin)


def agrees(frame: Frame, simulation: Simulation) -> bool:
    return frame.particles.tobytes() == simulation.frame.particles.tobytes()


def test_a_step_asked_for_is_shown_as_it_was_while_the_run_stands():
    async def scene(session: Session) -> None:
        session.player.play()
        await until(lambda: session.simulation.step > 600)
        session.timeline.show(40)
        recorded = nearest(session.simulation.history.frame_steps, 40)
        await session.shows(recorded)
        assert not session.player.playing
        session.twin.advance(recorded)
        assert agrees(session.frames[-1], session.twin)
        assert session.frames[-1].risk == session.twin.frame.risk
        assert session.simulation.step > 600

    play(scene)


def test_back_forward_start_and_live_walk_over_the_recorded_frames():
    async def scene(session: Session) -> None:
        timeline = session.timeline
        *_, second, last = (step for step in session.simulation.history.frame_steps if step < 500)
        for move, step in [
            (timeline.back, last),
            (timeline.back, second),
            (timeline.forward, last),
            (timeline.forward, 500),
            (timeline.to_start, 0),
            (timeline.forward, 1),
            (timeline.to_live, 500),
        ]:
            move()
            await session.shows(step)
            assert timeline.step == (None if step == 500 else step)

    play(scene)


def test_playing_from_a_recorded_frame_shows_all_later_ones_and_then_goes_on():
    async def scene(session: Session) -> None:
        recorded = session.simulation.history.frame_steps
        at = recorded[-8]
        session.timeline.show(at)
        await session.shows(at)
        begun = len(session.frames)
        session.player.play()
        await until(lambda: session.simulation.step > 520, seconds=60)
        session.player.pause()
        shown = [frame.step for frame in session.frames[begun:] if frame.step < 500]
        assert shown == [step for step in recorded[-7:] if step < 500]
        assert session.timeline.step is None and session.player.replay == 0.0

    session = play(scene)
    session.twin.advance(session.simulation.step)
    assert agrees(session.simulation.frame, session.twin)
    np.testing.assert_array_equal(
        session.simulation.history.scalars()["risk"], session.twin.history.scalars()["risk"]
    )


def test_single_steps_from_a_recorded_frame_show_the_next_and_compute_nothing():
    async def scene(session: Session) -> None:
        session.timeline.show(3)
        await session.shows(3)
        session.player.step()
        await session.shows(4)
        session.player.step(2)
        await session.shows(6)
        assert session.simulation.step == 500

    play(scene)


def test_a_replay_is_no_faster_than_the_speed_that_was_set():
    async def scene(session: Session) -> None:
        session.player.speed = 2.0
        session.timeline.show(3)
        assert session.player.replay == 2.0

    play(scene)


def test_a_page_without_a_run_stays_live():
    timeline = Timeline(Session().player, lambda: None)
    for move in (timeline.back, timeline.forward, timeline.to_start, timeline.to_live):
        move()
    assert timeline.step is None
