"""A lab in a notebook: a server in this process serves it to a frame in the cell.

A cell can hold Panel's models too, but then the browser fetches their code from the internet, and
every frame takes the way of the notebook's messages. A server of its own shows the very same page,
as fast and without the internet.
"""

from __future__ import annotations

import builtins
import importlib
import socket
import time
from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import uuid4

import panel as pn

#: Name in the address of the key of a lab that a cell shows.
KEY = "lab"
#: Pixels.
HEIGHT = 860
#: Seconds a server may take to start.
PATIENCE = 20.0

#: Labs shown by cells and not yet asked for by a browser.
_waiting: dict[str, Any] = {}


def load_extensions() -> None:
    """Have MathJax come with the page, to set axis labels, and a cut connection taken up again."""
    if not hasattr(builtins, "__IPYTHON__"):
        pn.extension("mathjax", reconnect=True)
    elif pn.state.curdoc is not None:  # the extension itself would write into a cell
        importlib.import_module("panel.models.mathjax")
        pn.state._extensions_.setdefault(pn.state.curdoc, []).append("mathjax")
        pn.config.reconnect = True


def cell(lab: Any) -> tuple[dict[str, str], dict[str, Any]]:
    """Return what a notebook shows for a lab, as `_repr_mimebundle_` does."""
    key = uuid4().hex
    _waiting[key] = lab
    url = f"http://localhost:{_port(lab.__class__)}/app?{KEY}={key}"
    html = (
        f'<iframe src="{url}" title="Wideflow" allow="clipboard-write" '
        f'style="width:100%;height:{HEIGHT}px;border:0"></iframe>'
    )
    return {"text/html": html, "text/plain": f"Wideflow, served at {url}"}, {}


def take(key: str, kind: Callable[[], Any]) -> Any:
    """Return the lab of a key for the session current here.

    A lab lives in one session: shown again, or opened again, it is a new one with its knobs.
    """
    lab = _waiting.pop(key, None)
    if lab is None:
        return kind()
    if lab.taken:
        knobs = lab.experiment.to_dict()
        lab = kind()
        lab.experiment.param.update(**knobs)
        return lab
    lab.enter()
    return lab


@cache
def _port(kind: Callable[[], Any]) -> int:
    """Start the server, once a process; return its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    pn.serve(
        {"app": lambda: take(_key(), kind)},
        port=port,
        address="127.0.0.1",
        websocket_origin=[f"localhost:{port}", f"127.0.0.1:{port}"],
        show=False,
        verbose=False,
        threaded=True,
    )
    _wait_until_listening(port)
    return port


def _wait_until_listening(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise OSError(f"the lab's server does not listen on port {port}; restart the kernel")


def _key() -> str:
    return (pn.state.session_args.get(KEY) or [b""])[0].decode()
