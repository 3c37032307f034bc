"""Life cycle of the server: what Bokeh runs once per process, before the first session.

What a page needs is imported while kernels are compiled beside it, hence not at the top.
"""

from __future__ import annotations

import gc
import importlib
import logging
import threading
from typing import Any

from bokeh.settings import settings

from app.ahead import ahead

log = logging.getLogger(__name__)

#: Seconds the server waits for what every page needs. Kernels found on disk take less; if they have
#: to be compiled, pages had better say so.
_PATIENCE = 6.0


def on_server_loaded(server_context: Any) -> None:
    """Start the reaper, and prepare the default page before the first is asked for."""
    ahead.start()
    settings.perform_error_diagnostics = False  # of our callbacks, a seventh of making a page
    settings.perform_document_validation = False
    # So that each of several processes can serve its fonts.
    importlib.import_module("panel_material_ui")
    importlib.import_module("app.sessions").sessions.start_reaper()
    warming = threading.Thread(target=_warm, name="wideflow-warm", daemon=True)
    warming.start()
    warming.join(_PATIENCE)  # beside each other, it and a page would take twice as long


def on_server_unloaded(server_context: Any) -> None:
    """Give up the studies under way, for which the process would wait."""
    ahead.stop()
    importlib.import_module("app.lessons.queue").queue.cancel_all()


def _warm() -> None:
    """Run the default experiment and render its figures once: both are kept for all sessions."""
    try:
        importlib.import_module("app.lab")
        importlib.import_module("app.prepared").prepare()
    except Exception:  # the lab works without; it only starts more slowly
        log.exception("the default experiment could not be prepared ahead")
    gc.collect()
    gc.freeze()  # what has been imported stays: collections need not look at it again
