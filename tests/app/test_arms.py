"""Runs beside one another: what each of them computes, and what is left of a closed one."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any

import pytest

from app.bench import Bench
from app.course import Course
from app.gallery import Gallery, Picture
from app.player import Player
from core import Simulation
from core.experiment import Experiment, fork
from core.knobs import KNOBS

from .stage import Browser, Page, perform, until

SMALL = {
    "n": 12, "k": 2, "m": 20, "n_test": 0, "dynamics": "gradient", "precision": "float64",
    "activation": "tanh",
}  # fmt: skip


class Session:
    """A bench with a run of its own, and what a page would have heard of it."""

    def __init__(self, text: str = "") -> None:
        self.page, self.text = Page(), text
        self.experiment = Experiment(**SMALL)
        self.pictures: list[Picture] = []
        self.errors: list[Exception] = []
        self.said: list[str] = []
        self.player = Player(
            lambda steps: self.bench.picture(self.course.setup, steps), self.shown,
            lambda: self.first.step, Browser(), self.failed, speed=1e6,
        )  # fmt: skip
        gallery = Gallery(lambda: None)
        gallery.show(["curves"])
        self.course = Course(
            self.experiment, self.player, lambda token: None, lambda simulation: None,
            lambda setup, ready: self.bench.install(setup, ready),
            lambda setup: self.bench.ready(setup),
        )  # fmt: skip
        self.bench = Bench(
            self.experiment, self.player, self.course, gallery,
            lambda simulation, steps: simulation.advance(steps), lambda: None, self.said.append,
        )  # fmt: skip
        self.experiment.param.watch(
            lambda *events: self.bench.change(event.name for event in events), list(KNOBS)
        )

    def shown(self, picture: Picture) -> None:
        self.bench.show(picture)
        self.pictures.append(picture)

    def failed(self, error: Exception) -> None:
        self.course.failed()
        self.bench.arms.failed()
        self.errors.append(error)

    @property
    def first(self) -> Simulation:
        return self.course.setup.simulation

    def beside(self, place: int = 0) -> Simulation:
        return self.bench.arms.arms[place].setup.simulation

    async def settled(self) -> None:
        """Wait until all runs are there and a picture shows them as they are."""
        arms = self.bench.arms.arms
        await until(
            lambda: (
                self.course.preparing is None
                and all(arm.setup is not None for arm in arms)
                and bool(self.pictures)
                and self.pictures[-1].frame.particles is self.first.frame.particles
                and len(self.pictures[-1].arms) == len(arms)
            ),
            seconds=60,
        )

    async def make(self, steps: int) -> None:
        end = self.first.step + steps
        self.player.step(steps)
        await until(lambda: self.pictures[-1].frame.step == end, seconds=60)

    async def fork(self, **change: Any) -> None:
        """Open an arm and let it differ in one knob."""
        self.bench.fork()
        await self.settled()
        for knob, value in change.items():
            arm = self.bench.arms.arms[-1]
            self.bench.arms.choose(arm, knob)
            arm.differ(knob, value)
            self.bench.arms.changed(arm)
            await self.settled()

    async def begin(self) -> None:
        self.bench.begin(self.text)
        await self.settled()


def play(scene: Any, text: str = "", steps: int = 50) -> Session:
    async def begin(session: Session) -> None:
        await session.begin()
        if steps:
            await session.make(steps)

    session = perform(scene, Session(text), begin)
    assert not session.errors
    return session


def same(one: Simulation, other: Simulation) -> bool:
    bits = [run.frame.particles.tobytes() for run in (one, other)]
    return one.step == other.step and bits[0] == bits[1]


def alone(steps: int, **knobs: Any) -> Simulation:
    run = Experiment(**SMALL | knobs).simulation()
    run.advance(steps)
    return run


def test_a_double_click_forks_once():
    async def scene(session: Session) -> None:
        session.bench.fork()
        await session.fork()
        assert [arm.name for arm in session.bench.arms.arms] == ["B"]
        await session.fork()
        assert [arm.name for arm in session.bench.arms.arms] == ["B", "C"]

    play(scene)


def test_a_fork_stands_where_the_run_stood_and_goes_in_step_with_it():
    async def scene(session: Session) -> None:
        session.bench.timeline.show(20)
        await until(lambda: session.pictures[-1].frame.step == 20, seconds=60)
        await session.fork()
        assert session.first.step == session.beside().step == session.bench.arms.step == 20
        await session.make(15)
        assert same(session.beside(), alone(35))
        assert same(session.first, alone(35))

    play(scene)


def test_the_changed_knob_acts_from_the_fork_and_another_value_goes_back_there():
    async def scene(session: Session) -> None:
        await session.fork(scale=20.0)
        expected = fork(Experiment(**SMALL | {"scale": 20.0}), alone(50)).simulation
        expected.advance(30)
        for _ in range(2):  # the same value again gives the same run
            assert session.first.step == session.beside().step == 50
            await session.make(30)
            assert same(session.beside(), expected)
            assert same(session.first, alone(80))
            session.bench.arms.changed(session.bench.arms.arms[0])
            await session.settled()

    play(scene)


def test_another_width_starts_all_runs_at_step_0():
    async def scene(session: Session) -> None:
        await session.fork(m=5)
        await session.fork(m=100)
        assert session.first.step == 0
        await session.make(30)
        assert same(session.first, alone(30))
        assert same(session.beside(0), alone(30, m=5))
        assert same(session.beside(1), alone(30, m=100))

    play(scene)


def test_knobs_of_the_first_run_are_those_of_all_but_for_the_changed_one():
    async def scene(session: Session) -> None:
        await session.fork(stepsize=0.05)
        await session.fork(weight_decay=0.1)
        session.experiment.stepsize = 0.2
        await session.make(5)
        b, c = session.beside(0), session.beside(1)
        assert (session.first.dynamics.stepsize, b.dynamics.stepsize) == (0.2, 0.05)
        assert (c.dynamics.stepsize, c.weight_decay) == (0.2, 0.1)
        session.experiment.m = 7
        await until(lambda: len(session.first.frame.particles) == 7, seconds=60)
        await session.settled()
        assert same(b := session.beside(0), alone(0, m=7)) and b.dynamics.stepsize == 0.05

    play(scene)


def test_looking_back_shows_all_runs_as_they_were():
    async def scene(session: Session) -> None:
        await session.fork(scale=20.0)
        await session.make(60)
        at = session.first.history.frame_steps[-2]
        session.bench.timeline.show(at)
        await until(lambda: session.pictures[-1].frame.step == at, seconds=60)
        (picture,) = session.pictures[-1].arms.values()
        assert picture.frame.step == at
        assert picture.frame.particles is session.beside().history.frame(at).particles

    play(scene)


def test_a_diverged_arm_stands_and_the_first_run_goes_on():
    async def scene(session: Session) -> None:
        session.experiment.loss = "square"
        await until(lambda: session.first.problem.loss == "square", seconds=60)
        await session.settled()
        await session.fork(stepsize=9000.0)
        await session.make(400)
        (picture,) = session.pictures[-1].arms.values()
        assert not picture.frame.finite and picture.frame.step < 400 == session.first.step

    play(scene, steps=0)


def test_a_value_that_cannot_be_leaves_the_arm_as_it_was():
    async def scene(session: Session) -> None:
        session.experiment.loss = "square"
        await until(lambda: session.first.problem.loss == "square", seconds=60)
        await session.settled()
        await session.fork()
        (arm,), before = session.bench.arms.arms, session.beside()
        session.bench.arms.choose(arm, "schedule")
        arm.differ("schedule", "normalised")
        session.bench.arms.changed(arm)
        await until(lambda: bool(session.errors), seconds=60)
        assert "normalised" in str(session.errors.pop())
        assert arm.knobs["schedule"] == arm.experiment.schedule == "usual"
        assert session.beside() is before
        await session.make(3)
        assert same(session.beside(), session.first)

    play(scene, steps=0)


def test_a_closed_arm_leaves_nothing():
    async def scene(session: Session) -> None:
        await session.fork(scale=20.0)
        arm = session.bench.arms.arms[0]
        gone = [weakref.ref(arm.setup.simulation), weakref.ref(arm.gallery.views["curves"])]
        session.bench.arms.close(arm)
        del arm
        await session.make(2)
        session.pictures.clear()
        await asyncio.sleep(0)
        gc.collect()
        assert [reference() for reference in gone] == [None, None]
        assert session.bench.arms.origin is None

    play(scene)


def test_an_address_opens_the_same_comparison():
    texts: list[str] = []

    async def write(session: Session) -> None:
        await session.fork(scale=20.0)
        texts.append("&".join(f"{k}={v}" for k, v in session.bench.arms.address.items()))

    play(write)
    assert texts == ["fork=50&b.scale=20.0"]

    async def read(session: Session) -> None:
        await session.make(10)
        expected = fork(Experiment(**SMALL | {"scale": 20.0}), alone(50)).simulation
        expected.advance(10)
        assert same(session.beside(), expected) and same(session.first, alone(60))

    assert not play(read, texts[0], steps=0).said


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("fork=-3", "fork='-3'"), ("fork=5&b.colour=1", "colour is no knob"), ("b.m=0", "m=0")],
)
def test_a_bad_address_is_named_and_done_without(text, complaint):
    async def scene(session: Session) -> None:
        await session.make(1)

    assert any(complaint in sentence for sentence in play(scene, text, steps=0).said)
