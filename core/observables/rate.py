"""The local exponential rate of a falling curve, SCIENCE 5.12."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.observables.base import Observable, Sight
from core.validation import array, number


@dataclass(frozen=True)
class Rate:
    """Slope of log(excess) in time, its standard error, and the number of points fitted.

    The error supposes independent deviations; nan for fewer than three points. The slope is nan
    for fewer than two.
    """

    slope: float
    error: float
    points: int

    @property
    def main(self) -> float:
        """The slope."""
        return self.slope


def log_rate(time: np.ndarray, excess: np.ndarray, last: float = 0.5) -> Rate:
    """Fit log(excess) = intercept + slope · time over the last part of a curve.

    Parameters
    ----------
    time : array_like, shape (k,)
        Times or steps, none falling.
    excess : array_like, shape (k,)
        What decays; points where it is not positive are left out.
    last : float
        In ]0, 1]: the share of the time span that is fitted, from its end.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.

    Notes
    -----
    Near a sparse minimum the objective decays exponentially: Chizat (2022), "Sparse optimization
    on measures with over-parameterized gradient descent", theorem 3.8.
    """
    t, values = array("time", time, 1), array("excess", excess, 1)
    last = number("last", last, 0, 1, open_low=True)
    if len(t) != len(values):
        raise ValueError(f"excess has {len(values)} entries and time {len(t)}; they must match")
    if (np.diff(t) < 0).any():
        raise ValueError("time falls somewhere; its entries must be in order")
    used = (t >= t[-1] - last * (t[-1] - t[0])) & (values > 0)
    return _fit(t[used].astype(np.float64), np.log(values[used]))


def _fit(t: np.ndarray, y: np.ndarray) -> Rate:
    """Return the least-squares slope of y in t."""
    k = len(t)
    centred = t - t.mean() if k else t
    spread = float(centred @ centred)
    if k < 2 or spread == 0:
        return Rate(math.nan, math.nan, k)
    slope = float(centred @ y) / spread
    rest = y - y.mean() - slope * centred
    error = math.sqrt(float(rest @ rest) / (k - 2) / spread) if k > 2 else math.nan
    return Rate(slope, error, k)


def observed_rate(sight: Sight) -> Rate:
    """Return the rate of objective − floor over the last half of the recorded time."""
    history = sight.history
    assert history is not None  # Observable.__call__ has checked
    return log_rate(history["time"], np.asarray(history["objective"]) - sight.floor)


RATE = (
    Observable(
        "rate", "local log-rate", r"\frac{d}{dt}\log(F-F^*)", "1/time",
        "Slope of the logarithm of the objective above its floor, over the last half of the time"
        " (Chizat 2022).",
        "dear", ("history",), observed_rate,
    ),
)  # fmt: skip
