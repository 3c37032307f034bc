"""New runs in fast succession: the browser is sent one at a time, and the last one in any case."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any

import panel as pn

from .stage import Lab, Page, perform, until


class Seen(Page):
    """A document that a browser has taken over and built."""

    def __init__(self) -> None:
        super().__init__()
        session = SimpleNamespace(_subscribed_connections=[object()])
        self._session_context = lambda: SimpleNamespace(session=session)
        pn.state._connected[self] = True


class Watched(Lab):
    """A lab before a browser that paints when it is told to; `installed` are the runs it was
    sent."""

    def __init__(self) -> None:
        super().__init__(paint=math.inf)
        self.page = Seen()
        self.browser.most = 2  # a run and its frame
        self.installed: list[str] = []

    def install(self, simulation: Any) -> None:
        super().install(simulation)
        self.installed.append(simulation.name)


def watch(scene: Callable[[Watched], Coroutine[Any, Any, None]]) -> Watched:
    return perform(scene, Watched(), lambda lab: asyncio.sleep(0.01))


def test_a_run_and_its_frame_leave_without_waiting_for_the_browser() -> None:
    async def scene(lab: Watched) -> None:
        lab.restart("second")
        await until(lambda: lab.shown == [("second", 0)])
        assert lab.browser.last_sent == 2 and lab.browser.last_painted == 0

    watch(scene)


def test_runs_in_fast_succession_wait_for_the_browser_and_the_last_counts() -> None:
    async def scene(lab: Watched) -> None:
        for k in range(10):
            lab.restart(f"run {k}")
            await asyncio.sleep(0.02)
        assert lab.installed == ["run 0"]
        lab.browser.paint()
        await until(lambda: lab.shown[-1:] == [("run 9", 0)])
        assert lab.installed == ["run 0", "run 9"]

    watch(scene)


def test_a_run_does_not_wait_for_a_frame_of_the_run_before() -> None:
    async def scene(lab: Watched) -> None:
        lab.restart("first")
        await until(lambda: lab.shown == [("first", 0)])
        lab.browser.paint()
        lab.player.step()
        await until(lambda: lab.shown[-1] == ("first", 1))
        lab.browser.most = 3  # that frame, a run and its first one
        lab.restart("second")
        await until(lambda: lab.shown[-1] == ("second", 0))
        assert lab.browser.last_painted == 2

    watch(scene)


def test_frames_of_a_new_run_wait_for_its_first() -> None:
    async def scene(lab: Watched) -> None:
        lab.restart("first")
        lab.player.play()
        await until(lambda: lab.shown == [("first", 0)])
        await asyncio.sleep(0.1)
        assert len(lab.shown) == 1
        lab.browser.paint()
        await until(lambda: len(lab.shown) == 2)

    watch(scene)
