"""The websocket of a page against Bokeh's own, and against Tornado's."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from bokeh.core.serialization import Serialized
from bokeh.document import Document
from bokeh.models import ColumnDataSource, Div, Slider
from bokeh.protocol import Protocol
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application
from tornado.websocket import WebSocketHandler, websocket_connect

from app import wire


class Lock:
    """Counts who has had it."""

    def __init__(self) -> None:
        self.taken = 0

    async def acquire(self) -> Any:
        self.taken += 1
        return self

    def __enter__(self) -> None: ...

    def __exit__(self, *_: Any) -> None: ...


class Browser:
    """What Bokeh's server knows of a browser."""

    def __init__(self, document: Document, socket: Any = None) -> None:
        self.session, self._socket = SimpleNamespace(document=document), socket

    def ok(self, asked: Any) -> str:
        return "ok"


def exchange(document: Document, message: Any, times: int = 1) -> tuple[list[Any], int, Lock]:
    """Send a message through a real websocket; what arrives, how many writes, and the lock."""
    lock, writes = Lock(), []

    class Server(WebSocketHandler):
        write_lock = lock

        def open(self, *_: str) -> None:
            browser = Browser(document, self)
            stream = self.ws_connection.stream
            write = stream.write
            stream.write = lambda data: (writes.append(len(data)), write(data))[1]

            async def go() -> None:
                for _ in range(times):
                    await wire.send(browser, message)
                self.close()

            self.task = asyncio.ensure_future(go())

    async def main() -> list[Any]:
        server = HTTPServer(Application([("/", Server)]))
        sockets = bind_sockets(0, "127.0.0.1")
        server.add_sockets(sockets)
        client = await websocket_connect(f"ws://127.0.0.1:{sockets[0].getsockname()[1]}/")
        arrived = []
        while (part := await client.read_message()) is not None:
            arrived.append(part)
        client.close()
        await asyncio.sleep(0)
        server.stop()
        await server.close_all_connections()
        return arrived

    arrived = asyncio.run(main())
    return arrived, len(writes) - 1, lock  # the last one is the farewell


def test_a_message_arrives_as_it_is_in_one_write():
    document = Document()
    source = ColumnDataSource({"x": []})
    document.add_root(source)
    document.models.flush_synced()
    events: list[Any] = []
    document.on_change_dispatch_to(type("", (), {"_document_patched": events.append})())
    source.data = {"x": np.arange(70_000.0), "y": np.ones(70_000, "f4"), "ä": np.zeros(70_000)}
    message = Protocol().create("PATCH-DOC", events)
    arrived, writes, lock = exchange(document, message, times=2)
    parts = [message.header_json, message.metadata_json, message.content_json]
    for buffer in message.buffers:
        parts += [json.dumps(buffer.ref), buffer.to_bytes()]
    assert arrived == 2 * parts
    assert writes == lock.taken == 2


@pytest.fixture
def page():
    document = Document()
    document.add_root(Slider(start=0, end=9, value=1, step=1))
    document.add_root(Div(text="before"))
    return document


def changed(model: Any, attr: str, new: Any) -> Any:
    return {"kind": "ModelChanged", "model": {"id": model.id}, "attr": attr, "new": new}


@pytest.mark.parametrize("new", [4, 2.5, {"type": "number", "value": "nan"}])
def test_a_change_from_the_browser_is_taken_in_as_bokeh_takes_it(page, new):
    slider, heard = page.roots[0], []
    slider.on_change("value", lambda attr, old, new: heard.append((attr, old)))
    setters: list[Any] = []
    page.on_change_dispatch_to(type("", (), {"_document_patched": lambda _, event: setters.append(
        event.setter)})())  # fmt: skip
    wire._lighten(Browser(page))
    patch = Serialized({"events": [changed(slider, "value", new)]}, [])
    page.apply_json_patch(patch, setter="session")
    assert slider.value == (
        pytest.approx(float("nan"), nan_ok=True) if isinstance(new, dict) else new
    )
    assert heard == [("value", 1)]
    assert setters == ["session"]


def test_several_changes_come_in_order(page):
    slider, text = page.roots
    wire._lighten(Browser(page))
    events = [changed(slider, "value", 3), changed(text, "text", "a"), changed(slider, "value", 5)]
    page.apply_json_patch({"events": events}, setter=None)
    assert (slider.value, text.text) == (5, "a")


def test_a_model_that_has_gone_is_no_failure(page):
    slider = page.roots[0]
    wire._lighten(Browser(page))
    page.remove_root(slider)
    page.apply_json_patch({"events": [changed(slider, "value", 3)]})
    assert slider.value == 1


def test_what_bokeh_refuses_is_still_refused(page):
    wire._lighten(Browser(page))
    with pytest.raises(ValueError, match="expected"):
        page.apply_json_patch({"events": [changed(page.roots[0], "value", "many")]})


def test_changes_are_not_answered_but_questions_are(page):
    browser = Browser(page)
    wire._lighten(browser)
    wire._lighten(browser)
    assert browser.ok(SimpleNamespace(msgtype="PATCH-DOC")) is None
    assert browser.ok(SimpleNamespace(msgtype="PUSH-DOC")) == "ok"


def test_a_browser_that_comes_back_to_its_document_changes_nothing_more(page):
    wire._lighten(Browser(page))
    taking = page.apply_json_patch
    wire._lighten(Browser(page))
    assert page.apply_json_patch is taking


def test_a_closed_connection_is_sent_nothing(page):
    asyncio.run(wire.send(Browser(page, SimpleNamespace(ws_connection=None)), None))
