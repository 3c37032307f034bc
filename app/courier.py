"""Brings files to the browser, and has it save pictures of figures."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from app.exports import Progress
from app.script import Script

_ASSETS = Path(__file__).resolve().parents[1] / "assets"

#: Bytes of a message: a socket drops where a file comes at once.
PART = 2**20
#: Seconds after which a browser that does not answer is taken for lost.
PATIENCE = 30.0


class Courier(Script):
    """Invisible part of the page. A file goes in parts, each sent when the last has arrived."""

    _esm = (_ASSETS / "courier.js").read_text()

    def __init__(self, **params: Any) -> None:
        super().__init__(**{"width": 0, "height": 0, "margin": 0, "visible": False} | params)
        self._answer: asyncio.Future[Any] | None = None

    async def deliver(self, name: str, mime: str, content: bytes, progress: Progress) -> None:
        """Have the browser save `content` as a file.

        Raises
        ------
        CancelledError
            Out of `progress`.
        ConnectionError
            If the browser does not answer.
        """
        starts = range(0, max(1, len(content)), PART)
        for start in starts:
            progress(start / max(1, len(content)))
            await self._ask(
                {
                    "kind": "part",
                    "name": name,
                    "mime": mime,
                    "first": start == 0,
                    "last": start == starts[-1],
                    "part": content[start : start + PART],
                }
            )

    async def picture(self, name: str, kind: str, **what: Any) -> None:
        """Have the browser save figures as one picture.

        Parameters
        ----------
        name : str
            Of the file.
        kind : str
            "png" or "svg".
        **what
            ``figures``: ids of the Bokeh figures; ``title``; ``paper`` and ``ink``: colours.

        Raises
        ------
        ValueError
            If the browser could not: says why.
        ConnectionError
            If it does not answer.
        """
        failure = await self._ask({"kind": kind, "name": name, **what})
        if failure:
            raise ValueError(f"The browser could not draw it: {failure}")

    async def _ask(self, message: dict[str, Any]) -> Any:
        """Send a message; return what the browser answers."""
        self._answer = asyncio.get_running_loop().create_future()
        self._send_msg(message)
        try:
            return await asyncio.wait_for(self._answer, PATIENCE)
        except TimeoutError:
            raise ConnectionError("The browser does not answer; reload the page") from None

    def _handle_msg(self, data: Any) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(data.get("failure") or "")
