"""One frame, one message: hand a frame to the browser and learn when it was painted.

Bokeh has no backpressure of its own: frames sent faster than the browser paints them pile up
without bound. `FrameAck` closes the loop. Its number travels in the same message as the data of
the frame; the browser sends it back as it paints the frame; the player then sends the next.
`publish` makes that one message.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol

import panel as pn
import param
from bokeh.document import Document
from bokeh.document.events import DocumentPatchedEvent
from panel.io.model import monkeypatch_events

from app import wire
from app.making import ready_to_pull
from app.patch import message
from app.script import Script

# Bokeh paints a plot in an animation frame, at most 60 times a second (its `throttle`). Waiting as
# long, then for an animation frame, lands in the one that paints. The answer leaves at once: while
# the browser is at its brush, the server hands over the next frame, which waits its turn there.
# A hidden tab has no animation frames: no answer leaves it until it is visible again, so its run
# waits.
#
# A visible page also beats every two seconds. The server answers while the lab lives. A page
# without answer belongs to a lab that is gone (laptop closed, network lost, server restarted);
# it loads itself afresh as soon as the server can be reached.
_BROWSER_SIDE = """
export function render({model}) {
  let painted_at = 0, waiting = false
  const in_frame = () => {
    painted_at = Date.now()
    waiting = false
    model.painted = model.sent
  }
  const with_paint = () => {
    if (waiting) return
    waiting = true
    const pause = 1000 / 60 - (Date.now() - painted_at)
    if (pause > 0) setTimeout(() => requestAnimationFrame(in_frame), pause)
    else requestAnimationFrame(in_frame)
  }
  model.on('sent', with_paint)
  if (model.sent > model.painted) with_paint()  // the first frame came with the page

  const unanswered = () => model.beat - model.pulse
  const revive = async () => {
    const answer = await fetch('favicon.ico', {cache: 'no-store'})
    if (answer.status < 500 && unanswered() >= 5) window.location.reload()
  }
  const timer = setInterval(() => {
    if (document.hidden) return
    if (unanswered() >= 5) revive().catch(() => {})
    model.beat += 1
  }, 2000)
  model.on('remove', () => clearInterval(timer))
}
"""

#: Milliseconds after which a page that is loading is looked at again.
WHILE_LOADING = 30

LOST_AFTER = 3.0
"""Seconds after which a frame counts as lost if the browser beats but has not painted it."""


class Ack(Protocol):
    """An account of frames sent and painted, as `FrameAck` keeps it; tests keep their own."""

    last_sent: int
    last_painted: int

    @property
    def waiting(self) -> bool: ...
    @property
    def seen(self) -> bool: ...
    def listen(self, listener: Callable[[], None] | None) -> None: ...
    def send(self) -> None: ...
    def expire(self) -> None: ...


class FrameAck(Script):
    """Invisible part of the page that counts frames out and painted frames back in.

    Place it anywhere in the page (header, main, sidebar), before the run starts. The parameters
    are the browser's side of the account; Python reads `waiting` and calls `send`. Both bypass
    Panel's parameter traffic, which costs a millisecond a frame, delays what comes from the
    browser by 50 ms and flashes the page's busy indicator.

    Attributes
    ----------
    last_sent, last_painted : int
        Numbers of the last frame sent, and of the last that the browser says it has painted.
    """

    sent = param.Integer(default=0, doc="Number of the last frame sent.")
    painted = param.Integer(default=0, doc="Number of the last frame the browser has painted.")
    beat = param.Integer(default=0, doc="Counts up every two seconds in a visible page.")
    pulse = param.Integer(default=0, doc="The last beat the server has answered.")

    _esm = _BROWSER_SIDE
    _linked_properties = ()  # nothing for Panel to listen to; see `_get_model`

    def __init__(self, **params: Any) -> None:
        super().__init__(**{"width": 0, "height": 0, "margin": 0, "visible": False} | params)
        self.last_sent = 0
        self.last_painted = 0
        self._sent_at = 0.0
        self._expired = False
        self._listener: Callable[[], None] | None = None

    @property
    def waiting(self) -> bool:
        """Whether a frame is on its way and not yet painted."""
        return self.last_painted < self.last_sent

    @property
    def seen(self) -> bool:
        """Whether the browser has painted a frame: its figures are there, and take the next."""
        return self.last_painted > 0

    def listen(self, listener: Callable[[], None] | None) -> None:
        """Call `listener()` on the event loop each time a frame has been painted."""
        self._listener = listener

    def send(self) -> None:
        """Number a new frame. Call it inside `publish`, after the updates of the frame."""
        self.last_sent += 1
        self._sent_at = time.monotonic()
        for data in self._data():
            data.sent = self.last_sent

    def expire(self) -> None:
        """Answer no more: the lab is closed, and a page that is there after all reloads."""
        self._listener = None
        self._expired = True

    def _data(self) -> list[Any]:
        models: list[Any] = [model for model, _ in self._models.values()]
        return [model.data for model in models]

    def _get_model(self, *args: Any, **kwargs: Any) -> Any:
        model: Any = super()._get_model(*args, **kwargs)
        model.data.on_change("painted", self._on_painted)
        model.data.on_change("beat", self._on_beat)
        return model

    def _on_painted(self, _attr: str, _old: int, new: int) -> None:
        self.last_painted = max(self.last_painted, new)
        if self._listener is not None:
            self._listener()

    def _on_beat(self, _attr: str, _old: int, new: int) -> None:
        if self._expired:
            return
        for data in self._data():
            data.pulse = new
        if self.waiting and time.monotonic() - self._sent_at > LOST_AFTER:
            self._on_painted("painted", self.last_painted, self.last_sent)


def publish(doc: Document, update: Callable[[], Any]) -> None:
    """Run `update()` and send all it changed in `doc` to the browser as one message.

    Call it under the document lock, as `doc.add_next_tick_callback` does. Bokeh alone sends a
    message for each change. `panel.io.hold` sends one, but puts it off by 10 ms whenever the
    answer to the browser's last message is still being written, that is, at every frame.

    Parameters
    ----------
    doc : Document of the session.
    update : sets properties of Bokeh models. What it raises is raised again, with the changes made
        so far on their way; catch it, since Bokeh drops what a failed callback sends.
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
                writes.append(wire.send(connection, message(doc, patches)))
    doc.unhold()  # the rest: wake-ups asked for by `update`, or all of it without a live session


