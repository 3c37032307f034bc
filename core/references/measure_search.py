"""Fully corrective conditional gradient over measures on the sphere, with sliding atoms."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from core.references.arrangement import Slopes, evaluate
from core.references.checks import Budget
from core.references.lasso import lasso
from core.references.oracle import Oracle, apart

# Directions added in a round, and the least angle between them (radians).
_ADDED, _APART = 20, 0.03
_SLIDES = 200


class MeasureSearch:
    """Atoms of the measure and the best bounds so far, for unit points of length at most 1.

    Minimises (1/2n)|y - f|² + penalty |nu|, f = sum_k weights_k act(directions_k . x).
    """

    def __init__(
        self, points: np.ndarray, targets: np.ndarray, slopes: Slopes, oracle: Oracle,
        penalty: float,
    ) -> None:  # fmt: skip
        self.points, self.targets, self.slopes = points, targets, slopes
        self.oracle, self.penalty = oracle, penalty
        self.directions, self.weights = np.empty((0, points.shape[1])), np.empty(0)
        self.lower = self.rigorous_lower = 0.0
        self.certificate = 0.0

    def run(self, tolerance: float, budget: Budget) -> int:
        """Tighten the bounds until they meet or nothing helps; count the rounds."""
        done = 0
        while True:
            done += 1
            objective = self.objective
            directions = self._price(objective, tolerance)
            met = objective - self.lower <= tolerance * objective or len(directions) == 0
            if budget.spent(done, self.lower, objective) or met:
                return done
            self._refit(directions)

    @property
    def objective(self) -> float:
        """Value of the present measure."""
        residual = self._residual()
        fit = float(residual @ residual) / (2 * len(residual))
        return fit + self.penalty * float(np.abs(self.weights).sum())

    def _outputs(self, directions: np.ndarray) -> np.ndarray:
        return evaluate(self.points @ directions.T, self.slopes)

    def _residual(self) -> np.ndarray:
        return self.targets - self._outputs(self.directions) @ self.weights

    def _price(self, objective: float, tolerance: float) -> np.ndarray:
        """Update the bounds by the residual; return directions that would lower the objective."""
        gradient = self._residual() / len(self.targets)
        gap = 1 - self.lower / objective if objective > 0 else 0.0
        precision = min(1e-3, max(1e-9, 1e-2 * max(gap, tolerance)))
        order = np.argsort(-np.abs(self.weights))
        level = self.penalty * (1 - 1e-9)
        directions, values = self.oracle.ask(gradient, level, self.directions[order], precision)
        sizes = np.abs(values)
        found = max(float(sizes.max(initial=0.0)), self._on_atoms(gradient))
        self.certificate = found / self.penalty
        self.lower = max(self.lower, self._dual(gradient, max(found, self.penalty)))
        bound = self.oracle.bound(gradient, max(found, level))
        self.rigorous_lower = max(self.rigorous_lower, self._dual(gradient, bound))
        above = sizes > self.penalty * (1 + 1e-10)
        chosen = apart(directions[above], sizes[above], _ADDED, _APART)
        return directions[above][chosen]

    def _on_atoms(self, gradient: np.ndarray) -> float:
        values = gradient @ self._outputs(self.directions)
        return float(np.abs(values).max(initial=0.0))

    def _dual(self, gradient: np.ndarray, largest: float) -> float:
        """Return the best bound q . y - (n/2)|q|² over q = s gradient that the penalty allows."""
        square = len(gradient) * float(gradient @ gradient)
        product = float(gradient @ self.targets)
        if square == 0:
            return 0.0
        s = min(self.penalty / largest, product / square)
        return max(0.0, s * product - s**2 * square / 2)

    def _refit(self, directions: np.ndarray) -> None:
        """Solve for the weights with the new directions, then let the atoms slide."""
        self.directions = np.concatenate((self.directions, directions))
        self._fit(np.append(self.weights, np.zeros(len(directions))))
        before, kept = self.objective, (self.directions, self.weights)
        self._slide()
        self._fit(self.weights)
        if not self.objective <= before:
            self.directions, self.weights = kept

    def _fit(self, start: np.ndarray) -> None:
        """Minimise over the weights; drop atoms of weight 0."""
        columns = self._outputs(self.directions)
        weights = lasso(columns, self.targets, self.penalty, start)
        used = weights != 0
        self.directions, self.weights = self.directions[used], weights[used]

    def _slide(self) -> None:
        """Descend over weights and directions together, as balanced neurons |a| = |c|."""
        root = np.sqrt(np.abs(self.weights))
        signs = np.sign(self.weights)
        first = np.column_stack((root[:, None] * self.directions, root))
        options = {"maxiter": _SLIDES, "ftol": 1e-16, "gtol": 1e-14, "maxcor": 20}
        result = minimize(
            self._neurons, first.ravel(), args=(signs,), jac=True, method="L-BFGS-B",
            options=options,
        )  # fmt: skip
        neurons = result.x.reshape(first.shape)
        lengths = np.linalg.norm(neurons[:, :-1], axis=1)
        alive = lengths > 0
        self.directions = neurons[alive, :-1] / lengths[alive, None]
        self.weights = (signs * lengths * neurons[:, -1])[alive]

    def _neurons(self, flat: np.ndarray, signs: np.ndarray) -> tuple[float, np.ndarray]:
        """Return (1/2n)|y - f|² + penalty sum |w|²/2 and its gradient; c = signs * last column."""
        neurons = flat.reshape(len(signs), -1)
        products = self.points @ neurons[:, :-1].T
        values = evaluate(products, self.slopes)
        slopes = np.where(products > 0, self.slopes[0], self.slopes[1])
        outer = signs * neurons[:, -1]
        residual = values @ outer - self.targets
        g = residual / len(residual)
        gradient = self.penalty * neurons
        gradient[:, -1] += signs * (g @ values)
        gradient[:, :-1] += outer[:, None] * ((slopes * g[:, None]).T @ self.points)
        value = float(residual @ g) / 2 + self.penalty * float(flat @ flat) / 2
        return value, gradient.ravel()
