"""The task of one session that computes frames and hands them to the browser.

A turn of the clock runs a chunk of steps in a worker thread, waits until the browser has painted
the frame before, and hands over the new one. So the next frame is computed while the last is
painted, one frame at most waits, and a slow browser sees fewer frames, never old ones. The
document is locked only while a frame is handed over.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from app import stream
from app.orders import Action, Orders
from app.pace import Meter, Pace
from app.sessions import sessions
from app.traffic import Traffic

log = logging.getLogger(__name__)


class Run(Protocol):
    """What the clock asks its player, and tells it under the document lock."""

    playing: bool
    speed: float
    limit: int
    replay: float

    def pause(self) -> None: ...
    def fail(self, error: Exception) -> None: ...
    def measure(self, steps_per_second: float, frames_per_second: float) -> None: ...


def nothing(*_: Any) -> Any:
    """Stand in for a callable that is absent or let go."""


class Clock:
    """Carries out the orders of a player, one at a time; `Player` explains the arguments.

    Orders may come on any thread; they are posted to the event loop, where all else happens.
    """

    def __init__(
        self,
        run: Run,
        work: Callable[[int], Any],
        show: Callable[[Any], Any],
        current_step: Callable[[], int],
        ack: stream.Ack,
    ) -> None:
        self._run, self._ack = run, ack
        self._work, self._show, self._current_step = work, show, current_step
        self._orders = Orders()
        self._pace, self._meter = Pace(), Meter()
        self._traffic = Traffic(ack, self._meter.painted)
        self._document: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def start(self, document: Any) -> None:
        """Begin at the next tick of `document`. Idempotent."""
        if self._document is None and not self._closed:
            self._document = document
            document.add_next_tick_callback(self._begin)

    def close(self) -> None:
        """Stop, and let go of every callable. Idempotent."""
        if self._closed:
            return
        self._closed = True
        self._ack.expire()
        if self._task is not None and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._task = None
        self._work = self._show = self._current_step = nothing
        self._document = None
        self._orders.clear()
        self._traffic.ready.clear()

    # Orders --------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Count time and frames anew; the run was started or stopped."""
        self._post(self._pace.begin)
        self._post(self._meter.begin)

    def rebase(self) -> None:
        """Take note of a new speed or limit."""
        self._post(self._pace.rebase)

    def step(self, count: int) -> None:
        """Make `count` steps."""
        self._post(partial(self._orders.add_steps, count))

    def swap(self, prepare: Action, install: Callable[[Any], Any]) -> None:
        """Call `install(prepare())`."""
        self._post(partial(self._orders.set_swap, prepare, install))

    def refresh(self, produce: Action | None) -> None:
        """Show what `produce()` returns, or the present state."""
        self._post(partial(self._orders.set_produce, produce or partial(self._work, 0)))

    def change(self, function: Action, prepare: Action | None) -> None:
        """Call `prepare()`, if there is one, and then `function()` between two chunks."""
        self._post(partial(self._orders.add_change, function, prepare))

    def _post(self, action: Action) -> None:
        if self._loop is None:
            action()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(action)
            self._loop.call_soon_threadsafe(self._traffic.woken.set)

    # The task ------------------------------------------------------------------------------------

    def _begin(self) -> None:
        if self._task is None and not self._closed:
            self._loop = asyncio.get_running_loop()
            # In an empty context: the task must not pass for a callback that holds the document.
            context = contextvars.Context()
            self._task = context.run(self._loop.create_task, self._go())

    async def _go(self) -> None:
        while not self._closed:
            self._traffic.woken.clear()
            try:
                if not await self._turn():
                    await self._doze()
            except Exception as error:  # told to the user; the clock goes on
                await self._report(error)

    async def _turn(self) -> bool:
        """Do the most urgent thing; whether there was any."""
        orders = self._orders
        while orders.changes:
            await self._change(*orders.changes.popleft())
        if orders.swap is not None:
            await self._exchange(*orders.swap)
            return True
        produce = orders.take_produce()
        steps = 0 if produce else await self._due()
        if not (produce or steps):
            return False
        generation = orders.generation
        made = 0 if self._run.replay else steps
        payload = await self._compute(produce or partial(self._work, steps), made)
        await self._traffic.wait_for_frame(partial(self._wanted, generation))
        if generation == orders.generation:
            self._traffic.ready.append(payload)
            self._document.add_next_tick_callback(self._present)
        return True

    async def _due(self) -> int:
        run = self._run
        most = self._pace.most(sessions.chunk_seconds(self._meter.paint_seconds))
        if self._orders.singles:
            return self._orders.take_steps(most)
        if not run.playing:
            return 0
        if run.replay:
            return self._pace.due(run.replay, 1)
        left = run.limit - self._current_step() if run.limit else most
        if left <= 0:
            await self._locked(run.pause)
            return 0
        return min(self._pace.due(run.speed, most), left)

    async def _doze(self) -> None:
        speed = self._run.replay or self._run.speed
        timeout = self._pace.wait(speed) if self._run.playing else None
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._traffic.woken.wait(), timeout)

    async def _exchange(self, prepare: Action, install: Callable[[Any], Any]) -> None:
        self._orders.swap = None
        generation = self._orders.generation
        prepared = await self._compute(prepare)
        await self._traffic.wait_for_run(partial(self._wanted, generation))
        if self._wanted(generation):
            await self._locked(partial(self._install, install, prepared))
            self._pace.forget()
            self._orders.set_produce(partial(self._work, 0))

    async def _change(self, function: Action, prepare: Action | None) -> None:
        if prepare is not None:
            await self._compute(prepare)
            self._pace.forget()  # a step may now cost more, or less
        await self._locked(function)

    async def _compute(self, function: Action, steps: int = 0) -> Any:
        result, seconds = await sessions.compute(function)
        # What it takes to prepare a picture must not count: chunks would shrink to a step each.
        self._pace.learn(steps, getattr(result, "seconds", seconds))
        self._meter.stepped(steps)
        return result

    def _wanted(self, generation: int) -> bool:
        return generation == self._orders.generation

    async def _locked(self, function: Action) -> None:
        """Call `function()` under the lock, unless the session ends first: nothing is left then."""
        await stream.locked(self._document, lambda: None if self._closed else function())

    async def _report(self, error: Exception) -> None:
        try:
            await self._locked(partial(self._fail, error))
        except Exception:  # the session is gone, and nobody has said so
            log.debug("no page left to report %r to", error, exc_info=True)
            self.close()

    # Under the document lock ---------------------------------------------------------------------

    def _present(self) -> None:
        if not self._traffic.ready:
            return
        # A page that has painted a frame takes the next, while Bokeh still counts parts in.
        if stream.loading(self._document) and not self._ack.seen:
            self._document.add_timeout_callback(self._present, stream.WHILE_LOADING)
            return
        payload = self._traffic.ready.pop()
        try:
            stream.publish(self._document, partial(self._update, payload))
        except Exception as error:  # Bokeh would drop what a failed callback sends
            self._fail(error)
        stream.offer(self._document)
        self._traffic.woken.set()

    def _install(self, install: Callable[[Any], Any], prepared: Any) -> None:
        install(prepared)
        self._traffic.send_run(self._document)

    def _update(self, payload: Any) -> None:
        self._show(payload)
        if (rates := self._meter.rates()) and self._run.playing:
            self._run.measure(*rates)
        self._meter.sent()
        self._ack.send()

    def _fail(self, error: Exception) -> None:
        self._orders.singles = 0
        self._run.fail(error)
