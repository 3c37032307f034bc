"""What the page changes in Bokeh's painting, in the browser."""

from __future__ import annotations

from typing import Any

import param
from bokeh.document import Document

from app import patch
from app.direct import Direct
from app.keys import ASSETS

_SCRIPTS = ("tuning.js", "circles.js", "glyphs.js", "layouts.js")


class Tuning(Direct):
    """Invisible part of the page that makes figures paint faster; place it before them."""

    together = param.Boolean(default=False, doc="Whether arrays may come in one piece.")

    _esm = "".join((ASSETS / name).read_text() for name in _SCRIPTS)

    def __init__(self, **params: Any) -> None:
        super().__init__(visible=False, **params)

    def _get_model(self, *args: Any, **kwargs: Any) -> Any:
        model: Any = super()._get_model(*args, **kwargs)
        model.data.on_change("together", lambda _attr, _old, _new: _note(model.document))
        return model


def _note(document: Document | None) -> None:
    if document is not None:  # else the page was closed a moment ago
        patch.TOGETHER.add(document)
