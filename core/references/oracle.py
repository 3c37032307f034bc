"""Who answers: where on the unit sphere is |sum_i w_i act(theta . x_i)| large, and at most what?

`Exact` visits all cells of the arrangement (rank at most 3); its maximum is rigorous. `Search`
climbs from many starts: its maximum is a local search's, and a rigorous bound comes separately.
"""

from __future__ import annotations

from typing import ClassVar, Protocol

import numpy as np

from core.references.arrangement import Slopes, directions_above
from core.references.ascent import climb
from core.references.majorant import quadratic_bound
from core.validation import choose

#: Largest rank of the inputs that the exact oracle covers, and most samples.
MAX_RANK, MAX_N = 3, 500
#: Most samples of the local search.
MAX_N_SEARCH = 4000

_METHODS = {"auto": None, "exact": True, "search": False}


class Oracle(Protocol):
    """What the programs that generate columns ask.

    ask(weights, level, warm, precision) returns directions (r, D) and values (r,) of the function
    there, |values| > level. bound(weights, found) returns a rigorous upper bound on the maximum
    of |function|, given the largest value that `ask` found (or its level).
    """

    rigorous: ClassVar[bool]
    name: ClassVar[str]

    def ask(
        self, weights: np.ndarray, level: float, warm: np.ndarray, precision: float
    ) -> tuple[np.ndarray, np.ndarray]: ...

    def bound(self, weights: np.ndarray, found: float) -> float: ...


class Exact:
    """All cells of the arrangement of the planes theta . x_i = 0; rank at most 3."""

    rigorous: ClassVar[bool] = True
    name: ClassVar[str] = "exact column generation"

    def __init__(self, points: np.ndarray, slopes: Slopes) -> None:
        self._points, self._slopes = points, slopes
        self._nonzero = (points != 0).any(axis=1)

    def ask(
        self, weights: np.ndarray, level: float, warm: np.ndarray, precision: float
    ) -> tuple[np.ndarray, np.ndarray]:
        support = (weights != 0) & self._nonzero
        return directions_above(self._points[support], weights[support], self._slopes, level)

    def bound(self, weights: np.ndarray, found: float) -> float:
        return found


class Search:
    """Local ascent from the warm directions and random ones, `starts` in all.

    Never fewer than half of `starts` are random, however many warm ones there are.
    """

    rigorous: ClassVar[bool] = False
    name: ClassVar[str] = "multi-start column generation"

    def __init__(self, points: np.ndarray, slopes: Slopes, starts: int = 96, seed: int = 0) -> None:
        self._points, self._slopes, self._starts = points, slopes, starts
        self._rng = np.random.default_rng(seed)

    def ask(
        self, weights: np.ndarray, level: float, warm: np.ndarray, precision: float
    ) -> tuple[np.ndarray, np.ndarray]:
        support = weights != 0
        points, weights = self._points[support], weights[support]
        fresh = max(self._starts - len(warm), self._starts // 2)
        theta = self._rng.standard_normal((fresh, points.shape[1]))
        theta /= np.linalg.norm(theta, axis=1, keepdims=True)
        theta = np.concatenate((warm, theta))
        signs = np.where(np.arange(len(theta)) % 2 == 0, 1.0, -1.0)
        signs[: len(warm)] = _side(warm, points, weights, self._slopes)
        theta, values = climb(theta, signs, points, weights, self._slopes, precision)
        above = values > level
        return theta[above], (signs * values)[above]

    def bound(self, weights: np.ndarray, found: float) -> float:
        return max(found, quadratic_bound(self._points, weights, self._slopes))


def _side(theta: np.ndarray, points: np.ndarray, weights: np.ndarray, slopes: Slopes) -> np.ndarray:
    """Return the sign of the function at the rows of theta, +1 for 0."""
    products = theta @ points.T
    values = np.where(products > 0, slopes[0], slopes[1]) * products @ weights
    return np.where(values < 0, -1.0, 1.0)


def make_oracle(method: str, points: np.ndarray, slopes: Slopes, seed: int = 0) -> Oracle:
    """Return the oracle for points (n, r): exact up to rank 3 unless `method` says otherwise."""
    exact = choose("method", method, _METHODS)
    n, rank = points.shape
    if exact and rank > MAX_RANK:
        raise ValueError(
            f"inputs has rank {rank} (effective dimension); at most {MAX_RANK} is allowed with "
            "method='exact'"
        )
    if exact or (exact is None and rank <= MAX_RANK):
        if n > MAX_N:
            raise ValueError(
                f"inputs has {n} rows; at most {MAX_N} are allowed at rank {rank}, unless "
                "method='search'"
            )
        return Exact(points, slopes)
    return Search(points, slopes, seed=seed)


def apart(directions: np.ndarray, sizes: np.ndarray, most: int, angle: float) -> list[int]:
    """Return at most `most` rows, largest size first, that are `angle` radians from each other."""
    chosen: list[int] = []
    free = np.ones(len(sizes), dtype=bool)
    while len(chosen) < most and free.any():
        best = int(np.argmax(np.where(free, sizes, -1.0)))
        chosen.append(best)
        free &= directions @ directions[best] < np.cos(angle)
    return chosen


def spread(d: int, seed: int = 0) -> np.ndarray:
    """Return directions that cover the unit sphere of R^d coarsely, evenly for d <= 3."""
    if d == 1:
        return np.array([[1.0], [-1.0]])
    if d == 2:
        angles = np.linspace(0, 2 * np.pi, 64, endpoint=False)
        return np.column_stack((np.cos(angles), np.sin(angles)))
    if d == 3:
        i = np.arange(200) + 0.5  # Fibonacci points
        height, angle = 1 - i / 100, np.pi * (1 + np.sqrt(5)) * i
        radius = np.sqrt(1 - height**2)
        return np.column_stack((radius * np.cos(angle), radius * np.sin(angle), height))
    directions = np.random.default_rng(seed).standard_normal((100, d))
    return directions / np.linalg.norm(directions, axis=1, keepdims=True)
