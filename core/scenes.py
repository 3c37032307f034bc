"""Scenes: named starting points for a lesson, one JSON file each in assets/scenes.

A file holds an object with the fields of `Scene`, its name being that of the file::

    {
      "order": 10,
      "title": "Many neurons find the teacher",
      "sentence": "One sentence for the drawer.",
      "knobs": {"data": "teacher", "m": 100},
      "page": {"figures": "paths,curves", "until": "risk:0.001"},
      "look": ["What to look at, in the order in which it happens."],
      "bookmarks": [{"step": 200, "text": "What can be seen there."}],
      "lesson": "What it teaches.",
      "source": "Where it comes from.",
      "claim": {"scalar": "risk", "step": 6000, "low": 0, "high": 0.001},
      "picture": "paths"
    }
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from core.experiment import Experiment
from core.frame import SCALARS

#: Where the scenes of the project are.
FOLDER = Path(__file__).resolve().parents[1] / "assets" / "scenes"

#: What a picture may show: the particles' paths, or the predictor over the inputs.
PICTURES = ("paths", "predictor")


@dataclass(frozen=True)
class Bookmark:
    """A step worth a look, and what is to be seen there."""

    step: int
    text: str


@dataclass(frozen=True)
class Claim:
    """A number that the run must show: `scalar` of the frame at `step` lies in [low, high]."""

    scalar: str
    step: int
    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Tell whether a measured value is as claimed."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Scene:
    """A starting point.

    Attributes
    ----------
    name : str
        Small letters, digits and hyphens.
    title, sentence : str
        For the drawer.
    knobs : dict
        Of `Experiment`; the others are at their defaults.
    page : dict of str
        What the address holds of the page beside them: figures, their options, a goal.
    look : tuple of str
        What to look at.
    bookmarks : tuple of Bookmark
    lesson, source : str
        What it teaches, and where it comes from.
    claim : Claim or None
        What `reproduce` measures.
    picture : str
        What the picture in the drawer shows, one of `PICTURES`.
    order : int
        Place in the drawer.
    """

    name: str
    title: str
    sentence: str
    knobs: Mapping[str, Any]
    lesson: str
    source: str
    page: Mapping[str, str] = field(default_factory=dict)
    look: tuple[str, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    claim: Claim | None = None
    picture: str = PICTURES[0]
    order: int = 0

    def experiment(self) -> Experiment:
        """Return the experiment it starts from."""
        return Experiment(**self.knobs)


def read_scene(path: Path) -> Scene:
    """Return the scene of a file.

    Raises
    ------
    ValueError
        Naming file, field and value, and what is allowed.
    """
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        return _scene(path.stem, given)
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error


@cache
def scenes(folder: Path = FOLDER) -> tuple[Scene, ...]:
    """Return all scenes of a folder, by their order; ValueError as in `read_scene`."""
    found = [read_scene(path) for path in folder.glob("*.json")]
    return tuple(sorted(found, key=lambda scene: (scene.order, scene.name)))


def _scene(name: str, given: Any) -> Scene:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError(f"{name!r} is no name of a scene: small letters, digits and hyphens")
    if not isinstance(given, dict):
        raise ValueError("a scene is a JSON object")
    unknown = sorted(set(given) - set(_READERS))
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no field; the fields are {', '.join(_READERS)}")
    missing = [name for name in _REQUIRED if name not in given]
    if missing:
        raise ValueError(f"the field {missing[0]!r} is missing")
    read = {}
    for key, value in given.items():
        try:
            read[key] = _READERS[key](value)
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{key}: {error}") from error
    return Scene(name=name, **read)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is no text")
    return value


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is no whole number from 0")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        raise ValueError(f"{value!r} is no number")
    return float(value)


def _knobs(value: Any) -> dict[str, Any]:
    Experiment(**value).check_sizes()
    return dict(value)


def _page(value: Any) -> dict[str, str]:
    return {_text(name): _text(text) for name, text in value.items()}


def _list_of(read: Callable[[Any], Any]) -> Callable[[Any], tuple]:
    def read_all(value: Any) -> tuple:
        if not isinstance(value, list):
            raise ValueError(f"{value!r} is no list")
        return tuple(read(item) for item in value)

    return read_all


def _parts(kind: type, readers: Mapping[str, Callable[[Any], Any]], value: Any) -> Any:
    if not isinstance(value, dict) or set(value) != set(readers):
        raise ValueError(f"{value!r} must have exactly the fields {', '.join(readers)}")
    return kind(**{name: read(value[name]) for name, read in readers.items()})


def _among(allowed: tuple[str, ...]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r} is not allowed: it is one of {', '.join(allowed)}")
        return value

    return read


def _bookmark(value: Any) -> Bookmark:
    return _parts(Bookmark, {"step": _count, "text": _text}, value)


def _claim(value: Any) -> Claim:
    readers = {"scalar": _among(SCALARS), "step": _count, "low": _number, "high": _number}
    claim = _parts(Claim, readers, value)
    if claim.low > claim.high:
        raise ValueError(f"low={claim.low:g} is above high={claim.high:g}")
    return claim


_READERS: dict[str, Callable[[Any], Any]] = {
    "title": _text,
    "sentence": _text,
    "knobs": _knobs,
    "lesson": _text,
    "source": _text,
    "page": _page,
    "look": _list_of(_text),
    "bookmarks": _list_of(_bookmark),
    "claim": _claim,
    "picture": _among(PICTURES),
    "order": _count,
}
_REQUIRED = ("title", "sentence", "knobs", "lesson", "source")
assert {"name", *_READERS} == {one.name for one in fields(Scene)}
