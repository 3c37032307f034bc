"""What is on its way to the browser of one session: at most one frame and one new run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from app import stream


class Traffic:
    """Waits for the browser on behalf of a clock. To be used on the event loop alone.

    A new run is sent with its first frame, without waiting for that of the run before. Else each
    waits until the last of its kind is painted: an arrow key held on a slider would pile up runs.

    Parameters
    ----------
    ack : learns from the browser which frames are painted.
    painted : called each time one has been.

    Attributes
    ----------
    ready : list
        The payload handed over and not yet shown, if there is one.
    woken : asyncio.Event
        To be set whenever what is waited for may have come.
    """

    def __init__(self, ack: stream.Ack, painted: Callable[[], Any]) -> None:
        self._ack, self._painted = ack, painted
        self._run = 0  # number of the message that took the newest run to the browser
        self.ready: list[Any] = []
        self.woken = asyncio.Event()
        ack.listen(self._on_painted)

    async def wait_for_frame(self, wanted: Callable[[], bool]) -> None:
        """Wait until another frame may leave, as long as one is `wanted()`."""
        ack = self._ack
        await self._wait(
            lambda: wanted() and (self.ready or (ack.waiting and ack.last_sent != self._run))
        )

    async def wait_for_run(self, wanted: Callable[[], bool]) -> None:
        """Wait until another run may leave, as long as it is `wanted()`."""
        await self._wait(lambda: wanted() and self._ack.last_painted < self._run)

    def send_run(self, document: Any) -> None:
        """Number a new run. Within the message that takes it to the browser."""
        if stream.taken(document):  # else it is part of what the browser will get
            self._ack.send()
            self._run = self._ack.last_sent

    def _on_painted(self) -> None:
        self._painted()
        self.woken.set()

    async def _wait(self, busy: Callable[[], Any]) -> None:
        while busy():
            self.woken.clear()
            await self.woken.wait()
