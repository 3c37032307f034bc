"""The run as one HTML file that plays from disk, without a server and without the internet."""

from __future__ import annotations

import base64
import json
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from app import theme
from app.exports.base import Export, Progress, Run
from app.exports.predicted import Function
from app.exports.reel import Reel, Space, reel

_ASSETS = Path(__file__).resolve().parents[2] / "assets"
#: Positions are whole numbers up to so many: a thousandth of a pixel on any screen.
FINEST = 32767


class Replay(Export):
    """A page with a player: play, scrub, turn."""

    name = "html"
    label = "HTML replay"
    doc = "One file with a player for the recorded steps; opens anywhere, offline."
    group, order = "Animation", 21
    extension, mime = "html", "text/html"

    def make(self, taken: Run, progress: Progress) -> bytes:
        """Return the page."""
        film = reel(taken, progress)
        content = {
            "title": film.title,
            "note": " · ".join(note for note in _notes(film) if note),
            "steps": film.steps.tolist(),
            "risks": [float(f"{risk:.6g}") for risk in film.risks],
            "colours": vars(theme.palette(taken.dark)) | {"map": theme.diverging(taken.dark)},
            "dark": taken.dark,
            "space": _packed_space(film.space),
            "function": film.function and _packed_function(film.function),
        }
        page = (_ASSETS / "replay.html").read_text()
        for mark, text in (
            ("%TITLE%", escape(film.title)),
            ("%SCHEME%", "dark" if taken.dark else "light"),
            ("%PLAYER%", (_ASSETS / "replay.js").read_text()),
            # Nothing in it can end the script element.
            ("%RUN%", json.dumps(content).replace("<", "\\u003c")),
        ):
            page = page.replace(mark, text)
        return page.encode()


def _notes(film: Reel) -> tuple[str, ...]:
    return film.space.note, film.function.note if film.function else film.note


def _packed_space(space: Space) -> dict[str, Any]:
    """Return the particles as JSON takes them: whole numbers in base64."""
    reach = space.reach
    return {
        "count": space.places.shape[1],
        "axes": list(space.axes),
        "reach": reach.tolist(),
        "finest": FINEST,
        "places": _base64(np.rint(space.places / reach * FINEST).astype("<i2")),
        "positive": _base64(np.packbits(space.positive, axis=1, bitorder="little")),
        "teacher": space.teacher.tolist(),
    }


def _packed_function(function: Function) -> dict[str, Any]:
    """Return the predictor as JSON takes it: colours in bytes, or a curve in whole numbers."""
    values = function.values
    if function.flat:
        low, high = function.box[2:]
        values = np.rint((values - low) / (high - low) * FINEST).astype("<i2")
    return {
        "flat": function.flat,
        "box": list(function.box),
        "finest": FINEST,
        "shape": list(values.shape[1:]),
        "values": _base64(values),
        "points": np.round(function.points, 6).tolist(),
        "positive": function.positive.tolist(),
    }


def _base64(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
