"""Labels of axes: short, and none over another."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bokeh.models import Axis, CustomJSTickFormatter, LogColorMapper, NoOverlap
from bokeh.models.annotations import ColorBar
from bokeh.models.formatters import BasicTickFormatter, LogTickFormatter

_SCRIPT = (Path(__file__).resolve().parents[2] / "assets" / "ticks.js").read_text()

#: Pixels between two labels of an axis; where they would be nearer, one is left out.
_BETWEEN = 4


def tidy_ticks(parts: Iterable[Any]) -> None:
    """Have axes and bars of colours among the parts of a figure write numbers short and apart."""
    for part in parts:
        if isinstance(part, Axis):
            part.major_label_policy = NoOverlap(min_distance=_BETWEEN)
            if isinstance(part.formatter, BasicTickFormatter | LogTickFormatter):
                part.formatter = _short(isinstance(part.formatter, LogTickFormatter))
        elif isinstance(part, ColorBar):
            part.formatter = _short(isinstance(part.color_mapper, LogColorMapper))


def _short(log: bool) -> CustomJSTickFormatter:
    return CustomJSTickFormatter(args={"log": log}, code=_SCRIPT)
