"""Exact maximum of |g|, g(theta) = sum_i w_i act(theta . x_i), over the unit sphere of R^1..R^3.

With act(u) = p u for u > 0 and q u for u < 0, g(theta) = alpha L . theta + beta h(theta), where
alpha = (p + q)/2, beta = (p - q)/2, L = sum_i w_i x_i, and h(theta) = sum_i w_i |theta . x_i| is
even. Between the hyperplanes theta . x_i = 0, g is linear, so its extrema on the sphere are at
normalised gradients of cells, or are extrema of g restricted to one of the hyperplanes: a
recursion on the dimension. A candidate outside its own cell does no harm, because g itself is
evaluated there. For s points: O(s) candidates in R^2, O(s^2) in R^3, each evaluated in O(s).
"""

from __future__ import annotations

import numpy as np

#: Two unit vectors with a sine below this are taken as parallel.
_PARALLEL = 1e-10

Slopes = tuple[float, float]


def evaluate(products: np.ndarray, slopes: Slopes) -> np.ndarray:
    """Return act(products), elementwise, from the slopes on the positive and negative side."""
    return slopes[0] * np.maximum(products, 0) + slopes[1] * np.minimum(products, 0)


def directions_above(
    points: np.ndarray, weights: np.ndarray, slopes: Slopes, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return critical directions of g on the unit sphere where |g| > level, and g there.

    Parameters
    ----------
    points : (s, D), D in 1, 2, 3
        None of them 0.
    weights : (s,)
    slopes : (p, q)
        Slopes of the activation on the positive and the negative side.
    level : float
        Not negative. The maximum of |g| is the largest returned |value|, or at most level if
        nothing is returned.

    Returns
    -------
    directions (r, D) of norm 1, values (r,)
        A direction may come more than once.
    """
    gradients, corners = _critical(points, weights, slopes)
    norms = np.linalg.norm(gradients, axis=1)
    steep = norms > level  # |g| is at most |gradient| in a cell
    summits = gradients[steep] / norms[steep, None]
    directions = np.concatenate((corners, summits))
    directions = np.concatenate((directions, -directions))
    values = evaluate(directions @ points.T, slopes) @ weights
    above = np.abs(values) > level
    return directions[above], values[above]


def _critical(
    points: np.ndarray, weights: np.ndarray, slopes: Slopes
) -> tuple[np.ndarray, np.ndarray]:
    """Return gradients of cells (any length) and further unit vectors, both up to the sign."""
    if len(points) == 0:  # g = 0
        return np.empty_like(points), np.empty_like(points)
    if points.shape[1] == 1:
        return np.empty((0, 1)), np.ones((1, 1))
    if points.shape[1] == 2:
        gradients, _, corners = _on_circle(points, weights, slopes)
        return gradients, corners
    return _on_sphere(points, weights, slopes)


def _gradients(
    signs: np.ndarray, points: np.ndarray, weights: np.ndarray, slopes: Slopes
) -> np.ndarray:
    """Gradients of g in the cells with the given signs of theta . x_i and in those opposite."""
    moments = weights[:, None] * points
    odd = (slopes[0] + slopes[1]) / 2 * moments.sum(axis=0)
    even = (slopes[0] - slopes[1]) / 2 * (signs @ moments)
    return np.concatenate((odd + even, odd - even))


def _on_circle(
    points: np.ndarray, weights: np.ndarray, slopes: Slopes
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return gradients of the arcs, midpoints of the arcs on a half circle, end points there."""
    angles = np.sort(np.mod(np.arctan2(points[:, 0], -points[:, 1]), np.pi))
    middles = (angles + np.append(angles[1:], angles[0] + np.pi)) / 2
    corners = np.column_stack((np.cos(angles), np.sin(angles)))
    midpoints = np.column_stack((np.cos(middles), np.sin(middles)))
    gradients = _gradients(np.sign(midpoints @ points.T), points, weights, slopes)
    return gradients, midpoints, corners


def _on_sphere(
    points: np.ndarray, weights: np.ndarray, slopes: Slopes
) -> tuple[np.ndarray, np.ndarray]:
    """Return gradients of all cells, and what is critical on each great circle."""
    normals = points / np.linalg.norm(points, axis=1, keepdims=True)
    gradients, corners = [], []
    for normal in normals:
        plane = _plane(normal)
        arcs, midpoints, ends = _on_circle(points @ plane.T, weights, slopes)
        lengths = np.linalg.norm(arcs, axis=1, keepdims=True)
        summits = arcs / np.where(lengths > 0, lengths, 1)
        corners += [ends @ plane, summits[lengths[:, 0] > 0] @ plane]
        # Every cell touches an arc: step off the arc to either side.
        parallel = np.linalg.norm(np.cross(normals, normal), axis=1) < _PARALLEL
        signs = np.where(parallel, 0.0, np.sign(midpoints @ plane @ points.T))
        off = np.where(parallel, np.sign(normals @ normal), 0.0)
        gradients.append(
            _gradients(np.concatenate((signs + off, signs - off)), points, weights, slopes)
        )
    return np.concatenate(gradients), np.concatenate(corners)


def _plane(normal: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis (2, 3) of the plane orthogonal to a unit vector of R^3."""
    first = np.cross(normal, np.eye(3)[np.argmin(np.abs(normal))])
    first /= np.linalg.norm(first)
    return np.stack((first, np.cross(normal, first)))
