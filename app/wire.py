"""The websocket of a page: what Bokeh sends and does at every message and nobody waits for.

Where a later Bokeh or Tornado has other insides, messages go as they come.
"""

from __future__ import annotations

import contextlib
from functools import partial
from types import SimpleNamespace
from typing import Any

from bokeh.core.serialization import Serialized
from bokeh.document import Document
from bokeh.document.events import DocumentPatchedEvent
from tornado.iostream import StreamClosedError


async def send(connection: Any, message: Any) -> None:
    """Send a message at once and in one piece; each of its parts would be one of the network.

    Parameters
    ----------
    connection : bokeh.server.connection.ServerConnection
    message : bokeh.protocol.message.Message
    """
    socket = connection._socket
    web = socket.ws_connection
    if web is None:  # closed a moment ago
        return
    _lighten(connection)
    # TCP would keep a message back until the browser's system has confirmed the one before, which
    # that system puts off by up to 40 ms: a frame would take as long.
    socket.set_nodelay(True)
    if getattr(web, "_compressor", True) is not None:
        await socket.send_message(message)
        return
    parts = Parts()
    await message.send(parts)
    with await socket.write_lock.acquire(), contextlib.suppress(StreamClosedError):
        await web.stream.write(b"".join(_framed(web, *part) for part in parts.written))


class Parts:
    """Stands in for a websocket: keeps what a message would have sent, text and whether binary."""

    def __init__(self) -> None:
        self.written: list[tuple[str | bytes, bool]] = []
        self.write_lock = self

    async def acquire(self) -> Any:
        """Return a lock that is always free."""
        return contextlib.nullcontext()

    async def write_message(
        self, message: str | bytes, binary: bool = False, locked: bool = True
    ) -> None:
        """Keep a part."""
        self.written.append((message, binary))


def _framed(web: Any, message: str | bytes, binary: bool) -> bytes:
    """Return the bytes of a part as Tornado's connection `web` would write them."""
    whole = message.encode() if isinstance(message, str) else message
    made: list[bytes] = []
    stream, web.stream = web.stream, SimpleNamespace(write=made.append)
    try:
        web._write_frame(True, 0x2 if binary else 0x1, whole)
    finally:
        web.stream = stream
    return b"".join(made)


def _lighten(connection: Any) -> None:
    """Have a connection answer no change with "ok" and take in numbers quickly. Idempotent.

    An answer is three messages more a frame. What failed is still told.
    """
    if "ok" in vars(connection):
        return
    answer, document = connection.ok, connection.session.document
    connection.ok = lambda asked: None if asked.msgtype == "PATCH-DOC" else answer(asked)
    if "apply_json_patch" not in vars(document):  # a browser may come back to its document
        document.apply_json_patch = partial(_take, document, document.apply_json_patch)


def _take(document: Document, take: Any, patch: Any, *, setter: Any = None) -> None:
    """Take in a change from the browser; one of mere numbers without listing all models first."""
    events = (patch.content if isinstance(patch, Serialized) else patch)["events"]
    if not all(_plain(document, event) for event in events):
        take(patch, setter=setter)
        return
    for event in events:
        change: Any = {**event, "model": document.models.get_by_id(event["model"]["id"])}
        DocumentPatchedEvent.handle_event(document, change, setter)


def _plain(document: Document, event: Any) -> bool:
    """Tell whether an event sets a property of a known model to a number or a text."""
    return (
        event.get("kind") == "ModelChanged"
        and type(event.get("new")) in (int, float, str, bool)
        and document.models.get_by_id(event["model"]["id"]) is not None
    )