def offer(document: Any) -> None:
    """Prepare the page for its browser, if that has not taken it over yet."""
    session = getattr(document.session_context, "session", None)
    if session is not None and not session._subscribed_connections:
        ready_to_pull(document)


def loading(document: Any) -> bool:
    """Tell whether the browser has taken over the document and is still building the page.

    Before, a change is part of what the browser will get, and after, it is sent. Meanwhile parts
    that come or go would meet a page that is half there.
    """
    return taken(document) and not pn.state._connected.get(document)


def taken(document: Any) -> bool:
    """Tell whether a browser has taken over the document, so that changes are sent to it."""
    session = getattr(document.session_context, "session", None)
    return bool(session is not None and session._subscribed_connections)


async def locked(document: Any, function: Callable[[], Any]) -> None:
    """Run `function()` under the lock of `document` on the event loop, and wait for it.

    What it changes goes out as one message, at once: Panel alone may put it off, and a frame that
    came first would speak of figures that the browser does not know yet.

    Raises what `function` raises. Never returns if the session ends first: cancel it then.
    """
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def call() -> None:
        if done.done():  # whoever asked has been cancelled
            return
        if loading(document):
            document.add_timeout_callback(call, WHILE_LOADING)
            return
        try:
            publish(document, function)
        except Exception as error:  # raised again where it is awaited
            if not done.done():  # or the function has cancelled who asked
                done.set_exception(error)
        else:
            if not done.done():
                done.set_result(None)

    document.add_next_tick_callback(call)
    await done


def quiet(page: param.Parameterized) -> None:
    """Cut `page`, a `panel_material_ui.Page`, loose from `pn.state.busy`.

    That flag is one for the whole process: every event in any session would send two messages to
    every page, and the flag would keep the page of every session ever opened alive.
    """
    for watcher in list(pn.state.param.watchers.get("busy", {}).get("value", [])):
        follower = getattr(watcher.fn, "__self__", None)
        if getattr(follower, "self", None) is page:
            pn.state.param.unwatch(watcher)
