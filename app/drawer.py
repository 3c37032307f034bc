"""The drawer of scenes: the chapters of the course, each scene with a picture and a sentence."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from typing import Any

import param

from app.keys import ASSETS
from app.script import Script
from core.scenes import FOLDER, Chapter, Scene, chapters, scenes

_SCRIPTS = ("copy.js", "typeset.js", "dialog.js", "scenes.js")


class Drawer(Script):
    """Invisible part of the page that opens the drawer, CSS class wf-scenes-drawer.

    Place it anywhere. Costs a page nothing until the drawer is opened.

    Parameters
    ----------
    choose : callable
        Called with the scene a user has clicked on.
    """

    chapters = param.List(doc="What the browser shows of each chapter; empty until it asks.")
    current = param.String(doc="Name of the scene that is open, or nothing.")

    _esm = "".join((ASSETS / name).read_text() for name in _SCRIPTS)

    def __init__(self, choose: Callable[[Scene], Any], **params: Any) -> None:
        self._choose = choose
        super().__init__(visible=False, **params)

    def _handle_msg(self, data: Any) -> None:
        if not isinstance(data, dict):
            return
        if data.get("open"):
            self.chapters = cards()
        for scene in scenes():
            if scene.name == data.get("scene"):
                self._choose(scene)


@cache
def cards() -> list[dict[str, Any]]:
    """Return what the drawer shows: the chapters that have scenes."""
    found = [_chapter(chapter) for chapter in chapters()]
    return [chapter for chapter in found if chapter["scenes"]]


def _chapter(chapter: Chapter) -> dict[str, Any]:
    inside = [_card(scene) for scene in scenes() if scene.chapter == chapter.name]
    return {"title": chapter.title, "sentence": chapter.sentence, "scenes": inside}


def _card(scene: Scene) -> dict[str, str]:
    return {
        "name": scene.name,
        "title": scene.title,
        "sentence": scene.sentence,
        "picture": _picture(scene.name),
    }


def _picture(name: str) -> str:
    """Return the picture as an address that holds it."""
    svg = (FOLDER / f"{name}.svg").read_bytes()
    return "data:image/svg+xml;base64," + b64encode(svg).decode()
