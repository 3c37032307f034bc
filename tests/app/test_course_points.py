"""Points exchanged while a run goes on: by the worker, between two chunks of steps."""

import asyncio
import threading

import numpy as np
import pytest

from core.datasets import from_text
from core.experiment import Experiment, Setup

from .stage import until
from .test_course import SMALL, Session, play, prepared  # noqa: F401  # a fixture

FIRST = "[[-1,-1,1],[1,1,1],[-1,1,-1],[1,-1,-1]]"
MORE = "[[-1,-1,1],[1,0.5,1],[-1,1,-1],[1,-1,-1],[0,2,1]]"
OWN = {"data": "points", "points": FIRST}


def told(session: Session) -> list[Setup]:
    """The setups that the page hears of."""
    heard: list[Setup] = []
    session.course._on_exchange = heard.append
    return heard


async def takes(session: Session, text: str) -> None:
    dataset = from_text(text, bias=True)
    await until(lambda: session.simulation.has_data(dataset.inputs, dataset.targets), seconds=60)
    await until(lambda: session.course.preparing is None, seconds=60)


def test_other_points_are_taken_off_the_loop_and_the_run_goes_on_from_its_step(prepared):  # noqa: F811
    heard: list[Setup] = []

    async def scene(session: Session) -> None:
        nonlocal heard
        heard = told(session)
        prepared.clear()
        await session.make(3)
        session.experiment.points = MORE
        await takes(session, MORE)
        assert len(prepared) == 1 and threading.get_ident() not in prepared
        assert session.course.setup is heard[-1]
        await session.make(4)

    session = play(scene, **OWN)
    alone = Experiment(**SMALL | OWN).simulation()
    alone.advance(3)
    dataset = from_text(MORE, bias=True)
    alone.exchange(dataset.inputs, dataset.targets)
    alone.advance(4)
    assert session.frames[-1].step == 7 and len(session.new) == 1 and session.errors == []
    np.testing.assert_array_equal(session.frames[-1].particles, alone.frame.particles)
    assert len(heard) == 1 and heard[0].problem.n == 5
    np.testing.assert_array_equal(heard[0].dataset.inputs, dataset.inputs)


def test_a_playing_run_goes_on_playing_while_a_point_is_dragged():
    texts = [MORE.replace("0.5", f"{0.5 + 0.01 * k:.2f}") for k in range(30)]

    async def scene(session: Session) -> None:
        session.player.play()
        await until(lambda: session.simulation.step > 20, seconds=60)
        before = session.simulation.step
        for text in texts:
            session.experiment.points = text
            await asyncio.sleep(0.005)
        await takes(session, texts[-1])
        await until(lambda: session.simulation.step > before + 20, seconds=60)
        assert session.player.playing

    session = play(scene, **OWN)
    steps = [frame.step for frame in session.frames]
    assert steps == sorted(steps) and len(session.new) == 1 and session.errors == []


def test_points_and_dynamics_may_change_together():
    async def scene(session: Session) -> None:
        await session.make(2)
        session.experiment.param.update(points=MORE, dynamics="langevin")
        await takes(session, MORE)
        await session.agrees()
        await session.make(1)

    session = play(scene, **OWN)
    assert session.frames[-1].step == 3 and len(session.new) == 1


@pytest.mark.parametrize(
    "text", ["[[-1,1],[1,-1]]", "[[1,2,0.5],[2,1,3]]"], ids=["fewer coordinates", "real targets"]
)
def test_points_of_another_kind_need_a_new_run(text):
    async def scene(session: Session) -> None:
        await session.make(2)
        session.experiment.points = text
        await until(lambda: len(session.new) == 2, seconds=60)
        await takes(session, text)
        assert session.simulation.step == 0

    assert play(scene, **OWN, loss="square").errors == []


def test_points_that_are_not_the_data_change_nothing():
    async def scene(session: Session) -> None:
        await session.make(2)
        session.experiment.points = MORE
        await session.make(1)

    session = play(scene)
    assert len(session.new) == 1 and session.frames[-1].step == 3


def test_points_set_while_a_run_with_others_is_prepared_are_those_it_has():
    async def scene(session: Session) -> None:
        session.experiment.param.update(data="points", points=FIRST)
        session.experiment.points = MORE
        await takes(session, MORE)
        await session.agrees()
        assert session.simulation.step == 0

    assert play(scene).errors == []
