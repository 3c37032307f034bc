"""Axis limits that follow the data: they grow when exceeded and never shrink during a run."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, log10

Box = tuple[float, float, float, float]

#: Decades from 1 at which a logarithmic axis ends: there are no larger numbers.
MOST_DECADES = 307.0


@dataclass(frozen=True)
class Growth:
    """How far the limits jump once the data leave them.

    Parameters
    ----------
    scales : pair of str
        ``"linear"``, ``"log"`` or ``"fixed"`` for x and y.
    square : bool
        Whether both axes share one limit, symmetric about the origin.
    slack : float
        Room added beyond the data, as a fraction of the span (of the decades, on a log axis):
        larger jumps are rarer, and a rare jump is what keeps the eye at ease.
    """

    scales: tuple[str, str] = ("linear", "linear")
    square: bool = False
    slack: float = 0.25

    def __call__(self, box: Box, need: Box) -> Box:
        """Return the limits that show both ``box`` and ``need``; ``box`` itself if it does.

        Parameters
        ----------
        box, need : tuple of float
            Limits (x low, x high, y low, y high) shown now and asked by the data; numbers that
            are not finite are ignored.
        """
        if self.square:
            reach = max((abs(v) for v in need if isfinite(v)), default=0.0)
            if reach <= box[3]:
                return box
            side = reach * (1.0 + self.slack)
            return (-side, side, -side, side)
        x = _stretched(box[:2], need[:2], self.scales[0], self.slack)
        y = _stretched(box[2:], need[2:], self.scales[1], self.slack)
        return (*x, *y)


def square_box(reach: float, slack: float = 0.12) -> Box:
    """Return the square about the origin that shows every point within ``reach``."""
    side = (1.0 + slack) * reach if isfinite(reach) and reach > 0.0 else 1.0
    return (-side, side, -side, side)


def _stretched(
    shown: tuple[float, float], need: tuple[float, float], scale: str, slack: float
) -> tuple[float, float]:
    """Return one axis' limits, stretched on the sides the data have left."""
    if scale == "fixed":
        return shown
    if scale == "log":
        if shown[0] <= 0.0:
            raise ValueError(f"shown is {shown}; a log axis needs positive limits")
        decades = (_log(need[0]), _log(need[1]))
        low, high = _stretched((log10(shown[0]), log10(shown[1])), decades, "linear", slack)
        return (10.0 ** max(low, -MOST_DECADES), 10.0 ** min(high, MOST_DECADES))
    low, high = shown
    span = max(high, need[1] if isfinite(need[1]) else high) - min(
        low, need[0] if isfinite(need[0]) else low
    )
    if isfinite(need[0]) and need[0] < low:
        low = need[0] - slack * span
    if isfinite(need[1]) and need[1] > high:
        high = need[1] + slack * span
    return (low, high)


def _log(value: float) -> float:
    """Return the decimal logarithm, nan where there is none."""
    return log10(value) if isfinite(value) and value > 0.0 else float("nan")
