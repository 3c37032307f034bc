"""What a figure of a study draws: medians, ranges over seeds, and what is expected of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.views.limits import Box
from core.studies import Number, Study
from core.studies.numbers import Values, over_seeds, places

#: Readings that are values at one point, and may be marked there.
_LEVELS = ("median", "mean", "largest", "least")
#: Half the width of a mark, as a share of the axis; and the room around all that is drawn.
_HALF, _ROOM = 0.022, 0.07
#: Least distance of two ticks, likewise.
_APART = 0.09


@dataclass(frozen=True)
class Curve:
    """One arm: points, medians, least and largest over seeds, and how many seeds there are."""

    x: np.ndarray
    y: np.ndarray
    low: np.ndarray
    high: np.ndarray
    seeds: np.ndarray


def curve_of(values: Values, arm: str, log: bool) -> Curve:
    """Return the curve of an arm; what a logarithmic axis has no place for is left out."""
    rows = []
    for x in places(values, arm):
        each = over_seeds(values, arm, x)
        each = each[np.isfinite(each) & ((each > 0.0) | (not log))]
        if len(each):
            rows.append((x, float(np.median(each)), each.min(), each.max(), len(each)))
    return Curve(*np.array(rows, dtype=float).reshape(-1, 5).T)


def ends(study: Study) -> tuple[float, float]:
    """Return where the axis of the points begins and ends."""
    xs = [point.x for point in study.points]
    return _roomy(min(xs), max(xs), study.axis.log, 0.06)


def ticks(study: Study) -> list[tuple[float, str]]:
    """Return the points that the axis names: those that are not too near to the one before."""
    low, high = ends(study)
    place = math.log if study.axis.log else float
    found: list[tuple[float, str]] = []
    for x in sorted({point.x for point in study.points}):
        apart = place(x) - place(found[-1][0]) if found else math.inf
        if apart > _APART * (place(high) - place(low)):
            found.append((x, named(x)))
    return found


def named(x: float) -> str:
    """Return a point in words."""
    return f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.3g}"


def box_of(study: Study, curves: Sequence[Curve], numbers: Iterable[Number]) -> Box:
    """Return limits that show the curves, and the marks of levels."""
    log = study.axis.log_quantity
    found = [y for curve in curves for ends in (curve.low, curve.high) for y in ends]
    for number in levels(numbers):
        found += [y for y in (number.low, number.high) if math.isfinite(y) and (y > 0 or not log)]
    if not found:
        return (*ends(study), *((0.1, 1.0) if log else (0.0, 1.0)))
    return (*ends(study), *_roomy(min(found), max(found), log, _ROOM))


def levels(numbers: Iterable[Number]) -> list[Number]:
    """Return the numbers that are a value at one point."""
    return [number for number in numbers if number.reading.how in _LEVELS]


def marks(study: Study, numbers: Iterable[Number], box: Box) -> dict[str, Any]:
    """Return the boxes in which values are expected to lie, as columns left, bottom, ..."""
    left, right = _shifted(box[0], box[1], study.axis.log)
    rows = []
    for number in levels(numbers):
        x = number.reading.x
        if x is not None:
            low, high = max(number.low, box[2]), min(number.high, box[3])
            rows.append((left(x), low, right(x), high))
    table = np.array(rows, dtype=float).reshape(-1, 4).T
    return dict(zip(("left", "bottom", "right", "top"), table, strict=True))


def slopes(study: Study, numbers: Iterable[Number], curves: dict[str, Curve]) -> dict[str, Any]:
    """Return lines of the slopes expected, each through the middle of its arm, nan between."""
    x, y = [], []
    for number in numbers:
        curve, slope = curves.get(number.reading.arm), (number.low + number.high) / 2
        if number.reading.how == "slope" and curve is not None and len(curve.x) > 1:
            at = np.array([curve.x[0], curve.x[-1]])
            middle = np.exp(np.log(curve.x).mean()), np.exp(np.log(np.abs(curve.y)).mean())
            x += [*at, np.nan]
            y += [*(middle[1] * (at / middle[0]) ** slope), np.nan]
    return {"x": np.array(x), "y": np.array(y)}


def _roomy(low: float, high: float, log: bool, room: float) -> tuple[float, float]:
    """Return limits a little wider than what they show."""
    if log:
        a, b = _roomy(math.log(low), math.log(high), False, room)
        return math.exp(a), math.exp(b)
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        half = abs(high) * 0.5 or 1.0
        return low - half, high + half
    return low - room * (high - low), high + room * (high - low)


def _shifted(low: float, high: float, log: bool) -> tuple[Any, Any]:
    """Return what moves a point half a mark to the left, and to the right."""
    if log:
        factor = (high / low) ** _HALF
        return (lambda x: x / factor), (lambda x: x * factor)
    shift = _HALF * (high - low)
    return (lambda x: x - shift), (lambda x: x + shift)
