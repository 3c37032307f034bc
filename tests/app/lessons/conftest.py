"""A course of three scenes of its own, in a folder of the test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.scenes import Scene, scenes

SHARED = {
    "sentence": "A sentence.", "lesson": "It falls with $m$.", "source": "A paper.",
    "chapter": "particles",
}  # fmt: skip
KNOBS = {"data": "circles", "n": 8, "n_test": 0, "m": 10, "stepsize": 0.1}
STUDY = {
    "axis": {"label": "neurons $m$", "log": True},
    "quantity": "total_mass", "steps": 0, "seeds": 2,
    "points": [{"x": 3, "knobs": {"m": 3}}, {"x": 30, "knobs": {"m": 30}}],
    "arms": [{"label": "one", "knobs": {"tau": 1.0}}, {"label": "two", "knobs": {"tau": 2.0}}],
}  # fmt: skip
# |w|² = 2 τ² for `signs`: |a| = |c| = τ.
NUMBERS = [
    {"name": "mass", "read": {"how": "median", "arm": "one", "x": 3}, "low": 1.9, "high": 2.1,
     "origin": "theory", "expected": "2"},
    {"name": "wrong", "read": {"how": "median", "arm": "two", "x": 30}, "low": 1.9, "high": 2.1,
     "origin": "published", "expected": "2", "explain": "It is $8$."},
    {"name": "full only", "read": {"how": "slope", "arm": "one"}, "low": -0.1, "high": 0.1,
     "origin": "theory", "expected": "0", "quick": False},
]  # fmt: skip
COURSE = {
    "plain": {"title": "Plain", "order": 1, "knobs": KNOBS},
    "asking": {
        "title": "Asking", "order": 2, "knobs": KNOBS | {"m": 40},
        "question": {"ask": "Up?", "choices": ["Yes.", "No."], "answer": 1, "reveal": "Down."},
        "bookmarks": [{"step": 0, "text": "start"}, {"step": 30, "text": "later"}],
        "page": {"figures": "paths,sphere", "sphere.force": "1", "until": "risk:0.5"},
        "study": STUDY, "quick": {"seeds": 1}, "numbers": NUMBERS, "lecturer": "Ask twice.",
    },
    "forked": {
        "title": "Forked", "order": 3, "knobs": KNOBS, "chapter": "noise",
        "page": {"fork": "0", "b.scale": "3.0"},
    },
}  # fmt: skip


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Scene]]:
    """Yield the scenes of the course by name."""
    for name, about in COURSE.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(SHARED | about))
    found = scenes(tmp_path)
    for module in ("app.lessons.address", "app.lessons.card", "app.drawer"):
        monkeypatch.setattr(f"{module}.scenes", lambda: found)
    yield {scene.name: scene for scene in found}


@pytest.fixture
def asking(course: dict[str, Scene]) -> Scene:
    """Return the scene that has all there is."""
    return course["asking"]
