"""One figure on the whole screen: the button of each figure, and the script that does it."""

from __future__ import annotations

from typing import Any, ClassVar

import panel_material_ui as pmui

from app.keys import ASSETS
from app.script import Script

#: The icon of a button whose figure fills the screen; the mark is set by full.js.
_CSS = """
:host([data-wf-full]) .material-icons { font-size: 0 !important; }
:host([data-wf-full]) .material-icons::after { content: "fullscreen_exit"; font-size: 1.5rem; }
"""


class FullScreen(Script):
    """Invisible part of the page that lets a figure fill the screen; place it anywhere."""

    _esm = (ASSETS / "full.js").read_text()
    _linked_properties: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **params: Any) -> None:
        super().__init__(visible=False, **params)


def full_button(view: str) -> pmui.IconButton:
    """Return the button of a view, CSS class wf-full-<view>. The browser acts by itself."""
    return pmui.IconButton(
        icon="fullscreen",
        size="small",
        margin=0,
        description="Fill the screen with this figure, or no more (F)",
        css_classes=[f"wf-full-{view}"],
        stylesheets=[_CSS],
    )
