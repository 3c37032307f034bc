"""A frame leaves as one message, in binary, and comes back when painted."""

import asyncio
import gc
import weakref
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import panel as pn
import panel_material_ui as pmui
import pytest
from bokeh.document import Document
from bokeh.models import ColumnDataSource, Div
from bokeh.protocol import Protocol
from bokeh.server.session import ServerSession
from tornado.ioloop import IOLoop

from app import stream
from app.stream import FrameAck, locked, publish, quiet


def sources(document: Document, count: int) -> list[ColumnDataSource]:
    made = [ColumnDataSource({"x": np.zeros(1000, "f4")}) for _ in range(count)]
    for source in made:
        document.add_root(source)
    return made


class Connection:
    """A browser that keeps what it is sent."""

    def __init__(self) -> None:
        self.protocol = Protocol()
        self.received: list[Any] = []
        self._socket = self
        self.ws_connection = self
        self.hurried = False
        self.ok = None  # as one that has been dealt with: see test_wire

    def set_nodelay(self, value: bool) -> None:
        self.hurried = value

    async def send_message(self, message: Any) -> None:
        assert self.hurried  # or TCP may keep it back
        self.received.append(message)


def messages(
    document: Document, update: Callable[[], Any], publishing: Callable[..., Any] = publish
) -> list[Any]:
    """Publish `update` in a session with one browser; the messages it is sent."""
    connection = Connection()

    async def serve() -> None:
        session = ServerSession("id", document, io_loop=IOLoop.current())
        context = SimpleNamespace(session=session)
        document._session_context = lambda: context
        session.subscribe(connection)
        await session.with_document_locked(lambda: publishing(document, update))
        await asyncio.sleep(0.01)

    asyncio.run(serve())
    return connection.received


def test_all_changes_of_a_frame_are_one_message_in_binary() -> None:
    document = Document()
    columns = sources(document, 5)
    label = Div()
    document.add_root(label)

    def update() -> None:
        for k, source in enumerate(columns):
            source.data = {"x": np.full(1000, k, "f4")}
        label.text = "step 1"

    (message,) = messages(document, update)
    assert message.msgtype == "PATCH-DOC"
    assert len(message.content["events"]) == 6
    assert [len(buffer.to_bytes()) for buffer in message.buffers] == [4000] * 5
    assert document.callbacks.hold_value is None


def test_of_two_values_for_one_property_the_last_is_sent() -> None:
    document = Document()
    label = Div()
    document.add_root(label)
    (message,) = messages(document, lambda: (label.update(text="1"), label.update(text="2")))
    assert [event["new"] for event in message.content["events"]] == ["2"]


def test_nothing_changed_is_no_message() -> None:
    assert messages(Document(), lambda: None) == []


def test_a_wake_up_asked_for_by_the_update_comes() -> None:
    document = Document()
    called: list[int] = []
    messages(document, lambda: document.add_next_tick_callback(lambda: called.append(1)))
    assert called == [1]


def test_an_update_that_fails_sends_what_it_did_and_releases_the_document() -> None:
    document = Document()
    label = Div()
    document.add_root(label)

    def update() -> None:
        label.text = "half"
        raise ValueError("broken")

    def caught() -> None:
        with pytest.raises(ValueError, match="broken"):
            publish(document, update)

    assert len(messages(document, caught, publishing=lambda document, act: act())) == 1
    assert document.callbacks.hold_value is None


def test_without_a_session_the_document_changes_all_the_same() -> None:
    document = Document()
    label = Div()
    document.add_root(label)
    publish(document, lambda: label.update(text="offline"))
    assert label.text == "offline"
    assert document.callbacks.hold_value is None


def test_inside_a_batch_of_another_nothing_is_sent_before_its_end() -> None:
    document = Document()
    label = Div()
    document.add_root(label)
    seen: list[Any] = []
    document.on_change(seen.append)
    document.hold()
    publish(document, lambda: label.update(text="later"))
    assert seen == []
    document.unhold()
    assert len(seen) == 1


def test_what_comes_while_the_browser_builds_the_page_waits_until_it_is_built() -> None:
    document, done = Document(), []
    label = Div()
    document.add_root(label)

    async def serve() -> None:
        session = ServerSession("id", document, io_loop=IOLoop.current())
        document._session_context = lambda: SimpleNamespace(session=session)

        async def change(text: str) -> None:
            await locked(document, lambda: label.update(text=text))

        await change("before")  # part of what the browser will get
        session.subscribe(Connection())
        waiting = asyncio.create_task(change("meanwhile"))
        given_up = asyncio.create_task(change("by somebody who left"))
        await asyncio.sleep(3 * stream.WHILE_LOADING / 1000)
        given_up.cancel()
        done.append((label.text, waiting.done()))
        pn.state._connected[document] = True
        await waiting
        await asyncio.sleep(3 * stream.WHILE_LOADING / 1000)
        done.append((label.text, waiting.done()))

    asyncio.run(serve())
    assert done == [("before", False), ("meanwhile", True)]


def browser(ack: FrameAck) -> Any:
    """Place `ack` in a page; the model the browser sees."""
    return ack.get_root(Document()).data


def test_a_frame_is_awaited_until_it_is_painted() -> None:
    ack = FrameAck()
    page, painted = browser(ack), []
    ack.listen(lambda: painted.append(ack.waiting))
    assert not ack.waiting
    ack.send()
    assert (ack.waiting, page.sent) == (True, 1)
    page.painted = 1
    assert painted == [False]


def test_a_late_answer_does_not_release_a_newer_frame() -> None:
    ack = FrameAck()
    page = browser(ack)
    ack.send()
    ack.send()
    page.painted = 1
    assert ack.waiting
    page.painted = 2
    assert not ack.waiting


def test_beats_are_answered_until_the_lab_is_closed() -> None:
    ack = FrameAck()
    page = browser(ack)
    page.beat = 1
    assert page.pulse == 1
    ack.expire()
    page.beat = 2
    assert page.pulse == 1


def test_a_frame_lost_on_the_way_is_given_up_when_the_page_beats(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ack = FrameAck()
    page = browser(ack)
    ack.send()
    page.beat = 1
    assert ack.waiting
    monkeypatch.setattr(stream, "LOST_AFTER", -1.0)
    page.beat = 2
    assert not ack.waiting


def test_locked_waits_for_the_callback_and_passes_on_what_it_raises() -> None:
    class Ticking(Document):
        def add_next_tick_callback(self, callback: Callable[[], None]) -> None:
            asyncio.get_running_loop().call_later(0.01, callback)

    ran: list[int] = []
    asyncio.run(locked(Ticking(), lambda: ran.append(1)))
    assert ran == [1]
    with pytest.raises(KeyError):
        asyncio.run(locked(Ticking(), lambda: {}["missing"]))


def test_a_quiet_page_does_not_follow_the_busy_flag_of_the_process() -> None:
    page = pmui.Page(main=["text"])
    gone = weakref.ref(page)
    quiet(page)
    del page
    gc.collect()
    assert gone() is None
