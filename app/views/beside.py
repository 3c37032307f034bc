"""What curves draw besides those of their own run: other runs, and where the timeline stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import holoviews as hv
import numpy as np

from app.views.limits import Box
from app.views.plot import Columns, Plot
from app.views.series import Series

#: How the curves of each arm are drawn; the first run, "A", has whole lines.
DASHES = {"B": "dashed", "C": "dotted"}

#: How many times the largest number of the first run the axes have room for.
EXCESS = 1e4


def with_arms(series: Iterable[Series], arms: tuple[str, ...]) -> tuple[Series, ...]:
    """Return curves and those of the arms, which have the same colours; names tell whose they are.

    What only the first run knows is drawn of it alone.
    """
    series = tuple(series)
    if not arms:
        return series
    first = [_named(one, "A") for one in series]
    others = [
        replace(_named(one, arm), layer=f"{one.layer}-{arm}", dash=DASHES[arm], arm=arm)
        for arm in arms
        for one in series
        if one.key
    ]
    return (*first, *others)


def points_of(series: Series, beside: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Return the curve of an arm; `beside` maps names to frame, history and more. Empty if gone."""
    if series.arm not in beside:
        return np.zeros(0), np.zeros(0)
    frame, history = beside[series.arm][:2]
    return series.points(history.scalars(), frame)


def bounded(need: Box, own: Box) -> Box:
    """Return the limits that all runs need, but for what exceeds the first by far.

    A run that diverges would leave the others a line at the bottom.
    """
    most = EXCESS * own[3]
    return (*need[:3], min(need[3], most)) if most > 0.0 else need


def rule(plot: Plot, layer: str) -> hv.Element:
    """Declare the upright line where the timeline stands."""
    lines = hv.VLines(np.ones(1), "x").opts(line_dash="dotted", line_width=1.5)
    return plot.layer(layer, lines, line_color="muted")


def rule_columns(frame: Any, table: Mapping[str, np.ndarray]) -> Columns:
    """Return its columns: none while the newest frame is shown. `table`: scalars of the history."""
    past = len(table["step"]) > 0 and frame.step < table["step"][-1]
    return {"x": np.array([frame.step + 1.0]) if past else np.zeros(0)}


def _named(series: Series, arm: str) -> Series:
    return replace(series, label=f"{arm} · {series.label}", word=f"{arm} · {series.word}")
