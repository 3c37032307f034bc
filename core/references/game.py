"""Optimal strategies of a matrix game, by a primal-dual interior point.

max_w min_i (A w)_i over the simplex is the program of the maximal margin on given columns. Unlike
a vertex, a strategy found to a rough tolerance lies in the middle of the nearly optimal ones,
which makes it a better place to ask for new columns (Gondzio, Gonzalez-Brevis and Munari 2013,
"New developments in the primal-dual column generation technique").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

_MOST_STEPS, _SHORT = 100, 0.995


@dataclass(frozen=True)
class Game:
    """Strategies w (k,) and q (n,) of the columns and the rows: min A w = lower <= upper = max."""

    w: np.ndarray
    q: np.ndarray
    lower: float
    upper: float


@dataclass
class _Point:
    """A w - s = t, A^T q + z = v, sums 1; w, q, s, z positive."""

    w: np.ndarray
    q: np.ndarray
    s: np.ndarray
    z: np.ndarray
    t: float
    v: float

    @property
    def mean_product(self) -> float:
        return float((self.w @ self.z + self.q @ self.s) / (len(self.w) + len(self.q)))

    def longest(self, step: _Point) -> float:
        """Return the part of a step, at most 1, that keeps everything positive."""
        pairs = ((self.w, step.w), (self.q, step.q), (self.s, step.s), (self.z, step.z))
        most = min(float(np.min(-x[d < 0] / d[d < 0], initial=np.inf)) for x, d in pairs)
        return min(1.0, _SHORT * most)

    def moved(self, step: _Point, part: float) -> _Point:
        return _Point(
            self.w + part * step.w, self.q + part * step.q, self.s + part * step.s,
            self.z + part * step.z, self.t + part * step.t, self.v + part * step.v,
        )  # fmt: skip


def solve_game(matrix: np.ndarray, tolerance: float) -> Game:
    """Return strategies of the game `matrix` (n, k) whose relative duality gap is small.

    Parameters
    ----------
    matrix : (n, k)
    tolerance : float
        Stop once upper - lower <= tolerance * |upper|, or when rounding ends the progress.
    """
    unit = float(np.abs(matrix).max()) or 1.0
    matrix = matrix / unit
    point = _start(matrix)
    best = _strategies(matrix, point)
    for _ in range(_MOST_STEPS):
        if best.upper - best.lower <= tolerance * abs(best.upper):
            break
        try:
            point = _step(matrix, point)
        except (LinAlgError, ValueError):  # rounding: the matrix is singular or holds nan
            break
        found = _strategies(matrix, point)
        if found.upper - found.lower < best.upper - best.lower:
            best = found
        if not point.mean_product > 1e-18:
            break
    return Game(best.w, best.q, unit * best.lower, unit * best.upper)


def _start(matrix: np.ndarray) -> _Point:
    n, k = matrix.shape
    w, q = np.full(k, 1 / k), np.full(n, 1 / n)
    gains, losses = matrix @ w, matrix.T @ q
    t, v = float(gains.min()) - 0.1, float(losses.max()) + 0.1
    return _Point(w, q, gains - t, v - losses, t, v)


def _strategies(matrix: np.ndarray, point: _Point) -> Game:
    w, q = point.w / point.w.sum(), point.q / point.q.sum()
    return Game(w, q, float((matrix @ w).min()), float((q @ matrix).max()))


def _step(matrix: np.ndarray, point: _Point) -> _Point:
    """Take one predictor-corrector step (Mehrotra 1992)."""
    newton = _Newton(matrix, point)
    guess = newton.solve(0.0, 0.0)
    ahead = point.moved(guess, point.longest(guess)).mean_product
    target = (ahead / point.mean_product) ** 3 * point.mean_product
    step = newton.solve(target - guess.w * guess.z, target - guess.q * guess.s)
    return point.moved(step, point.longest(step))


class _Newton:
    """The linear system of a step, reduced to the rows and factored."""

    def __init__(self, matrix: np.ndarray, point: _Point) -> None:
        self.matrix, self.point = matrix, point
        self.ratio = point.w / point.z
        normal = (matrix * self.ratio) @ matrix.T
        normal[np.diag_indices(len(normal))] += point.s / point.q
        self.factor = cho_factor(normal)
        self.borders = np.column_stack((matrix @ self.ratio, np.ones(len(normal))))
        self.columns = cho_solve(self.factor, self.borders)
        self.small = self.borders.T @ self.columns
        self.small[0, 0] -= self.ratio.sum()

    def solve(self, wz: np.ndarray | float, qs: np.ndarray | float) -> _Point:
        """Return the step to the point whose products w z and q s are the given ones."""
        A, p = self.matrix, self.point
        primal = A @ p.w - p.s - p.t
        dual = p.q @ A + p.z - p.v
        shift = wz / p.z - p.w + self.ratio * dual
        base = cho_solve(self.factor, qs / p.q - p.s - primal - A @ shift)
        rest = np.array([1 - p.w.sum() - shift.sum(), 1 - p.q.sum()]) - self.borders.T @ base
        dv, dt = np.linalg.solve(self.small, rest)
        dq = base + self.columns @ (dv, dt)
        dw = self.ratio * (dq @ A - dv) + shift
        return _Point(dw, dq, A @ dw - dt + primal, dv - dq @ A - dual, dt, dv)
