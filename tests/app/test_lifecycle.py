"""A served lab and websocket clients: sessions share, and a closed one leaves nothing behind."""

from __future__ import annotations

import asyncio
import gc
import socket
import time
from pathlib import Path

import panel as pn
import pytest

from app.sessions import sessions
from core.simulation import Simulation

from ..load import Client, load

ROOT = Path(__file__).parents[2]

#: A small run, so that the machine's speed matters little.
QUERY = "play=1&m=50&n=20&n_test=50&data=circles&speed=100000"


@pytest.fixture(scope="module")
def url():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = pn.serve(
        {"app": str(ROOT / "app" / "main.py")}, port=port, threaded=True, show=False, verbose=False
    )
    time.sleep(1)  # `serve` returns before its thread listens
    yield f"http://localhost:{port}/app?{QUERY}"
    server.stop()


def simulations() -> int:
    gc.collect()
    return sum(type(found) is Simulation for found in gc.get_objects())


def wait_until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.1)


def test_playing_sessions_all_advance(url):
    clients = asyncio.run(load(url, 3, 5.0))
    for client in clients:
        assert not client.error
        assert client.frames > 2
        assert client.steps[-1] > client.steps[0]


def test_closed_tab_stops_its_clock_and_frees_its_memory(url):
    wait_until(lambda: sessions.live == 0, 30)
    before = simulations()
    client = Client(url)
    asyncio.run(client.run(3.0))  # the connection goes when the client's loop ends
    assert not client.error
    assert client.frames > 1
    wait_until(lambda: sessions.live == 0 and sessions.playing == 0, 30)
    wait_until(lambda: simulations() <= before, 30)
