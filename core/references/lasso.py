"""Least squares with an absolute-value penalty on given columns, by an active set."""

from __future__ import annotations

import numpy as np

# A column enters if its correlation exceeds the penalty by this part of it.
_SLACK = 1e-11
# Newton steps at the end, against rounding in badly conditioned supports.
_REFINED = 3


def lasso(
    columns: np.ndarray, targets: np.ndarray, penalty: float, start: np.ndarray
) -> np.ndarray:
    """Return w (k,) that minimises (1/2n)|y - A w|² + penalty |w|_1, from a first guess.

    On a support with signs the minimiser solves a linear system. Move to it, or to where the first
    weight vanishes, which then leaves; at the minimiser, the column correlated most with the
    residual enters. The objective falls at every entry, so that no support comes twice.

    Parameters
    ----------
    columns : (n, k)
        Scaled so that max |A_ij| is about 1; no column 0.
    targets : (n,)
    penalty : float
        > 0.
    start : (k,)
    """
    n = len(targets)
    w = start.copy()
    signs = np.sign(w)
    for _ in range(20 * (n + columns.shape[1])):
        w, signs = _settle(columns, targets, penalty, w, signs)
        correlations = columns.T @ (targets - columns @ w) / n
        correlations[signs != 0] = 0
        best = int(np.argmax(np.abs(correlations)))
        if np.abs(correlations[best]) <= penalty * (1 + _SLACK):
            break
        signs[best] = np.sign(correlations[best])
    return w


def _settle(
    columns: np.ndarray, targets: np.ndarray, penalty: float, w: np.ndarray, signs: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Minimise over weights of the given signs, those that vanish leaving for good."""
    w, signs = w.copy(), signs.copy()
    refined = 0
    while signs.any() and refined < _REFINED:
        support = np.flatnonzero(signs)
        used, sides = columns[:, support], signs[support]
        step = _newton(used, targets - used @ w[support], penalty * sides)
        ahead = w[support] + step
        crossing = sides * ahead <= 0
        if not crossing.any():
            w[support] = ahead
            refined += 1
            continue
        parts = np.where(crossing, w[support] / np.where(step != 0, -step, 1), np.inf)
        first = int(np.argmin(parts))
        w[support] += max(parts[first], 0.0) * step
        w[support[first]] = signs[support[first]] = 0.0
    return w, signs


def _newton(used: np.ndarray, residual: np.ndarray, pull: np.ndarray) -> np.ndarray:
    """Return the step to the minimiser of (1/2n)|residual - used step|² + pull . step."""
    n = len(residual)
    gram = used.T @ used / n
    slope = used.T @ residual / n - pull
    values, vectors = np.linalg.eigh(gram)
    parts = vectors.T @ slope
    # Along directions that leave the fit as it is the penalty alone decides: go far.
    values = np.maximum(values, 1e-14 * values[-1])
    return vectors @ (parts / values)
