"""The regime of a run, lazy or mean-field, told by what is measured of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from app.views.base import Payload
from app.views.plot import Plot
from app.views.signs import BETWEEN, LAZY, RICH, SIGNS, Sign, judge, measure
from app.views.words import Words, WordsView, row, table
from core.kernels.threads import single_threaded_blas
from core.observables import Sight
from core.tangent import TangentProblem
from core.watch import sight_of

HEAD = ("quantity", "symbol", "this run", "lazy", "mean-field", "verdict")
_MARKS = {LAZY: "●", BETWEEN: "◐", RICH: "○"}


@dataclass
class Scene:
    """What the table of one run needs; ``of_start`` are the signs of the start once measured."""

    kind: tuple
    note: str
    simulation: Any
    m: int
    of_start: dict[str, float | str] | None = None


class RegimeView(WordsView):
    """A table of the signs that tell lazy training from the mean-field regime."""

    name = "regime"
    title = "Regime"
    order = 7
    figures = 0
    shown = False
    pause = 1.0

    def __init__(self, *about: Any, **further: Any) -> None:
        super().__init__(*about, **further)
        self.body.append(self.text)

    def prepare(self, setup: Any) -> Scene:
        """Take the run; its start is measured with the first table."""
        particles = setup.simulation.frame.particles
        return Scene(("regime",), "lazy or mean-field?", setup.simulation, len(particles))

    def declare(self, scene: Scene) -> list[Plot]:
        """Declare no figure."""
        return []

    def begin(self, scene: Scene) -> Payload:
        """Draw nothing."""
        return Payload()

    def tell(self, scene: Scene, frame: Any, history: Any) -> Words:
        """Measure the signs and return the table."""
        problem, start = scene.simulation.problem, scene.simulation.initial
        with single_threaded_blas(), np.errstate(all="ignore"):
            if scene.of_start is None:
                scene.of_start = measure(Sight(problem, start, initial=start), True)
            found = scene.of_start | measure(sight_of(problem, frame, start), False)
        linear = isinstance(problem, TangentProblem)
        moved = bool(frame.step > 0)
        rows = [_scale_row(problem.scale, scene.m)]
        rows += [_row(sign, found[name], moved) for name, sign in SIGNS.items()]
        return Words(text=table(HEAD, rows) + _sentence(judge(found, moved), moved, linear))


def _row(sign: Sign, value: float | str, moved: bool) -> str:
    """Return the row of a sign; one of movement has no verdict before anything has moved."""
    lazy, rich = sign.ends()
    number = value if isinstance(value, str) else _number(value)
    verdict = sign.verdict(value) if isinstance(value, float) and (moved or sign.of_start) else ""
    return _cells(sign.label, sign.latex, number, lazy, rich, verdict)


def _scale_row(scale: float, m: int) -> str:
    """Return the row of the scale."""
    root = math.sqrt(m)
    verdict = RICH if scale <= 1.0 else LAZY if scale >= root else BETWEEN
    return _cells(
        "scale",
        r"\alpha,\ \mathrm{lazy\ at}\ \sqrt m",
        _number(scale),
        f"≥ {root:.3g}",
        "≤ 1",
        verdict,
    )


def _cells(label: str, latex: str, number: str, lazy: str, rich: str, verdict: str) -> str:
    mark = f"{_MARKS[verdict]} {verdict}" if verdict else "–"
    return row(
        ("", escape(label)), ("", rf"\({latex}\)"), ("number", number), ("end", lazy),
        ("end", rich),
        ("verdict", mark),
    )  # fmt: skip


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.4g}"


def _sentence(verdict: str, moved: bool, linear: bool) -> str:
    """Return the verdict on the run in one sentence."""
    if linear:
        text = "The dynamics is that of the tangent model: lazy by definition."
    elif not verdict:
        text = "Nothing has moved yet."
    elif moved:
        text = f"So far most signs say: {verdict}."
    else:
        text = f"Nothing has moved yet; the start promises: {verdict}."
    return f'<p class="verdict">{text}</p>'
