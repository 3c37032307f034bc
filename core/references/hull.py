"""The point of a convex hull nearest to 0: the dual of every hard-margin problem."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls


@dataclass(frozen=True)
class NearestPoint:
    """q (n,) in the simplex; sizes of the hull: lower <= distance of the hull to 0 <= upper."""

    q: np.ndarray
    lower: float
    upper: float


def nearest_point(columns: np.ndarray) -> NearestPoint:
    """Return the convex combination of `columns` (r, n) nearest to 0, and bounds on its norm.

    min |B q| over the simplex is non-negative least squares in disguise: for a = s q, q in the
    simplex, |B a|² + (1 - sum a)² = s² |B q|² + (1 - s)², least over s at |B q|²/(1 + |B q|²).
    `upper` is |B q|; by Cauchy-Schwarz v = B q shows distance >= min_i v . b_i / |v| = `lower`.
    """
    size = float(np.linalg.norm(columns, axis=0).max())
    n = columns.shape[1]
    if size == 0:
        return NearestPoint(np.full(n, 1 / n), 0.0, 0.0)
    unit = columns / size
    rows = np.vstack((unit, np.ones(n)))
    solution, _ = nnls(rows, np.append(np.zeros(len(unit)), 1.0), maxiter=50 * n)
    best = _bounded(unit, solution / solution.sum())
    polished = _polished(unit, best.q)
    if polished is not None and polished.upper - polished.lower < best.upper - best.lower:
        best = polished
    return NearestPoint(best.q, size * best.lower, size * best.upper)


def _bounded(columns: np.ndarray, q: np.ndarray) -> NearestPoint:
    point = columns @ q
    upper = float(np.linalg.norm(point))
    lower = float((point @ columns).min()) / upper if upper > 0 else 0.0
    return NearestPoint(q, min(max(lower, 0.0), upper), upper)


def _polished(columns: np.ndarray, q: np.ndarray) -> NearestPoint | None:
    """Solve the optimality conditions on the support of q anew; None if that leaves the simplex."""
    support = np.flatnonzero(q)
    used = columns[:, support]
    k = len(support)
    system = np.block([[used.T @ used, np.ones((k, 1))], [np.ones((1, k)), np.zeros((1, 1))]])
    solution = np.linalg.lstsq(system, np.append(np.zeros(k), 1.0), rcond=None)[0][:-1]
    if not (solution >= 0).all():
        return None
    exact = np.zeros_like(q)
    exact[support] = solution / solution.sum()
    return _bounded(columns, exact)
