"""A lab in a notebook: a server of the kernel shows it, and the object goes on living there."""

from __future__ import annotations

import asyncio
import builtins
import re
import time

import panel as pn
import pytest
from bokeh.document import Document

from app import notebook
from app.lab import Lab
from app.sessions import sessions

from ..load import Client


@pytest.fixture
def kernel(monkeypatch):
    """What tells Panel that it is in a notebook's kernel."""
    monkeypatch.setattr(builtins, "__IPYTHON__", True, raising=False)


def shown(lab):
    """Return the address that the cell of a lab asks for."""
    html = lab._repr_mimebundle_()[0]["text/html"]
    return re.search(r'src="(http://localhost:\d+/app\?lab=\w+)"', html)[1]


def wait_until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.05)


def test_a_lab_without_a_session_is_a_page_that_waits():
    lab = Lab()
    document = Document()
    root = pn.panel(lab).get_root(document)
    document.add_root(root)
    assert len(document.to_json().content["roots"]) == 1
    assert not lab.taken and lab.course.setup is None
    lab.close()


@pytest.mark.thorough
def test_a_cell_shows_the_very_lab_and_it_plays(kernel):
    lab = Lab()
    lab.experiment.param.update(data="circles", n=20, n_test=50, m=50, speed=1e5)
    client = Client(shown(lab))

    async def play():
        watching = asyncio.create_task(client.run(2.0))
        while lab.course.setup is None:
            await asyncio.sleep(0.05)
        lab.player.play()  # from the notebook's own thread
        await watching

    asyncio.run(asyncio.wait_for(play(), 90))
    assert not client.error and lab.taken
    assert client.frames > 1 and client.steps[-1] > 0
    frame = lab.course.setup.simulation.frame
    assert frame.step > 0 and frame.particles.shape == (50, 4)
    wait_until(lambda: sessions.live == 0)  # the cell is gone: nothing computes on


def test_shown_again_it_is_another_lab_with_the_same_knobs(kernel, monkeypatch):
    lab = Lab()
    lab.experiment.m = 77
    lab.taken = True
    monkeypatch.setitem(notebook._waiting, "key", lab)
    other = notebook.take("key", Lab)
    assert other is not lab and other.experiment.m == 77
    assert notebook.take("key", Lab).experiment.m == 400  # a key is good for once
    for one in (lab, other):
        one.close()
