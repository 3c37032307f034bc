"""A page, a browser and a lab that need no server, for tests of what runs on the event loop."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from bokeh.document import Document

from app.player import Player

#: Whatever has a `player` and a `page`.
Actor = TypeVar("Actor", bound=Any)


class Page(Document):
    """A document whose ticks are those of the running loop."""

    def add_next_tick_callback(self, callback: Callable[[], Any]) -> Any:
        asyncio.get_running_loop().call_soon(callback)


class Browser:
    """Paints every frame after `seconds`, or never if that is infinite."""

    def __init__(self, seconds: float = 0.001) -> None:
        self.seconds = seconds
        self.most = 1  # how many messages it may be sent before it has painted
        self.last_sent = self.last_painted = 0
        self.expired = False
        self.listener: Callable[[], None] | None = None

    @property
    def waiting(self) -> bool:
        return self.last_painted < self.last_sent

    @property
    def seen(self) -> bool:
        return self.last_painted > 0

    def listen(self, listener: Callable[[], None] | None) -> None:
        self.listener = listener

    def send(self) -> None:
        self.last_sent += 1
        pending = self.last_sent - self.last_painted
        assert pending <= self.most, "a frame was sent before the last was painted"
        if math.isfinite(self.seconds):
            asyncio.get_running_loop().call_later(self.seconds, self.paint)

    def paint(self) -> None:
        self.last_painted = self.last_sent
        if self.listener is not None:
            self.listener()

    def expire(self) -> None:
        self.expired = True
        self.listener = None


class Simulation:
    """Counts steps, and objects if two threads advance it at once."""

    def __init__(self, cost: float = 0.0005, name: str = "first") -> None:
        self.step = 0
        self.cost = cost
        self.name = name
        self.fails = False
        self._alone = threading.Lock()

    def advance(self, steps: int) -> None:
        assert self._alone.acquire(blocking=False), "two threads advanced one simulation"
        try:
            for _ in range(steps):
                if self.fails:
                    raise FloatingPointError(f"at step {self.step}")
                time.sleep(self.cost)
                self.step += 1
        finally:
            self._alone.release()

    @property
    def busy(self) -> bool:
        return self._alone.locked()


class Lab:
    """A simulation with its player; `shown` is what the page has displayed."""

    def __init__(self, paint: float = 0.001, cost: float = 0.0005, **params: Any) -> None:
        self.simulation = Simulation(cost)
        self.browser = Browser(paint)
        self.shown: list[tuple[str, int]] = []
        self.errors: list[Exception] = []
        self.page = Page()
        self.player = Player(
            self.work, self.shown.append, self.current, self.browser, self.errors.append, **params
        )

    def work(self, steps: int) -> tuple[str, int]:
        self.simulation.advance(steps)
        return self.simulation.name, self.simulation.step

    def current(self) -> int:
        assert not self.simulation.busy
        return self.simulation.step

    def install(self, simulation: Simulation) -> None:
        assert not self.simulation.busy
        self.simulation = simulation

    def restart(self, name: str) -> None:
        self.player.restart(lambda: Simulation(self.simulation.cost, name), self.install)

    @property
    def step(self) -> int:
        return self.shown[-1][1] if self.shown else 0


def play(scene: Callable[[Lab], Coroutine[Any, Any, None]], **params: Any) -> Lab:
    """Run `scene` with a lab whose clock has started; close the lab after it."""
    return perform(scene, Lab(**params), lambda lab: asyncio.sleep(0.01))


def perform(
    scene: Callable[[Actor], Coroutine[Any, Any, None]],
    actor: Actor,
    begin: Callable[[Actor], Coroutine[Any, Any, None]],
) -> Actor:
    """Start the player of `actor`, wait for `begin`, run `scene` and close the player."""

    async def run() -> None:
        actor.player.start(actor.page)
        await begin(actor)
        try:
            await scene(actor)
        finally:
            actor.player.close()
        await asyncio.sleep(0.01)

    asyncio.run(run())
    return actor


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.002)


async def settled(lab: Lab) -> None:
    """Wait until nothing has happened for a while, looked at three times: one look after a stall
    of the machine comes before what waited for it."""
    seen, quiet = None, 0
    while quiet < 3:
        now = lab.simulation.step, len(lab.shown), lab.simulation.busy, lab.browser.waiting
        quiet = quiet + 1 if now == seen and not any(now[2:]) else 0
        seen = now
        await asyncio.sleep(0.05)
