"""The rose: a signed histogram of mass by direction, drawn on the unit circle."""

from __future__ import annotations

import numpy as np

BINS = 180
HEIGHT = 0.45


def rose(
    angle: np.ndarray, mass: np.ndarray, positive: np.ndarray, bins: int = BINS
) -> tuple[np.ndarray, np.ndarray]:
    """Return the mass in equal sectors of the circle, for each sign of c.

    Parameters
    ----------
    angle : ndarray, shape (m,)
        Directions in radians; not finite for a particle without a direction, which is left out.
    mass : ndarray, shape (m,)
        Masses, not negative.
    positive : ndarray of bool, shape (m,)
        Whether c > 0.
    bins : int
        Number of sectors; the first starts at angle 0.

    Returns
    -------
    plus, minus : ndarray, shape (bins,)
        Mass by sector; the sum of both is the total mass of the particles counted.
    """
    known = np.isfinite(angle) & np.isfinite(mass)
    place = np.floor(np.mod(angle[known], 2 * np.pi) * (bins / (2 * np.pi))).astype(int) % bins
    weight, sign = mass[known], positive[known]
    plus = np.bincount(place[sign], weight[sign], minlength=bins)
    minus = np.bincount(place[~sign], weight[~sign], minlength=bins)
    return plus, minus


def ring(height: np.ndarray) -> dict[str, np.ndarray]:
    """Return the band between the unit circle and a stepped radius as one closed polygon.

    Parameters
    ----------
    height : ndarray, shape (bins,)
        Radius minus one in each sector, at least -1.

    Returns
    -------
    dict of ndarray
        Columns ``x`` and ``y``: out along the steps, back along the circle.
    """
    edges = np.linspace(0.0, 2 * np.pi, len(height) + 1)
    steps = np.repeat(edges, 2)[1:-1]
    back = edges[::-1]
    radius = np.concatenate([1.0 + np.repeat(height, 2), np.ones(len(back))])
    angle = np.concatenate([steps, back])
    return {
        "x": (radius * np.cos(angle)).astype(np.float32),
        "y": (radius * np.sin(angle)).astype(np.float32),
    }


def rings(
    angle: np.ndarray, mass: np.ndarray, positive: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return the polygons of both signs: c > 0 outwards, c < 0 inwards, the largest bin full."""
    plus, minus = rose(angle, mass, positive)
    largest = max(plus.max(), minus.max())
    scale = HEIGHT / largest if largest > 0.0 else 0.0
    return ring(scale * plus), ring(-scale * minus)
