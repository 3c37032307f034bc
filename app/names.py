"""Names of the parts of the page for screen readers, where panel-material-ui has none."""

from __future__ import annotations

from typing import Any

from app.keys import ASSETS
from app.script import Script


class Names(Script):
    """Invisible part of the page that gives names; place it anywhere."""

    _esm = (ASSETS / "names.js").read_text()

    def __init__(self, **params: Any) -> None:
        super().__init__(visible=False, **params)
