"""Column generation for the maximal margin: the restricted programs and the bounds so far."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from core.references.arrangement import Slopes, evaluate
from core.references.checks import Budget
from core.references.game import solve_game
from core.references.oracle import Oracle, apart, spread

# Columns kept between rounds, columns added in a round, and the least angle between those
# (radians) with vertex programs. A round costs one small linear program: many columns at a time
# save rounds.
_KEPT, _ADDED, _APART = 400, 30, 0.03
# The same for interior programs (high dimension: the optimal measure has many atoms); there the
# angle, the programs' precision and the oracle's follow the relative gap, at these ratios.
_KEPT_MANY, _ADDED_MANY, _RATIO, _WARM = 800, 60, 0.2, 48
# What rounding makes of a margin of 0, relative to max |x_i|.
_ROUNDING = 1e-12
_LP_OPTIONS = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


class MarginSearch:
    """Columns of the linear program (signed directions), and the best bounds so far.

    With an exact oracle the programs are solved to a vertex (HiGHS): few rounds, exact ends. With
    a search they are solved by an interior point to a part of the present gap.
    """

    def __init__(
        self, points: np.ndarray, labels: np.ndarray, slopes: Slopes, oracle: Oracle, seed: int
    ) -> None:
        self.points, self.labels, self.slopes, self.oracle = points, labels, slopes, oracle
        self.lower, self.upper, self.rigorous_upper = 0.0, np.inf, np.inf
        self.best_directions = np.empty((0, points.shape[1]))
        self.best_weights = np.empty(0)
        self.directions, self.signs = self.best_directions, self.best_weights
        self.columns = np.empty((len(points), 0))
        self._weights = np.zeros(0)
        self.program_name = "HiGHS" if oracle.rigorous else "interior point"
        start = spread(points.shape[1], seed)
        self._add(np.concatenate((start, start)), np.repeat([1.0, -1.0], len(start)))
        self._add(*self._violated(np.full(len(points), 1 / len(points))))

    @property
    def _gap(self) -> float:
        """Relative gap of the search, 1 before there is an upper end."""
        if not np.isfinite(self.upper):
            return 1.0
        return (self.upper - self.lower) / self.upper if self.upper > 0 else 0.0

    def run(self, tolerance: float, budget: Budget) -> int:
        """Tighten the bounds until they meet or nothing helps; count the programs solved."""
        solved = 0
        while True:
            q = self._vertex() if self.oracle.rigorous else self._interior(tolerance)
            if q is None:
                return solved
            solved += 1
            directions, signs = self._violated(q)
            enough = max(tolerance * self.upper, _ROUNDING)
            met = self.upper - self.lower <= enough or len(directions) == 0
            if budget.spent(solved, self.lower, self.upper) or met:
                return solved + self._crossover()
            self._drop(q)
            self._add(directions, signs)

    def _add(self, directions: np.ndarray, signs: np.ndarray) -> None:
        outputs = evaluate(self.points @ directions.T, self.slopes)
        self.columns = np.hstack((self.columns, self.labels[:, None] * outputs * signs))
        self.directions = np.concatenate((self.directions, directions))
        self.signs = np.concatenate((self.signs, signs))

    def _drop(self, q: np.ndarray) -> None:
        """Forget the columns that q prices worst."""
        most = _KEPT if self.oracle.rigorous else _KEPT_MANY
        keep = np.sort(np.argsort(-(q @ self.columns), kind="stable")[:most])
        self.columns = self.columns[:, keep]
        self.directions, self.signs = self.directions[keep], self.signs[keep]

    def _crossover(self) -> int:
        """Go from an interior measure to one of few atoms (a vertex); count the programs."""
        if self.oracle.rigorous:
            return 0
        self._vertex()
        return 1

    def _interior(self, tolerance: float) -> np.ndarray:
        """Solve max t : columns w >= t, w >= 0, sum w = 1 roughly; keep w, return the dual q."""
        precision = _RATIO * max(self._gap, tolerance)
        game = solve_game(self.columns, min(0.1, max(precision, 1e-10)))
        self._weights = game.w
        self._keep(game.w, game.lower)
        return game.q

    def _vertex(self) -> np.ndarray | None:
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
        self._keep(weights, (self.columns @ weights).min())
        q = np.maximum(-result.ineqlin.marginals[:n], 0.0)
        return q / q.sum()

    def _keep(self, weights: np.ndarray, margin: float) -> None:
        """Remember a measure if its margin is the largest so far."""
        if margin > self.lower:
            used = weights > 0
            self.lower, self.best_directions = margin, self.directions[used]
            self.best_weights = (weights * self.signs)[used]

    def _violated(self, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Update `upper` by q; return directions, apart from each other, that improve on it."""
        gap = self._gap
        warm = self.directions[: len(self._weights)][np.argsort(-self._weights)[:_WARM]]
        precision = max(1e-9, 1e-2 * _RATIO * gap)
        directions, values = self.oracle.ask(q * self.labels, self.lower, warm, precision)
        sizes = np.abs(values)
        found = sizes.max(initial=self.lower)
        if found < self.upper:
            self.upper = found
            bound = self.oracle.bound(q * self.labels, found)
            self.rigorous_upper = min(self.rigorous_upper, bound)
        exact = self.oracle.rigorous
        chosen = apart(
            directions, sizes, _ADDED if exact else _ADDED_MANY, _APART if exact else _APART * gap
        )
        return directions[chosen], np.sign(values[chosen])
