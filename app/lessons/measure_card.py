"""What the browser shows of the numbers of a scene: buttons, progress, and a table of verdicts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import param

from app.keys import ASSETS
from app.script import Script
from core.studies import Verdict

#: What the page says of where an expected value comes from.
ORIGINS = {
    "published": "published", "theory": "theory", "independent": "independent computation"
}  # fmt: skip


class MeasureCard(Script):
    """The numbers of the scene that is open, CSS class wf-measure.

    Parameters
    ----------
    start : callable
        Called with a size when the user wants the numbers measured.
    cancel : callable
    """

    rows = param.List(doc="The verdicts, as `rows` gives them.")
    times = param.Dict(default={}, doc="How long each size takes, in words.")
    busy = param.String(doc="The size that is being measured, or nothing.")
    share = param.Number(default=0.0, doc="How much of it is done, from 0 to 1.")
    told = param.String(doc="What has become of it.")

    _esm = "".join((ASSETS / name).read_text() for name in ("copy.js", "typeset.js", "measure.js"))
    _stylesheets: ClassVar[list[str]] = [
        (ASSETS / name).read_text() for name in ("form.css", "lesson.css")
    ]

    def __init__(
        self, start: Callable[[str], Any], cancel: Callable[[], Any], **params: Any
    ) -> None:
        self._start, self._cancel = start, cancel
        look = {"sizing_mode": "stretch_width", "margin": 0, "css_classes": ["wf-measure"]}
        super().__init__(**look | params)

    def _handle_msg(self, data: Any) -> None:
        if not isinstance(data, dict):
            return
        if data.get("cancel"):
            self._cancel()
        elif "measure" in data:
            self._start(str(data["measure"]))


def rows(verdicts: Iterable[Verdict], whole: bool) -> list[dict[str, str]]:
    """Return the table of verdicts, one entry a number; all are open before the end."""
    return [_row(verdict, whole) for verdict in verdicts]


def _row(verdict: Verdict, whole: bool) -> dict[str, str]:
    number, (low, high) = verdict.number, verdict.spread
    known = verdict.measured and not math.isnan(verdict.ours)
    word = verdict.word if whole else "open"
    return {
        "name": number.name,
        "expected": number.expected,
        "origin": ORIGINS[number.origin],
        "ours": f"{verdict.ours:.3g}" if known else "–",
        "spread": f"{low:.3g} … {high:.3g}" if known and low < high else "",
        "word": word,
        "explain": number.explain if word == "differs" else "",
    }
