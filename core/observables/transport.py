"""Distances between weighted points on a circle, on a line and in slices of a space."""

from __future__ import annotations

import math

import numpy as np

#: Lines that a sliced distance is the mean over; always the same ones.
SLICES = 64


def circular_w1(first: np.ndarray, p: np.ndarray, second: np.ndarray, q: np.ndarray) -> float:
    """Return the W₁ distance, in radians, of two measures on the circle.

    min_c ∫ |P − Q − c| over one turn, P and Q the distribution functions: c is a median of P − Q.
    Exact, in O(k log k). Rabin, Delon and Gousseau (2011), "Transportation distances on the
    circle".

    Parameters
    ----------
    first, second : ndarray, shapes (k,), (l,)
        Angles.
    p, q : ndarray, shapes (k,), (l,)
        Weights, not negative; each is divided by its sum.
    """
    angles = np.mod(np.concatenate((first, second)), 2 * np.pi)
    order = np.argsort(angles, kind="stable")
    arcs = np.diff(angles[order], append=angles[order[0]] + 2 * np.pi)
    excess = np.cumsum(np.concatenate((p / p.sum(), -q / q.sum()))[order])
    by_size = np.argsort(excess, kind="stable")
    half = int(np.searchsorted(np.cumsum(arcs[by_size]), np.pi))
    median = excess[by_size[min(half, len(arcs) - 1)]]
    return float(arcs @ np.abs(excess - median))


def line_w2_squared(first: np.ndarray, p: np.ndarray, second: np.ndarray, q: np.ndarray) -> float:
    """Return the squared W₂ distance of two measures on the line, weights p, q of sum 1."""
    levels, places = [], []
    for x, weights in ((first, p), (second, q)):
        order = np.argsort(x, kind="stable")
        places.append(x[order])
        levels.append(np.cumsum(weights[order]))
        levels[-1][-1] = 1.0
    cuts = np.sort(np.concatenate(levels))
    shares = np.diff(cuts, prepend=0.0)
    # A level belongs to the first point whose cumulated weight reaches it.
    ends = [x[np.searchsorted(level, cuts)] for x, level in zip(places, levels, strict=True)]
    return float(shares @ (ends[0] - ends[1]) ** 2)


def sliced_w2(first: np.ndarray, p: np.ndarray, second: np.ndarray, q: np.ndarray) -> float:
    """Return √mean of the squared W₂ distance over projections on `SLICES` fixed lines.

    Bonneel, Rabin, Peyré and Pfister (2015), "Sliced and Radon Wasserstein barycenters".

    Parameters
    ----------
    first, second : ndarray, shapes (k, s), (l, s)
    p, q : ndarray, shapes (k,), (l,)
        Weights, not negative; each is divided by its sum.
    """
    lines = np.random.default_rng(0).standard_normal((SLICES, first.shape[1]))
    lines /= np.linalg.norm(lines, axis=1, keepdims=True)
    p, q = p / p.sum(), q / q.sum()
    squares = [line_w2_squared(first @ line, p, second @ line, q) for line in lines]
    return math.sqrt(np.mean(squares))


def cone_distance(r: np.ndarray, s: np.ndarray, delta: np.ndarray) -> float:
    """Return √mean(r² + s² − 2rs cos min(δ, π)) of points matched by index.

    Distance of a cone whose points are a radius and a place at distance δ from that of the other.
    On the unit sphere, δ an angle, it is the root mean square of |w − w'| (Chizat 2022, "Sparse
    optimization on measures with over-parameterized gradient descent", section 2.2).

    Parameters
    ----------
    r, s : ndarray, shape (k,)
        Radii, not negative.
    delta : ndarray, shape (k,)
        Distances of the places, not negative.
    """
    # As a sum of squares: nothing cancels for points that all but coincide.
    half = np.sin(np.minimum(delta, np.pi) / 2)
    return math.sqrt(np.mean((r - s) ** 2 + 4 * r * s * half**2))
