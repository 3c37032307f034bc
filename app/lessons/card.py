"""What the browser shows of a lesson: texts, bookmarks, question, next and previous."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import param

from app.keys import ASSETS
from app.script import Script
from core.scenes import Scene, chapters, scenes


class LessonCard(Script):
    """The card of the scene that is open, CSS class wf-lesson-card.

    Parameters
    ----------
    act : mapping of str to callable
        What to do when the browser asks for it: next, previous, close and back without an argument;
        bookmark and predict with a number from 0; reveal.
    """

    lesson = param.Dict(doc="The texts of the scene, as `texts` gives them.")
    differing = param.List(doc="Of each knob that is not as in the scene: label, value, scene's.")
    answer = param.Dict(doc="What was predicted, and whether it was right, once revealed.")

    _esm = "".join((ASSETS / name).read_text() for name in ("copy.js", "typeset.js", "lesson.js"))
    _stylesheets: ClassVar[list[str]] = [
        (ASSETS / name).read_text() for name in ("form.css", "lesson.css")
    ]

    def __init__(self, act: Mapping[str, Callable[..., Any]], **params: Any) -> None:
        self._act = act
        look = {"sizing_mode": "stretch_width", "margin": 0, "css_classes": ["wf-lesson-card"]}
        super().__init__(**look | params)

    def _handle_msg(self, data: Any) -> None:
        for name, value in data.items() if isinstance(data, dict) else ():
            if name in ("bookmark", "predict") and isinstance(value, int):
                self._act[name](value)
            elif name in ("next", "previous", "close", "back", "reveal"):
                self._act[name]()


def texts(scene: Scene) -> dict[str, Any]:
    """Return what the card shows of a scene; not the answer to its question."""
    chapter = next(one for one in chapters() if one.name == scene.chapter)
    beside = [one for one in scenes() if one.chapter == scene.chapter]
    before, after = neighbours(scene)
    question = scene.question
    return {
        "name": scene.name,
        "title": scene.title,
        "chapter": chapter.title,
        "place": f"{beside.index(scene) + 1} of {len(beside)}",
        "lesson": scene.lesson,
        "formula": scene.formula,
        "look": list(scene.look),
        "bookmarks": [{"step": mark.step, "text": mark.text} for mark in scene.bookmarks],
        "source": scene.source,
        "question": question and {"ask": question.ask, "choices": list(question.choices)},
        "lecturer": scene.lecturer,
        "previous": before.title if before else "",
        "next": after.title if after else "",
    }


def neighbours(scene: Scene) -> tuple[Scene | None, Scene | None]:
    """Return the scenes before and after one, None where the course begins or ends."""
    line = scenes()
    at = line.index(scene)
    return (line[at - 1] if at else None), (line[at + 1] if at + 1 < len(line) else None)
