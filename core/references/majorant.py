"""A rigorous bound on max |sum_i w_i act(theta . x_i)| over the unit sphere, in any dimension."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar

from core.references.arrangement import Slopes

_ROUNDS = 25


def quadratic_bound(points: np.ndarray, weights: np.ndarray, slopes: Slopes) -> float:
    """Return an upper bound on max |g|, from a quadratic function above g on the unit sphere.

    g = alpha L . theta + sum_i b_i |theta . x_i|, alpha = (p + q)/2, b = (p - q)/2 w. Terms with
    b_i > 0 lie below b_i (u²/tau_i + tau_i)/2 for every tau_i > 0 (Cauchy-Schwarz), those with
    b_i < 0 below -|b_i| u²/|x_i|. For the sum l . theta + theta . A theta every
    mu > lambda_max(A) shows max <= mu + l . (mu - A)^-1 l / 4 (Lagrange duality, no gap at the
    best mu). The taus are improved by subgradient steps; whatever they are, the bound is one.

    The bound is cheap and rigorous (up to rounding), not tight: often 1.5 to 4 times the maximum.

    Parameters
    ----------
    points : (n, D), weights : (n,), slopes : (p, q)
    """
    size = float(np.abs(weights).sum())
    if size == 0 or points.size == 0:
        return 0.0
    linear = (slopes[0] + slopes[1]) / 2 * (weights @ points) / size
    kinked = (slopes[0] - slopes[1]) / 2 * weights / size
    return size * max(_above(points, linear, kinked), _above(points, -linear, -kinked))


def _above(points: np.ndarray, linear: np.ndarray, kinked: np.ndarray) -> float:
    """Bound max linear . theta + sum_i kinked_i |theta . x_i|; sum |weights| = 1."""
    lengths = np.linalg.norm(points, axis=1)
    up, down = (kinked > 0) & (lengths > 0), (kinked < 0) & (lengths > 0)
    falling = _moment(points[down], kinked[down] / lengths[down])
    raised, heights, least = points[up], kinked[up], 1e-3 * lengths[up]
    spread = np.eye(points.shape[1]) / points.shape[1]
    best = float(np.linalg.norm(linear) + heights @ lengths[up])
    for k in range(_ROUNDS):
        tau = np.sqrt(np.maximum(((raised @ spread) * raised).sum(axis=1), least**2))
        bound, second = _on_sphere(linear, falling + _moment(raised, heights / (2 * tau)))
        best = min(best, bound + float(heights @ tau) / 2)
        spread += (second - spread) / (k + 2)
    return best


def _moment(points: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return (points * weights[:, None]).T @ points


def _on_sphere(linear: np.ndarray, quadratic: np.ndarray) -> tuple[float, np.ndarray]:
    """Bound l . theta + theta . A theta on the sphere; return theta theta^T near there too."""
    values, vectors = np.linalg.eigh(quadratic)
    parts = vectors.T @ linear
    top = values[-1] + 1e-14 * (1 + np.abs(values).max())  # an eigenvalue is that exact

    def dual(exponent: float) -> float:
        mu = top + np.exp(exponent)
        return float(mu + (parts**2 / (mu - values)).sum() / 4)

    solved = minimize_scalar(dual, bounds=(-30.0, 3.0), method="bounded")
    theta = vectors @ (parts / (2 * (top + np.exp(solved.x) - values)))
    rest = max(0.0, 1 - float(theta @ theta))
    return float(solved.fun), np.outer(theta, theta) + rest * np.outer(
        vectors[:, -1], vectors[:, -1]
    )
