"""Numbers that a study must show, and whether it does."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

#: Where what is expected comes from.
ORIGINS = ("published", "theory", "independent")

#: Values of a study by arm, point and seed.
Values = Mapping[tuple[str, float, int], float]


@dataclass(frozen=True)
class Reading:
    """How a number is read off the values of a study.

    Attributes
    ----------
    how : str
        One of `HOW`.
    arm : str
        Label of the arm.
    x : float or None
        The point; of a slope the first one that counts, None for all.
    to_arm, to_x : str, float or None
        The other cell of a ratio or a difference; None for the same arm, the same point. Of a slope
        `to_x` is the last point that counts; of `reaches` the end, by default the last point.
    level : float
        Of `share_below` and `reaches`.
    """

    how: str
    arm: str
    x: float | None = None
    to_arm: str | None = None
    to_x: float | None = None
    level: float = math.nan


@dataclass(frozen=True)
class Number:
    """A number a reproduction must show.

    Attributes
    ----------
    name : str
        In words, with symbols in LaTeX between dollars.
    reading : Reading
    low, high : float
        The criterion: low ≤ ours ≤ high.
    origin : str
        One of `ORIGINS`.
    expected : str
        The published or theoretical value, as it is written there.
    quick : bool
        Whether the quick sizes must show it as well.
    explain : str
        Why a published figure is not met, where it is known not to be.
    """

    name: str
    reading: Reading
    low: float
    high: float
    origin: str
    expected: str
    quick: bool = True
    explain: str = ""

    def judge(self, values: Values) -> Verdict:
        """Read the number off the values of a study and judge it."""
        found = HOW[self.reading.how](self.reading, values)
        return Verdict(self, *(found or _NOTHING), found is not None)


@dataclass(frozen=True)
class Verdict:
    """A number as it was found.

    `spread` is its lowest and highest over seeds; `measured` tells whether there is a value of each
    cell that it is read off.
    """

    number: Number
    ours: float
    spread: tuple[float, float]
    measured: bool

    @property
    def word(self) -> Literal["holds", "differs", "open"]:
        """Whether it is as expected; open before anything is measured. A nan (of a run that
        diverged) differs."""
        if not self.measured:
            return "open"
        return "holds" if self.number.low <= self.ours <= self.number.high else "differs"


def over_seeds(values: Values, arm: str, x: float) -> np.ndarray:
    """Return the values of one arm at one point, in the order of the seeds."""
    found = sorted((seed, value) for (a, at, seed), value in values.items() if (a, at) == (arm, x))
    return np.array([value for _, value in found], dtype=float)


def places(values: Values, arm: str) -> list[float]:
    """Return the points of an arm at which there are values, in order."""
    return sorted({x for a, x, _ in values if a == arm})


_Found = tuple[float, tuple[float, float]]
_NOTHING: _Found = (math.nan, (math.nan, math.nan))


def _summary(reduce: Callable[[np.ndarray], float], each: np.ndarray) -> _Found | None:
    return (float(reduce(each)), (float(each.min()), float(each.max()))) if len(each) else None


def _at(
    reduce: Callable[[np.ndarray], float],
) -> Callable[[Reading, Values], _Found | None]:
    def read(reading: Reading, values: Values) -> _Found | None:
        assert reading.x is not None  # read so
        return _summary(reduce, over_seeds(values, reading.arm, reading.x))

    return read


def _share_below(reading: Reading, values: Values) -> _Found | None:
    assert reading.x is not None
    each = over_seeds(values, reading.arm, reading.x)
    if not len(each):
        return None
    share = float(np.mean(each < reading.level))
    return share, (share, share)


def _pair(reading: Reading, values: Values) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of both cells at the seeds that both have."""
    assert reading.x is not None
    arm = reading.arm if reading.to_arm is None else reading.to_arm
    x = reading.x if reading.to_x is None else reading.to_x
    both = [
        (value, values[arm, x, seed])
        for (a, at, seed), value in values.items()
        if (a, at) == (reading.arm, reading.x) and (arm, x, seed) in values
    ]
    one, other = np.array(both, dtype=float).reshape(-1, 2).T
    return one, other


def _ratio(reading: Reading, values: Values) -> _Found | None:
    one, other = _pair(reading, values)
    return _summary(np.median, one / other)


def _difference(reading: Reading, values: Values) -> _Found | None:
    one, other = _pair(reading, values)
    return _summary(np.median, one - other)


def _slope(reading: Reading, values: Values) -> _Found | None:
    """Least-squares slope of log |median| against log x; nan where one is no number."""
    low = -math.inf if reading.x is None else reading.x
    high = math.inf if reading.to_x is None else reading.to_x
    xs = [x for x in places(values, reading.arm) if low <= x <= high]
    if len(xs) < 2:
        return None
    medians = [np.median(np.abs(over_seeds(values, reading.arm, x))) for x in xs]
    across, up = (np.log(each) - np.log(each).mean() for each in (xs, medians))
    slope = float(across @ up / (across @ across))
    return slope, (slope, slope)


def _reaches(reading: Reading, values: Values) -> _Found | None:
    """Where the excess over the last point first falls to a level; nan where it does not.

    Between two points the logarithm of the excess is taken as linear.
    """
    xs = places(values, reading.arm)
    end = xs[-1] if reading.to_x is None and xs else reading.to_x
    if len(xs) < 2 or end not in xs:
        return None
    seeds = {seed for _, _, seed in values}
    curves = ([values.get((reading.arm, x, seed)) for x in xs] for seed in sorted(seeds))
    whole = [np.array(curve) for curve in curves if None not in curve]
    gaps = (curve - curve[xs.index(end)] for curve in whole)
    return _summary(np.median, np.array([_first(xs, gap, reading.level) for gap in gaps]))


def _first(xs: Sequence[float], gaps: np.ndarray, level: float) -> float:
    below = np.flatnonzero(gaps[:-1] <= level)
    if not len(below) or below[0] == 0:
        return math.nan
    x, left, right = xs[below[0] - 1], *gaps[below[0] - 1 : below[0] + 1]
    share = math.log(left / level) / math.log(left / right) if right > 0 else 1.0
    return x + share * (xs[below[0]] - x)


def _excess(reading: Reading, values: Values) -> _Found | None:
    """The mean over seeds of the excess over the least value of all arms and points of the seed,
    as a share of the largest such mean."""
    assert reading.x is not None
    cells = sorted({(arm, x) for arm, x, _ in values})
    seeds = sorted({seed for _, _, seed in values})
    if (reading.arm, reading.x) not in cells or len(values) < len(cells) * len(seeds):
        return None
    table = np.array([[values[arm, x, seed] for seed in seeds] for arm, x in cells])
    table = table - table.min(axis=0)
    own = table[cells.index((reading.arm, reading.x))] / table.mean(axis=1).max()
    return _summary(np.mean, own)


#: The ways of reading, by name.
HOW: dict[str, Callable[[Reading, Values], _Found | None]] = {
    "median": _at(np.median),
    "mean": _at(np.mean),
    "largest": _at(np.max),
    "least": _at(np.min),
    "share_below": _share_below,
    "ratio": _ratio,
    "difference": _difference,
    "slope": _slope,
    "reaches": _reaches,
    "excess": _excess,
}

#: Those that need no point, and those that need a level.
WITHOUT_X, WITH_LEVEL = ("slope", "reaches"), ("share_below", "reaches")


def judge(numbers: Sequence[Number], values: Values) -> list[Verdict]:
    """Judge all numbers by the values there are."""
    with np.errstate(all="ignore"):
        return [number.judge(values) for number in numbers]
