"""The largest |G|, G(θ) = Σ_i g_i σ(θ·x_i), over the circle: exact, in O(n log n) (SCIENCE 6.1c).

Between the 2n directions orthogonal to a point, G is linear: G(θ) = T·θ. So |G| is largest at
±T/|T| of a sector that contains it, or at the end of a sector.
"""

from __future__ import annotations

import numpy as np


def planar_summit(points: np.ndarray, g: np.ndarray, slopes: tuple[float, float]) -> np.ndarray:
    """Return a unit vector (2,) at which |G| is largest.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
    g : ndarray, shape (n,)
    slopes : (p, q)
        Slopes of σ on the positive and the negative side.
    """
    some = (points != 0).any(axis=1)
    points, moments = points[some], g[some, None] * points[some]
    if len(points) == 0:
        return np.array([1.0, 0.0])
    starts, widths, gradients = _sectors(points, moments, slopes)
    turns = np.arctan2(gradients[:, 1], gradients[:, 0])
    inside = np.mod(turns - starts, np.pi) <= widths
    angles = np.concatenate((starts, starts + np.mod(turns - starts, np.pi)))
    sector = np.tile(np.arange(len(starts)), 2)
    units = np.column_stack((np.cos(angles), np.sin(angles)))
    values = np.abs((gradients[sector] * units).sum(axis=1))
    values[len(starts) :][~inside] = -1.0
    return units[np.argmax(values)]


def _sectors(
    points: np.ndarray, moments: np.ndarray, slopes: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the first angle, the width and the gradient T of every sector (2n, ...)."""
    angle = np.arctan2(points[:, 1], points[:, 0])
    starts = np.mod(np.concatenate((angle - np.pi / 2, angle + np.pi / 2)), 2 * np.pi)
    jumps = (slopes[0] - slopes[1]) * np.concatenate((moments, -moments))
    order = np.argsort(starts, kind="stable")
    starts, jumps = starts[order], jumps[order]
    widths = np.diff(starts, append=starts[0] + 2 * np.pi)
    # Sums begin in the widest sector: rounding cannot mistake the points active in its middle.
    widest = int(np.argmax(widths))
    starts, widths, jumps = (np.roll(part, -widest, axis=0) for part in (starts, widths, jumps))
    middle = starts[0] + widths[0] / 2
    active = points @ np.array([np.cos(middle), np.sin(middle)]) > 0
    first = np.where(active, slopes[0], slopes[1]) @ moments
    jumps[0] = first
    return starts, widths, np.cumsum(jumps, axis=0)
