"""Life cycle of the server, run by Bokeh once per process (load) and once per session."""

from __future__ import annotations

import logging
import threading
from typing import Any

import panel_material_ui  # noqa: F401, so that each of several processes can serve its fonts

import core
from app.sessions import sessions

log = logging.getLogger(__name__)


def on_server_loaded(server_context: Any) -> None:
    """Start the reaper, and compile the kernels while nobody waits for them."""
    sessions.start_reaper()
    threading.Thread(target=_warm, name="wideflow-warm", daemon=True).start()


def on_session_created(session_context: Any) -> None:
    """Count the sessions begun."""
    sessions.created += 1


def on_session_destroyed(session_context: Any) -> None:
    """Count the sessions ended."""
    sessions.destroyed += 1


def _warm() -> None:
    try:
        getattr(core, "warm", lambda: None)()
    except Exception:
        log.exception("the kernels could not be compiled ahead")
