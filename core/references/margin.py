"""The maximal F1-margin: linear programs with column generation, and a certificate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from core.activations import ACTIVATIONS, Activation
from core.references.arrangement import Slopes, directions_above, evaluate
from core.validation import array, choose, number

#: Largest rank of the inputs that the exact certificate covers, and most samples.
MAX_RANK, MAX_N = 3, 500

# Columns kept between rounds, columns added in a round, and the least angle between those
# (radians). A round costs one small linear program: many columns at a time save rounds.
_KEPT, _ADDED, _APART, _MAX_ROUNDS = 400, 30, 0.03, 100
# What rounding makes of a margin of 0, relative to max |x_i|.
_ROUNDING = 1e-12
_LP_OPTIONS = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


@dataclass(frozen=True)
class MaxMargin:
    """The maximal F1-margin, enclosed, and the measure that reaches the lower end.

    Attributes
    ----------
    lower : float
        min_i y_i f(x_i) for the measure below, evaluated directly: a margin that is reached.
    upper : float
        No measure of total variation 1 has a larger margin.
    gap : float
        upper - lower, not negative.
    directions : (r, D) float64
        Atoms of the measure, on the unit sphere.
    weights : (r,) float64
        Their signed weights, sum |weights| <= 1. None (r = 0) if no positive margin was found.
    solver : str
        What was solved, and how often.
    """

    lower: float
    upper: float
    gap: float
    directions: np.ndarray
    weights: np.ndarray
    solver: str


def max_margin(
    inputs: np.ndarray, targets: np.ndarray, activation: str, *, tolerance: float = 1e-6
) -> MaxMargin:
    """Return the largest margin of a two-layer network of any width and F1 norm at most 1.

    gamma_1 = max {t : y_i f(x_i) >= t for all i}, f(x) = int act(theta . x) dnu(theta), over
    signed measures nu on the unit sphere of R^D of total variation at most 1. Particles of total
    mass beta have an F1 norm of at most beta/2, so min_i y_i f(x_i) / beta <= gamma_1 / 2.

    Every q in the simplex shows gamma_1 <= max_theta |sum_i q_i y_i act(theta . x_i)|. The dual
    q of a linear program over some directions gives such a bound; the directions that exceed
    the program's value are its next columns. The maximum over theta is taken over all cells of
    the arrangement of the planes theta . x_i = 0, not over a grid. So both ends are rigorous in
    exact arithmetic, whatever the solver did: `lower` is evaluated on a measure, `upper` on a q.
    In floating point `upper` is off by about 1e-14 max |x_i|, and a cell too thin to be resolved
    (planes that all but meet in a line) may be passed over, next to others of nearly its value.

    Parameters
    ----------
    inputs : (n, D) array
        With a bias, the constant column included. Rank at most 3, n at most 500.
    targets : (n,) array
        All +1 or -1.
    activation : str
        One that is homogeneous of degree 1: relu, leaky_relu, abs, identity.
    tolerance : float
        In ]0, 1]. Stop once gap <= tolerance * upper. The gap returned is larger if the linear
        programs reach their own precision (1e-10 max |x_i|) or 100 rounds first.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.
    """
    inputs, labels = _checked(inputs, targets)
    act, slopes = _homogeneous(activation)
    tolerance = number("tolerance", tolerance, 0, 1, open_low=True)
    points, frame, scale = _reduced(inputs)
    if scale == 0:  # every function is 0 at 0
        return MaxMargin(0.0, 0.0, 0.0, np.empty((0, inputs.shape[1])), np.empty(0), "none needed")
    search = _Search(points, labels, slopes)
    programs = search.run(tolerance)
    directions = search.best_directions @ frame
    outputs = act(inputs @ directions.T) @ search.best_weights
    lower = max(0.0, float((labels * outputs).min()))
    upper = max(lower, float(scale * search.upper))
    solver = f"HiGHS with exact column generation, {programs} linear program(s)"
    return MaxMargin(lower, upper, upper - lower, directions, search.best_weights, solver)


def _checked(inputs: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    inputs = array("inputs", inputs, 2).astype(np.float64)
    labels = array("targets", targets, 1).astype(np.float64)
    if len(inputs) > MAX_N:
        raise ValueError(f"inputs has {len(inputs)} rows; at most {MAX_N} are allowed")
    if labels.shape != (len(inputs),):
        raise ValueError(f"targets has shape {labels.shape}; it must be ({len(inputs)},)")
    if not (np.abs(labels) == 1).all():
        wrong = labels[np.abs(labels) != 1][0]
        raise ValueError(f"targets holds {wrong:g}; all must be +1 or -1")
    return inputs, labels


def _homogeneous(name: str) -> tuple[Activation, Slopes]:
    act = choose("activation", name, ACTIVATIONS)
    if act.degree != 1:
        raise ValueError(f"activation={name!r} is not allowed; it must be homogeneous of degree 1")
    positive, negative = act(np.array([1.0, -1.0]))
    return act, (float(positive), -float(negative))


def _reduced(inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return points (n, r), frame (r, D), scale: inputs = scale points @ frame, max |point| = 1.

    Directions outside the span of the inputs are of no use, so r is the rank.
    """
    _, singular, frame = np.linalg.svd(inputs, full_matrices=False)
    rank = int((singular > 1e-13 * singular[0]).sum())
    if rank > MAX_RANK:
        raise ValueError(
            f"inputs has rank {rank} (effective dimension); at most {MAX_RANK} is allowed"
        )
    points = inputs @ frame[:rank].T
    scale = float(np.linalg.norm(points, axis=1).max(initial=0.0))
    return points / (scale or 1.0), frame[:rank], scale


