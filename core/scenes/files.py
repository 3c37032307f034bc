"""Files of scenes: assets/scenes/<name>.json, and the chapters of the course.

A file holds an object with the fields of `Scene`, its name being that of the file::

    {
      "chapter": "global-convergence",
      "order": 10,
      "title": "Many neurons find the teacher",
      "sentence": "One sentence for the drawer.",
      "knobs": {"data": "teacher", "m": 100},
      "page": {"figures": "paths,curves", "until": "risk:0.001"},
      "look": ["What to look at, in the order in which it happens."],
      "bookmarks": [{"step": 200, "text": "What can be seen there."}],
      "lesson": "What it teaches, with $x^2$ in LaTeX.",
      "formula": "F(\\mu) = R(\\int \\phi \\, d\\mu)",
      "source": "Paper, figure.",
      "question": {"ask": "What will happen?", "choices": ["This.", "That."], "answer": 1,
                   "reveal": "That, because …"},
      "lecturer": "A note for whoever shows it.",
      "study": {
        "axis": {"label": "$m$", "log": true, "log_quantity": true},
        "quantity": "risk_over_start", "steps": 6000, "seeds": 20,
        "points": [{"x": 5, "knobs": {"m": 5}}, {"x": 10, "knobs": {"m": 10}}],
        "arms": [{"label": "both layers"}, {"label": "output layer", "knobs": {}}]
      },
      "quick": {"seeds": 4},
      "numbers": [{
        "name": "median at $m = 10$", "read": {"how": "median", "arm": "both layers", "x": 10},
        "low": 0, "high": 0.001, "origin": "published", "expected": "7e-5"
      }],
      "author_minutes": 5,
      "picture": "paths"
    }

Fields of a study, an arm or a point: knobs, steps, quantity, options; the more special one counts.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from core.experiment import Experiment
from core.scenes.reading import (
    Reader,
    among,
    count,
    fields,
    list_of,
    real,
    short,
    table,
    text,
    texts,
)
from core.scenes.scene import PICTURES, Bookmark, Chapter, Question, Scene
from core.scenes.studies import check_numbers, number, quick, study

_ASSETS = Path(__file__).resolve().parents[2] / "assets"

#: Where the scenes of the project are, and the chapters of its course.
FOLDER = _ASSETS / "scenes"
COURSE = _ASSETS / "course.json"

#: Most words of a lesson.
MOST_WORDS = 150


def read_scene(path: Path) -> Scene:
    """Return the scene of a file.

    Raises
    ------
    ValueError
        Naming file, field and value, and what is allowed.
    """
    try:
        return _scene(path.stem, json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error


@cache
def scenes(folder: Path = FOLDER) -> tuple[Scene, ...]:
    """Return all scenes of a folder, chapter by chapter; ValueError as in `read_scene`."""
    found = [read_scene(path) for path in folder.glob("*.json")]
    rank = {chapter.name: at for at, chapter in enumerate(chapters())}
    return tuple(sorted(found, key=lambda scene: (rank[scene.chapter], scene.order, scene.name)))


@cache
def chapters(path: Path = COURSE) -> tuple[Chapter, ...]:
    """Return the chapters of the course, in order."""
    readers = dict.fromkeys(("name", "title", "sentence"), text)
    read = list_of(fields(readers, tuple(readers), "a chapter"), 1)
    return tuple(Chapter(**one) for one in read(json.loads(path.read_text(encoding="utf-8"))))


def _scene(name: str, given: Any) -> Scene:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError(f"{name!r} is no name of a scene: small letters, digits and hyphens")
    read = fields(_readers(), _REQUIRED, "a scene")(given)
    if "study" in read:
        _with_study(read)
    elif "quick" in read or "numbers" in read:
        raise ValueError("quick and numbers need a study")
    return Scene(name=name, **read)


def _with_study(read: dict[str, Any]) -> None:
    """Put the study of a scene, its quick sizes and its numbers into place."""
    numbers = read.get("numbers", ())
    for field, make in (("study", study), ("quick", quick)):
        wider = read["knobs"] if field == "study" else read["study"]
        try:
            read[field] = make(wider, read.get(field, {}))
            check_numbers(numbers, read[field], field == "quick")
        except (ValueError, TypeError) as error:
            raise ValueError(f"{field}: {error}") from error


def _knobs(value: Any) -> dict[str, Any]:
    Experiment(**table(value)).check_sizes()
    return dict(value)


def _bookmark(value: Any) -> Bookmark:
    return Bookmark(**fields({"step": count, "text": text}, ("step", "text"), "a bookmark")(value))


def _question(value: Any) -> Question:
    readers: dict[str, Reader] = {
        "ask": text, "choices": list_of(text, 2), "answer": count, "reveal": text,
    }  # fmt: skip
    found = Question(**fields(readers, tuple(readers), "a question")(value))
    if found.answer >= len(found.choices):
        raise ValueError(f"answer={found.answer} is no choice; the first is 0")
    return found


def _readers() -> dict[str, Reader]:
    return {
        "title": text,
        "sentence": text,
        "knobs": _knobs,
        "lesson": short(MOST_WORDS),
        "source": text,
        "chapter": among(tuple(chapter.name for chapter in chapters())),
        "order": count,
        "formula": text,
        "page": texts,
        "look": list_of(text),
        "bookmarks": list_of(_bookmark),
        "question": _question,
        "lecturer": text,
        "study": table,
        "quick": table,
        "numbers": list_of(number),
        "author_minutes": real,
        "picture": among(PICTURES),
    }


_REQUIRED = ("title", "sentence", "knobs", "lesson", "source", "chapter")
