"""A page and a browser that need no server, for tests of what runs on the event loop."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from typing import Any

from bokeh.document import Document


class Page(Document):
    """A document whose ticks are those of the running loop."""

    def add_next_tick_callback(self, callback: Callable[[], Any]) -> Any:
        asyncio.get_running_loop().call_soon(callback)


class Browser:
    """Paints every frame after `seconds`, or never if that is infinite."""

    def __init__(self, seconds: float = 0.001) -> None:
        self.seconds = seconds
        self.sent = self.painted = 0
        self.expired = False
        self.listener: Callable[[], None] | None = None

    @property
    def waiting(self) -> bool:
        return self.painted < self.sent

    def listen(self, listener: Callable[[], None] | None) -> None:
        self.listener = listener

    def send(self) -> None:
        assert not self.waiting, "a frame was sent before the last was painted"
        self.sent += 1
        if math.isfinite(self.seconds):
            asyncio.get_running_loop().call_later(self.seconds, self.paint)

    def paint(self) -> None:
        self.painted = self.sent
        if self.listener is not None:
            self.listener()

    def expire(self) -> None:
        self.expired = True
        self.listener = None


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.002)