class _Search:
    """Columns of the linear program (signed directions), and the best bounds so far."""

    def __init__(self, points: np.ndarray, labels: np.ndarray, slopes: Slopes) -> None:
        self.points, self.labels, self.slopes = points, labels, slopes
        self.lower, self.upper = 0.0, np.inf
        self.best_directions = np.empty((0, points.shape[1]))
        self.best_weights = np.empty(0)
        self.directions, self.signs = self.best_directions, self.best_weights
        self.columns = np.empty((len(points), 0))
        start = _spread(points.shape[1])
        self._add(np.concatenate((start, start)), np.repeat([1.0, -1.0], len(start)))
        self._add(*self._violated(np.full(len(points), 1 / len(points))))

    def run(self, tolerance: float) -> int:
        """Tighten the bounds until they meet or nothing helps; count the programs solved."""
        for solved in range(_MAX_ROUNDS):
            q = self._program()
            if q is None:
                return solved
            directions, signs = self._violated(q)
            enough = max(tolerance * self.upper, _ROUNDING)
            if self.upper - self.lower <= enough or len(directions) == 0:
                return solved + 1
            self._drop(q)
            self._add(directions, signs)
        return _MAX_ROUNDS

    def _add(self, directions: np.ndarray, signs: np.ndarray) -> None:
        outputs = evaluate(self.points @ directions.T, self.slopes)
        self.columns = np.hstack((self.columns, self.labels[:, None] * outputs * signs))
        self.directions = np.concatenate((self.directions, directions))
        self.signs = np.concatenate((self.signs, signs))

    def _drop(self, q: np.ndarray) -> None:
        """Forget the columns that q prices worst."""
        keep = np.sort(np.argsort(-(q @ self.columns), kind="stable")[:_KEPT])
        self.columns = self.columns[:, keep]
        self.directions, self.signs = self.directions[keep], self.signs[keep]

    def _program(self) -> np.ndarray | None:
        """Solve max t : columns w >= t, w >= 0, sum w <= 1; update `lower`, return the dual q.

        None if the solver gives up: the bounds found so far stand.
        """
        n, size = self.columns.shape
        cost = np.append(np.zeros(size), -1.0)
        rows = np.block([[-self.columns, np.ones((n, 1))], [np.ones((1, size)), np.zeros((1, 1))]])
        result = linprog(
            cost, rows, np.append(np.zeros(n), 1.0), bounds=[(0, None)] * size + [(None, None)],
            method="highs", options=_LP_OPTIONS,
        )  # fmt: skip
        if result.status != 0:
            return None
        weights = np.maximum(result.x[:-1], 0.0)
        weights /= max(1.0, weights.sum())
        margin = (self.columns @ weights).min()
        if margin > self.lower:
            used = weights > 0
            self.lower, self.best_directions = margin, self.directions[used]
            self.best_weights = (weights * self.signs)[used]
        q = np.maximum(-result.ineqlin.marginals[:n], 0.0)
        return q / q.sum()

    def _violated(self, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Update `upper` by q; return directions, apart from each other, that improve on it."""
        support = (q > 0) & (self.points != 0).any(axis=1)
        directions, values = directions_above(
            self.points[support], (q * self.labels)[support], self.slopes, self.lower
        )
        sizes = np.abs(values)
        self.upper = min(self.upper, sizes.max(initial=self.lower))
        chosen: list[int] = []
        free = np.ones(len(sizes), dtype=bool)
        while len(chosen) < _ADDED and free.any():
            best = int(np.argmax(np.where(free, sizes, -1.0)))
            chosen.append(best)
            free &= directions @ directions[best] < np.cos(_APART)
        return directions[chosen], np.sign(values[chosen])


def _spread(d: int) -> np.ndarray:
    """Return directions that cover the unit sphere of R^d, d in 1, 2, 3, evenly but coarsely."""
    if d == 1:
        return np.array([[1.0], [-1.0]])
    if d == 2:
        angles = np.linspace(0, 2 * np.pi, 64, endpoint=False)
        return np.column_stack((np.cos(angles), np.sin(angles)))
    i = np.arange(200) + 0.5  # Fibonacci points
    height, angle = 1 - i / 100, np.pi * (1 + np.sqrt(5)) * i
    radius = np.sqrt(1 - height**2)
    return np.column_stack((radius * np.cos(angle), radius * np.sin(angle), height))
