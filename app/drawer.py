"""The drawer of scenes: named starting points, each with a picture and a sentence."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from typing import Any

import panel as pn
import param

from app.keys import ASSETS
from core.scenes import FOLDER, Scene, scenes


class Drawer(pn.custom.JSComponent):
    """Invisible part of the page that opens the drawer, CSS class wf-scenes-drawer.

    Place it anywhere. Costs a page nothing until the drawer is opened.

    Parameters
    ----------
    choose : callable
        Called with the scene a user has clicked on.
    """

    scenes = param.List(doc="What the browser shows of each scene; empty until it asks.")

    _esm = "".join((ASSETS / name).read_text() for name in ("dialog.js", "scenes.js"))

    def __init__(self, choose: Callable[[Scene], Any], **params: Any) -> None:
        self._choose = choose
        super().__init__(visible=False, **params)

    def _handle_msg(self, data: Any) -> None:
        if not isinstance(data, dict):
            return
        if data.get("open"):
            self.scenes = cards()
        for scene in scenes():
            if scene.name == data.get("scene"):
                self._choose(scene)


@cache
def cards() -> list[dict[str, str]]:
    """Return what the drawer shows of each scene."""
    return [
        {
            "name": scene.name,
            "title": scene.title,
            "sentence": scene.sentence,
            "picture": _picture(scene.name),
        }
        for scene in scenes()
    ]


def _picture(name: str) -> str:
    """Return the picture as an address that holds it."""
    svg = (FOLDER / f"{name}.svg").read_bytes()
    return "data:image/svg+xml;base64," + b64encode(svg).decode()
