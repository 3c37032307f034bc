"""Knobs turned while a run goes on: it follows them, and the event loop prepares nothing."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import numpy as np
import pytest

from app.course import Course
from app.player import Player
from core import Frame, Simulation
from core.dynamics import FirstOrderDynamics, Langevin
from core.experiment import Experiment, Setup
from core.knobs import KNOBS

from .stage import Browser, Page, perform, until

SMALL = {"n": 12, "k": 2, "m": 20, "n_test": 0, "dynamics": "gradient", "precision": "float64"}


class Session:
    """A course with its player and knobs, and what a page would have heard of it."""

    def __init__(self, **knobs: Any) -> None:
        self.page = Page()
        self.experiment = Experiment(**SMALL | knobs)
        self.frames: list[Frame] = []
        self.errors: list[Exception] = []
        self.told: list[str] = []
        self.new: list[Setup] = []
        self.busy: list[object] = []
        self.player = Player(
            lambda steps: self.simulation.advance(steps),
            self.frames.append,
            lambda: self.simulation.step,
            Browser(),
            self.failed,
            speed=1e6,
        )
        self.course = Course(
            self.experiment, self.player, self.busy.append, self.heard, self.started
        )
        self.experiment.param.watch(
            lambda *events: self.course.change(event.name for event in events), list(KNOBS)
        )

    @property
    def simulation(self) -> Simulation:
        assert self.course.setup is not None
        return self.course.setup.simulation

    def started(self, setup: Setup, _ready: Any) -> None:
        self.new.append(setup)

    def heard(self, simulation: Simulation) -> None:
        self.told.append(simulation.remark)

    def failed(self, error: Exception) -> None:
        self.course.failed()
        self.errors.append(error)

    async def begin(self) -> None:
        self.course.restart()
        await until(lambda: bool(self.frames), seconds=60)

    async def make(self, steps: int) -> None:
        """Make single steps and wait for the frame after them."""
        end = self.simulation.step + steps
        self.player.step(steps)
        await until(lambda: bool(self.frames) and self.frames[-1].step == end, seconds=60)

    async def agrees(self) -> None:
        """Wait until the run is as the knobs have it, and nothing is being prepared."""
        await until(
            lambda: (
                self.course.preparing is None
                and self.simulation.requested == self.experiment.make_dynamics()
            ),
            seconds=60,
        )


def play(scene: Callable[[Session], Coroutine[Any, Any, None]], **knobs: Any) -> Session:
    """Run `scene` with a session whose first run is ready; close it afterwards."""
    return perform(scene, Session(**knobs), Session.begin)


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The thread of every state that is made: there kernels compile and predictions are summed."""
    threads: list[int] = []
    make = FirstOrderDynamics.init

    def noted(self: FirstOrderDynamics, *args: Any, **kwargs: Any) -> Any:
        threads.append(threading.get_ident())
        return make(self, *args, **kwargs)

    monkeypatch.setattr(FirstOrderDynamics, "init", noted)
    return threads


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Langevin dynamics can be prepared only once this is set."""
    opened = threading.Event()
    make = Langevin.make_state

    def waits(self: Langevin, *args: Any, **kwargs: Any) -> Any:
        assert opened.wait(30), "nobody opened the gate: the event loop hangs in it"
        return make(self, *args, **kwargs)

    monkeypatch.setattr(Langevin, "make_state", waits)
    return opened


@pytest.mark.parametrize(
    "knobs",
    [{"dynamics": "langevin"}, {"dynamics": "tangent"}, {"schedule": "auto"}, {"dynamics": "sgd"}],
    ids=lambda knobs: "-".join(knobs.values()),
)
def test_another_dynamics_is_prepared_off_the_loop_and_goes_on_from_the_step(prepared, knobs):
    async def scene(session: Session) -> None:
        prepared.clear()
        await session.make(3)
        session.experiment.param.update(**knobs)
        await session.agrees()
        assert len(prepared) == 1 and threading.get_ident() not in prepared
        await session.make(4)

    session = play(scene)
    experiment = Experiment(**SMALL)
    alone = experiment.simulation()
    alone.advance(3)
    experiment.param.update(**knobs)
    experiment.apply_live(alone)
    alone.advance(4)
    assert session.frames[-1].step == 7
    np.testing.assert_array_equal(session.frames[-1].particles, alone.frame.particles)
    assert len(session.new) == 1 and session.errors == []
    assert session.told[-1] == alone.remark and len(session.busy) == 2


def test_other_numbers_are_taken_at_once_and_nothing_is_prepared(prepared):
    async def scene(session: Session) -> None:
        prepared.clear()
        for k in range(1, 20):
            session.experiment.param.update(stepsize=0.01 * k, weight_decay=0.001 * k)
        await session.agrees()
        assert session.simulation.weight_decay == 0.019

    session = play(scene)
    assert prepared == [] and len(session.busy) == 1


def test_steps_ordered_before_and_after_a_switch_are_all_made():
    async def scene(session: Session) -> None:
        session.player.step(5)
        session.experiment.dynamics = "langevin"
        session.player.step(3)
        session.experiment.dynamics = "gradient"
        session.player.step()
        await until(lambda: session.frames[-1].step == 9, seconds=60)
        await session.agrees()

    assert len(play(scene).new) == 1


def test_a_playing_run_goes_on_playing_after_a_switch():
    async def scene(session: Session) -> None:
        session.player.play()
        await until(lambda: session.simulation.step > 20, seconds=60)
        before = session.simulation.step
        session.experiment.dynamics = "langevin"
        await session.agrees()
        switched = session.simulation.step
        assert switched >= before and session.player.playing
        await until(lambda: session.simulation.step > switched + 20, seconds=60)

    steps = [frame.step for frame in play(scene).frames]
    assert steps == sorted(steps)


@pytest.mark.parametrize("then", [{"dynamics": "gradient"}, {"temperature": 0.5, "stepsize": 0.3}])
def test_knobs_turned_while_a_switch_is_prepared_count(gate, then):
    async def scene(session: Session) -> None:
        await session.make(2)
        session.experiment.dynamics = "langevin"
        await until(lambda: len(session.busy) == 2)
        session.experiment.param.update(**then)
        await asyncio.sleep(0.05)
        assert session.course.preparing is session.busy[-1]
        gate.set()
        await session.agrees()
        await session.make(1)

    session = play(scene)
    assert session.frames[-1].step == 3 and session.errors == []


def test_a_new_run_asked_for_while_a_switch_is_prepared_takes_over(gate):
    async def scene(session: Session) -> None:
        await session.make(2)
        session.experiment.dynamics = "langevin"
        await until(lambda: len(session.busy) == 2)
        session.experiment.seed = 3
        gate.set()
        await until(lambda: len(session.new) == 2, seconds=60)
        await session.agrees()
        assert session.simulation.step == 0 and session.simulation.seed == 3

    play(scene)


def test_a_dynamics_chosen_while_a_run_is_prepared_has_the_targets_it_needs(gate):
    async def scene(session: Session) -> None:
        assert session.simulation.problem.labels
        session.experiment.param.update(dynamics="langevin", loss="square")
        await asyncio.sleep(0.02)
        session.experiment.dynamics = "softmin"
        gate.set()
        await until(lambda: len(session.new) == 2, seconds=60)
        await session.agrees()
        assert session.simulation.problem.labels

    session = play(scene, data="teacher", loss="logistic")
    assert session.errors == []


def test_a_dynamics_that_does_not_apply_leaves_the_run_and_its_knobs_can_be_put_back():
    async def scene(session: Session) -> None:
        await session.make(2)
        session.experiment.dynamics = "conic"
        await until(lambda: bool(session.errors))
        assert session.course.preparing is None
        await session.make(1)
        session.experiment.dynamics = "gradient"
        await session.agrees()
        await session.make(1)

    session = play(scene, activation="tanh")
    assert [frame.step for frame in session.frames][-1] == 4
    assert "leaky_relu" in str(session.errors[0]) and len(session.errors) == 1


def test_a_closed_course_holds_no_run():
    async def scene(session: Session) -> None:
        session.player.close()
        session.course.close()
        session.course.close()

    assert play(scene).course.setup is None
