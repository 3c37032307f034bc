"""Local maxima of sum_i w_i act(theta . x_i) over the unit sphere, from many starts at once.

With act(u) = p u for u > 0 and q u for u < 0 this is g(theta) = alpha L . theta
+ beta sum_i w_i |theta . x_i|, alpha = (p + q)/2, beta = (p - q)/2. Terms with beta w_i < 0 have
kinks on which maxima like to lie, where a plain gradient stalls. A direction comes from a Newton
step with |u| smoothed to sqrt(u² + width²) in those terms, the width going down (an interior-point
path); then g itself is maximised exactly over the half great circle that the direction spans.
"""

from __future__ import annotations

import numpy as np

from core.references.arrangement import Slopes

_STEPS, _WIDEST = 24, 0.3


def climb(
    theta: np.ndarray,
    signs: np.ndarray,
    points: np.ndarray,
    weights: np.ndarray,
    slopes: Slopes,
    precision: float = 1e-9,
) -> tuple[np.ndarray, np.ndarray]:
    """Climb signs_k g from the rows theta_k; never down.

    Parameters
    ----------
    theta : (S, D)
        Unit vectors.
    signs : (S,)
        +1 to climb g, -1 to climb -g.
    points : (n, D)
        Of norm at most 1.
    weights : (n,)
    slopes : (p, q)
    precision : float
        Last width of the smoothed kinks.

    Returns
    -------
    theta (S, D), values (S,)
        Where the climb ended, and signs_k g there.
    """
    odd, even = (slopes[0] + slopes[1]) / 2, (slopes[0] - slopes[1]) / 2
    signed = signs[:, None] * weights
    values = _value(theta @ points.T, signed, odd, even)
    outer = (points[:, :, None] * points[:, None, :]).reshape(len(points), -1)
    for width in np.geomspace(_WIDEST, precision, _STEPS):
        way = _newton(theta, values, points, signed, odd, even, outer, width)
        theta, values = _best_on_circle(theta, way, points, signed, odd, even)
    return theta, _value(theta @ points.T, signed, odd, even)


def _value(products: np.ndarray, signed: np.ndarray, odd: float, even: float) -> np.ndarray:
    return (signed * (odd * products + even * np.abs(products))).sum(axis=1)


def _newton(
    theta: np.ndarray, values: np.ndarray, points: np.ndarray, signed: np.ndarray,
    odd: float, even: float, outer: np.ndarray, width: float,
) -> np.ndarray:  # fmt: skip
    """Return unit tangents (S, D): Newton steps in which only the concave kinks are curved.

    On the sphere -g(theta) is the second derivative of a function that is linear around it.
    """
    products = theta @ points.T
    root = np.sqrt(products**2 + width**2)
    gradient = (signed * (odd + even * products / root)) @ points
    gradient -= (gradient * theta).sum(axis=1, keepdims=True) * theta
    bend = np.maximum(-even * signed, 0) * (width**2 / root**3)
    d = points.shape[1]
    curvature = (bend @ outer).reshape(-1, d, d)
    sphere = np.maximum(values, 1e-6 * np.abs(signed).sum(axis=1)) + 1e-300
    curvature += sphere[:, None, None] * np.eye(d)
    way = np.linalg.solve(curvature, gradient[:, :, None])[:, :, 0]
    way -= (way * theta).sum(axis=1, keepdims=True) * theta
    length = np.linalg.norm(way, axis=1, keepdims=True)
    return way / np.where(length > 0, length, 1)


def _best_on_circle(
    theta: np.ndarray, way: np.ndarray, points: np.ndarray, signed: np.ndarray,
    odd: float, even: float,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Maximise over theta cos t + way sin t, |t| <= pi/2: exact, from the sums on every arc."""
    along, across = theta @ points.T, way @ points.T
    across = np.where(np.abs(across) < 1e-300, 1e-300, across)
    side = np.sign(across)  # of the product after its kink
    kinks = np.arctan2(-along * side, np.abs(across))
    order = np.argsort(kinks, axis=1)
    kinks = np.take_along_axis(kinks, order, axis=1)
    cosine = _arc_sums(odd * signed * along, even * signed * side * along, order)
    sine = _arc_sums(odd * signed * across, even * signed * side * across, order)
    ends = np.pad(kinks, ((0, 0), (1, 1)), constant_values=((0, 0), (-np.pi / 2, np.pi / 2)))
    angle = np.clip(np.arctan2(sine, cosine), ends[:, :-1], ends[:, 1:])
    best = np.argmax(cosine * np.cos(angle) + sine * np.sin(angle), axis=1)
    t = angle[np.arange(len(theta)), best][:, None]
    moved = np.cos(t) * theta + np.sin(t) * way
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    value = _value(moved @ points.T, signed, odd, even)
    old = _value(along, signed, odd, even)
    better = value > old
    return np.where(better[:, None], moved, theta), np.where(better, value, old)


def _arc_sums(odd: np.ndarray, even: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return, for each of the n + 1 arcs, the sum of odd terms and of even ones with their sign."""
    first = (odd - even).sum(axis=1, keepdims=True)
    flips = 2 * np.cumsum(np.take_along_axis(even, order, axis=1), axis=1)
    return np.hstack((first, first + flips))
