"""The labs open in this process: the threads and time they share, and what becomes of them.

All sessions of a server run in one process. Their players compute in one pool of threads, first
come first served, each in chunks whose length shrinks with the number of players at work. When
a tab closes, Bokeh lets callbacks and arrays live on for half a minute, and its own signal may
never come; a reaper looks once a second for labs without a browser and closes them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from bokeh.document import Document
from tornado.ioloop import PeriodicCallback

log = logging.getLogger(__name__)

LOST_GRACE = 3.0
"""Seconds a lab whose browser has gone is kept: a network that blinks loses nothing."""

UNSEEN_GRACE = 60.0
"""Seconds a lab waits for its first browser: a page fetched but never opened has none. A class that
opens the page at once keeps a browser waiting for longer than the 15 s that Bokeh would grant."""

CHECK_PERIOD = 1.0
"""Seconds between two rounds of the reaper."""

SHORTEST_CHUNK = 0.002
LONGEST_CHUNK = 0.08
"""Seconds. Above, a click on pause is felt to lag; below, starting a chunk costs more than it."""


class Closable(Protocol):
    """A lab: something weakly referable to be closed once, or more often."""

    def close(self) -> None: ...


@dataclass
class _Visit:
    document: weakref.ref[Document]
    registered: float
    connected: bool = False
    held: Any = None  # the session, while Bokeh may not discard it

    def hold(self, session: Any) -> None:
        """Keep Bokeh from discarding a session before its browser has come."""
        if session is not None and self.held is None:
            session.block_expiration()
            self.held = session

    def release(self) -> None:
        """Leave the session to Bokeh again."""
        if self.held is not None:
            self.held.unblock_expiration()
            self.held = None


class Sessions:
    """Registry of the live labs and of the players at work. Holds no lab alive.

    Parameters
    ----------
    clock : returns seconds, increasing; tests give their own.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._visits: weakref.WeakKeyDictionary[Any, _Visit] = weakref.WeakKeyDictionary()
        self._playing: weakref.WeakSet[Any] = weakref.WeakSet()
        self._chunks = 0
        self._reaper: PeriodicCallback | None = None

    @property
    def live(self) -> int:
        """Number of labs registered and not yet closed."""
        return len(self._visits)

    @property
    def playing(self) -> int:
        """Number of players at work."""
        return len(self._playing)

    def register(self, lab: Closable, document: Document) -> None:
        """Watch over `lab`: close it when `document` has lost its browser or is destroyed."""
        self._visits[lab] = _Visit(weakref.ref(document), self._clock())
        lab_ref = weakref.ref(lab)

        def on_destroyed(session_context: Any) -> None:
            if (gone := lab_ref()) is not None:
                self._close(gone)

        document.on_session_destroyed(on_destroyed)
        with contextlib.suppress(RuntimeError):  # no loop when `--dev` warms up: nothing to reap
            asyncio.get_running_loop()
            self.start_reaper()  # for a server without app_hooks, or one that reloaded this module

    def unregister(self, lab: Closable) -> None:
        """Forget `lab`; for a lab that closes by itself. Idempotent."""
        self._visits.pop(lab, None)

    def set_playing(self, player: Any, playing: bool) -> None:
        """Count `player` among those sharing the processor, or no longer."""
        (self._playing.add if playing else self._playing.discard)(player)

    def chunk_seconds(self, paint_seconds: float) -> float:
        """Wall time the next chunk of a player may take.

        As long as the browser takes to paint a frame, so that neither waits for the other; times
        the player's share of the threads, given the chunks of others under way or waiting.
        """
        share = min(1.0, workers() / (self._chunks + 1))
        return max(SHORTEST_CHUNK, share * min(paint_seconds, LONGEST_CHUNK))

    async def compute(self, function: Callable[[], Any]) -> tuple[Any, float]:
        """Run `function()` in a thread of the pool: its result, and the seconds it took there."""

        def timed() -> tuple[Any, float]:
            begun = time.perf_counter()
            return function(), time.perf_counter() - begun

        self._chunks += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(pool(), timed)
        finally:
            self._chunks -= 1

    def start_reaper(self) -> None:
        """Check on the labs every second on the event loop current here. Idempotent."""
        if self._reaper is None:
            self._reaper = PeriodicCallback(self.reap, CHECK_PERIOD * 1000)
            self._reaper.start()

    def stop_reaper(self) -> None:
        """Stop checking. Idempotent."""
        if self._reaper is not None:
            self._reaper.stop()
            self._reaper = None

    def reap(self) -> None:
        """Close the labs nobody looks at any more."""
        for lab, visit in list(self._visits.items()):
            if self._abandoned(visit):
                self._close(lab)

    def _abandoned(self, visit: _Visit) -> bool:
        document = visit.document()
        context = document.session_context if document is not None else None
        if context is None or context.destroyed:
            return True
        session = getattr(context, "session", None)
        if session is not None and session.connection_count > 0:
            visit.connected = True
            visit.release()
            return False
        if visit.connected and session is not None:
            return session.milliseconds_since_last_unsubscribe > 1000 * LOST_GRACE
        visit.hold(session)
        return self._clock() - visit.registered > UNSEEN_GRACE

    def _close(self, lab: Closable) -> None:
        visit = self._visits.pop(lab, None)
        if visit is None:
            return
        visit.release()
        try:
            lab.close()
        except Exception:  # the session must end whatever the lab does
            log.exception("a lab failed to close")
        document = visit.document()
        context = document.session_context if document is not None else None
        session = getattr(context, "session", None)
        if session is not None:
            session.request_expiration()


sessions = Sessions()
"""The registry of this process."""


@cache
def workers() -> int:
    """Number of processors this process may use, hence of threads in the pool."""
    affinity = getattr(os, "sched_getaffinity", None)  # absent on macOS and Windows
    return max(1, len(affinity(0)) if affinity else os.cpu_count() or 1)


@cache
def pool() -> ThreadPoolExecutor:
    """The threads all players of this process compute in: one for each processor, in turn."""
    return ThreadPoolExecutor(max_workers=workers(), thread_name_prefix="wideflow")
