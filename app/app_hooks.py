"""Life cycle of the server: what Bokeh runs once per process, before the first session."""

from __future__ import annotations

import importlib
import logging
import threading
from typing import Any

import panel_material_ui  # noqa: F401, so that each of several processes can serve its fonts
from bokeh.settings import settings

from app.layout import default_figures
from app.lessons.queue import queue
from app.sessions import sessions
from app.views import VIEWS
from core.experiment import Experiment
from core.scenes import scenes

log = logging.getLogger(__name__)

#: Seconds the server waits for what every page needs. Kernels found on disk take less; if they have
#: to be compiled, pages had better say so.
_PATIENCE = 6.0


def on_server_loaded(server_context: Any) -> None:
    """Start the reaper, and prepare the default page before the first is asked for."""
    settings.perform_error_diagnostics = False  # of our callbacks, a seventh of making a page
    settings.perform_document_validation = False
    sessions.start_reaper()
    warming = threading.Thread(target=_warm, name="wideflow-warm", daemon=True)
    warming.start()
    warming.join(_PATIENCE)  # beside each other, it and a page would take twice as long


def on_server_unloaded(server_context: Any) -> None:
    """Give up the studies under way, for which the process would wait."""
    queue.cancel_all()


def _warm() -> None:
    """Run the default experiment and render its figures once: both are kept for all sessions."""
    try:
        importlib.import_module("app.lab")
        setup = Experiment().setup()
        setup.simulation.advance(1)
        for name in default_figures():
            VIEWS[name]().build(setup)
        scenes()  # read and checked once
    except Exception:  # the lab works without; it only starts more slowly
        log.exception("the default experiment could not be prepared ahead")
