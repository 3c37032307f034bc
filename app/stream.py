"""One frame, one message: hand a frame to the browser and learn when it was painted.

Bokeh has no backpressure of its own: frames sent faster than the browser paints them pile up
without bound. `FrameAck` closes the loop. Its number travels in the same message as the data of
the frame; the browser sends it back once the frame is on the screen; the player then sends the
next. `publish` makes that one message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

import panel as pn
import param
from bokeh.document import Document
from bokeh.document.events import DocumentPatchedEvent
from panel.io.model import monkeypatch_events

# Bokeh paints a plot in an animation frame, at most 60 times a second (its `throttle`). Waiting as
# long, then for an animation frame, then for the task after it lands behind that paint. A hidden
# tab has no animation frames: no answer leaves it until it is visible again, so its run waits.
_REPORT_AFTER_PAINT = """
export function render({model}) {
  if (model.closed) { window.location.reload(); return }
  let painted_at = 0, waiting = false
  const report = () => { waiting = false; model.painted = model.sent }
  const in_frame = () => { painted_at = Date.now(); setTimeout(report, 0) }
  const after_paint = () => {
    if (waiting) return
    waiting = true
    const pause = 1000 / 60 - (Date.now() - painted_at)
    if (pause > 0) setTimeout(() => requestAnimationFrame(in_frame), pause)
    else requestAnimationFrame(in_frame)
  }
  model.on('sent', after_paint)
  if (model.sent !== model.painted) after_paint()
}
"""


class Ack(Protocol):
    """An account of frames sent and painted, as `FrameAck` keeps it; tests keep their own."""

    @property
    def waiting(self) -> bool: ...
    def listen(self, listener: Callable[[], None] | None) -> None: ...
    def send(self) -> None: ...
    def expire(self) -> None: ...


class FrameAck(pn.custom.JSComponent):
    """Invisible part of the page that counts frames out and painted frames back in.

    Place it anywhere in the page (header, main, sidebar), before the run starts. The parameters
    are the browser's side of the account; Python reads `waiting` and calls `send`. Both bypass
    Panel's parameter traffic, which costs a millisecond a frame, delays what comes from the
    browser by 50 ms and flashes the page's busy indicator.
    """

    sent = param.Integer(default=0, doc="Number of the last frame sent.")
    painted = param.Integer(default=0, doc="Number of the last frame the browser has painted.")
    closed = param.Boolean(default=False, doc="The run is gone: a page that comes back reloads.")

    _esm = _REPORT_AFTER_PAINT
    _linked_properties = ()  # nothing for Panel to listen to; see `_get_model`

    def __init__(self, **params: Any) -> None:
        super().__init__(**{"width": 0, "height": 0, "margin": 0, "visible": False} | params)
        self._last_sent = 0
        self._last_painted = 0
        self._listener: Callable[[], None] | None = None

    @property
    def waiting(self) -> bool:
        """Whether a frame is on its way and not yet painted."""
        return self._last_painted < self._last_sent

    def listen(self, listener: Callable[[], None] | None) -> None:
        """Call `listener()` on the event loop each time a frame has been painted."""
        self._listener = listener

    def send(self) -> None:
        """Number a new frame. Call it inside `publish`, after the updates of the frame."""
        self._last_sent += 1
        for data in self._data():
            data.sent = self._last_sent

    def expire(self) -> None:
        """Mark the page as closed, so that a browser which connects after all loads it afresh."""
        self._listener = None
        for data in self._data():
            data.closed = True

    def _data(self) -> list[Any]:
        models: list[Any] = [model for model, _ in self._models.values()]
        return [model.data for model in models]

    def _get_model(self, *args: Any, **kwargs: Any) -> Any:
        model: Any = super()._get_model(*args, **kwargs)
        model.data.on_change("painted", self._on_painted)
        return model

    def _on_painted(self, _attr: str, _old: int, new: int) -> None:
        self._last_painted = max(self._last_painted, new)
        if self._listener is not None:
            self._listener()


def publish(doc: Document, update: Callable[[], Any]) -> None:
    """Run `update()` and send all it changed in `doc` to the browser as one message.

    Call it under the document lock, as `doc.add_next_tick_callback` does. Bokeh alone sends a
    message for each change. `panel.io.hold` sends one, but puts it off by 10 ms whenever the
    answer to the browser's last message is still being written, that is, at every frame.

    Parameters
    ----------
    doc : Document of the session.
    update : sets properties of Bokeh models. What it raises is raised again, after the changes
        made so far have been sent.
    """
    if doc.callbacks.hold_value is not None:  # inside another batch, which will send it
        update()
        return
    doc.hold("combine")
    try:
        update()
    finally:
        _send_held(doc)


def _send_held(doc: Document) -> None:
    callbacks = doc.callbacks
    session: Any = getattr(doc.session_context, "session", None)
    writes = getattr(session, "_pending_writes", None)
    if writes is not None:
        held = callbacks._held_events
        patches = [event for event in held if isinstance(event, DocumentPatchedEvent)]
        callbacks._held_events = [e for e in held if not isinstance(e, DocumentPatchedEvent)]
        monkeypatch_events(patches)
        if patches:
            for connection in session._subscribed_connections:
                message = connection.protocol.create("PATCH-DOC", patches)
                writes.append(connection._socket.send_message(message))
    doc.unhold()  # the rest: wake-ups asked for by `update`, or all of it without a live session


async def locked(document: Any, function: Callable[[], Any]) -> None:
    """Run `function()` under the lock of `document` on the event loop, and wait for it.

    Raises what `function` raises. Never returns if the session ends first: cancel it then.
    """
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def call() -> None:
        try:
            function()
        except Exception as error:
            if not done.done():
                done.set_exception(error)
        else:
            if not done.done():
                done.set_result(None)

    document.add_next_tick_callback(call)
    await done
