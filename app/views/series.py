"""A curve over the steps of a run: which number it shows, how it is named and drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import holoviews as hv
import numpy as np

from app.views.limits import Box
from app.views.plot import Columns, Plot
from app.views.solid import dots
from core.frame import SCALARS

#: How the risk over all inputs is called in the legend, and in a tooltip.
OVER_ALL = "over all inputs", "population risk"


@dataclass(frozen=True)
class Series:
    """One curve.

    Attributes
    ----------
    layer : str
        Name of its source.
    key : str
        Name of its number in the history.
    label, word : str
        Of the legend and of the tooltip.
    role : str
        A field of `app.theme.Palette`.
    dash : str or tuple of int
        Bokeh's pattern of the line.
    arm : str
        Name of the run it is of, "" for that of the figure.
    """

    layer: str
    key: str
    label: str
    word: str
    role: str = "negative"
    dash: Any = "solid"
    arm: str = ""

    def declare(self, plot: Plot) -> hv.Element:
        """Declare the curve, with a tooltip that follows the pointer across."""
        curve = hv.Curve(np.ones((1, 2)), "x", "y", label=self.label).opts(
            line_width=2,
            line_dash=self.dash,
            tools=["hover"],
            hover_mode="vline",
            hover_tooltips=[("step + 1", "@x{0,0}"), (self.word, "@y{0.0000e+0}")],
        )
        return plot.layer(self.layer, curve, line_color=self.role)

    def points(self, table: dict[str, np.ndarray], frame: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return step + 1 and the number at all records; what frames tell ends at the present."""
        x = table["step"] + 1.0
        if self.key not in SCALARS:  # recorded now and then: a gap is no gap of the curve
            y = table.get(self.key, np.full(len(x), np.nan))
            known = np.isfinite(y)
            return x[known], y[known]
        y = table[self.key]
        if not len(x) or frame.step + 1.0 > x[-1]:
            x, y = np.append(x, frame.step + 1.0), np.append(y, getattr(frame, self.key))
        return x, y


def present(x: np.ndarray, y: np.ndarray, frame: Any) -> Columns:
    """Return the columns of the mark at the present: the last number known there, or none."""
    last = int(np.searchsorted(x, frame.step + 1.0, side="right")) - 1
    shown = slice(last, last + 1) if last >= 0 else slice(0)
    return {"x": x[shown], "y": y[shown]}


def mark(plot: Plot, layer: str) -> hv.Element:
    """Declare the mark at the present."""
    return plot.layer(layer, dots(2, size=7), fill_color="negative")


def extent(curves: list[tuple[np.ndarray, np.ndarray]]) -> Box:
    """Return the limits that curves need; nan where they need none."""
    ys = [y[np.isfinite(y)] for _, y in curves]
    ends = [x[-1] for x, _ in curves if len(x)]
    found = np.concatenate(ys)
    low, high = (float(found.min()), float(found.max())) if len(found) else (np.nan, np.nan)
    return (np.nan, float(max(ends, default=np.nan)), low, high)


def risks_of(test: bool, population: bool, exact: bool) -> tuple[Series, ...]:
    """Return the curves of the risks; `exact`: the run descends the risk over all inputs."""
    words = OVER_ALL if exact else ("train", "training risk")
    risks = [Series("train", "risk", *words)]
    if test:
        risks.append(Series("test", "test_risk", "test", "test risk", "second"))
    if population:
        risks.append(Series("population", "", *OVER_ALL, "accent", "dashed"))
    return tuple(risks)
