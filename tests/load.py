"""Load test: N playing sessions on one server, without browsers.

Each client opens the page and its websocket as a browser does, presses play (the address holds
play=1) and acknowledges every frame at once. Printed: frames and steps per second of each.

    panel serve app --port 5006 &
    python tests/load.py --clients 10 --seconds 15
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import sys
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

_READY = {
    "kind": "MessageSent",
    "msg_type": "bokeh_event",
    "msg_data": {"type": "event", "name": "document_ready", "values": {"type": "map"}},
}


@dataclass
class Client:
    """One session and what it has seen."""

    url: str
    frames: int = 0
    steps: list[int] = field(default_factory=list)
    error: str = ""
    _number: int = 0
    _socket: Any = None

    async def run(self, seconds: float) -> None:
        """Play for `seconds` after the first frame."""
        try:
            await self._connect()
            await self._play(seconds)
        except Exception as error:
            self.error = f"{type(error).__name__}: {error}"
        finally:
            if self._socket is not None:
                self._socket.close()

    async def _connect(self) -> None:
        page = await AsyncHTTPClient().fetch(HTTPRequest(self.url, request_timeout=60))
        token = re.search(r'"token":\s*"([^"]+)"', page.body.decode())
        assert token, "the page holds no session token"
        address = urlsplit(self.url)
        socket = HTTPRequest(f"ws://{address.netloc}{address.path}/ws")
        self._socket = await websocket_connect(
            socket, subprotocols=["bokeh", token[1]], max_message_size=2**28
        )
        await self._receive()  # the server's greeting
        await self._send("PULL-DOC-REQ", {})
        while (message := await self._receive())[0] != "PULL-DOC-REPLY":
            pass
        self._ack = _acknowledgement(message[1]["doc"])
        await self._send("PATCH-DOC", {"events": [_READY]})

    async def _play(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        end = None
        while end is None or loop.time() < end:
            kind, content = await asyncio.wait_for(self._receive(), 60)
            if kind != "PATCH-DOC":
                continue
            for event in content["events"]:
                if event.get("model", {}).get("id") == self._ack and event["attr"] == "sent":
                    self.frames += 1
                    end = end or loop.time() + seconds
                    await self._acknowledge(event["new"])
                elif event.get("attr") == "values" and event["new"]:  # of the readout
                    self.steps.append(int(event["new"][0]))

    async def _acknowledge(self, number: int) -> None:
        change = {
            "kind": "ModelChanged",
            "model": {"id": self._ack},
            "attr": "painted",
            "new": number,
        }
        await self._send("PATCH-DOC", {"events": [change]})

    async def _send(self, kind: str, content: dict[str, Any]) -> None:
        self._number += 1
        header = {"msgid": str(self._number), "msgtype": kind}
        for fragment in (header, {}, content):
            await self._socket.write_message(json.dumps(fragment))

    async def _receive(self) -> tuple[str, Any]:
        """Return the type and the content of the next message; its buffers are dropped."""
        fragments = []
        for _ in range(3):
            fragment = await self._socket.read_message()
            if fragment is None:
                raise ConnectionError("the server closed the connection")
            fragments.append(json.loads(fragment))
        header, _metadata, content = fragments
        for _ in range(2 * header.get("num_buffers", 0)):
            await self._socket.read_message()
        return header["msgtype"], content


def _acknowledgement(doc: Any) -> str:
    """Return the id of the model that counts frames, found in a serialised document."""
    if isinstance(doc, dict):
        if doc.get("type") == "object" and re.fullmatch(r"FrameAck\d*", doc["name"]):
            return str(doc["id"])
        doc = list(doc.values())
    if isinstance(doc, list):
        for part in doc:
            if found := _acknowledgement(part):
                return found
    return ""


def report(clients: list[Client], seconds: float) -> bool:
    """Print a table; return whether every client advanced."""
    print(f"{'client':>6} {'frames/s':>9} {'steps/s':>9}  first and last step")
    for index, client in enumerate(clients):
        if client.error:
            print(f"{index:>6}  {client.error}")
            continue
        first, last = (client.steps[0], client.steps[-1]) if client.steps else (0, 0)
        steps = (last - first) / seconds
        print(f"{index:>6} {client.frames / seconds:>9.1f} {steps:>9.0f}  {first} … {last}")
    rates = [client.frames / seconds for client in clients]
    print(
        f"frames/s: lowest {min(rates):.1f}, median {statistics.median(rates):.1f}, "
        f"highest {max(rates):.1f}, sum {sum(rates):.0f}"
    )
    return all(len(c.steps) > 1 and c.steps[-1] > c.steps[0] and not c.error for c in clients)


async def load(url: str, count: int, seconds: float) -> list[Client]:
    """Run `count` clients side by side for `seconds` each."""
    clients = [Client(url) for _ in range(count)]
    await asyncio.gather(*(client.run(seconds) for client in clients))
    return clients


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--url", default="http://localhost:5006/app")
    parser.add_argument("--query", default="play=1&speed=1000000")
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=15)
    options = parser.parse_args()
    url = f"{options.url}?{options.query}"
    clients = asyncio.run(load(url, options.clients, options.seconds))
    sys.exit(0 if report(clients, options.seconds) else "some sessions starve")


if __name__ == "__main__":
    main()
