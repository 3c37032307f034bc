"""The rose: a signed histogram of mass by direction, drawn on the unit circle."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from app.views.plot import Columns, Plot
from core.density import circle_density

BINS = 180
HEIGHT = 0.45


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


def rose_layers(plot: Plot) -> list[hv.Element]:
    """Declare the bars of both signs."""
    layers = []
    for layer, role in (("rose-", "negative"), ("rose+", "positive")):
        area = hv.Area(np.zeros((0, 2)), "x", "y").opts(alpha=0.55, line_color=None)
        layers.append(plot.layer(layer, area, fill_color=role))
    return layers


def rose_columns(
    particles: np.ndarray, columns: tuple[int, int]
) -> tuple[dict[str, Columns], float]:
    """Return the bars of all particles, and the share of the mass in the longest.

    Parameters
    ----------
    particles : ndarray, shape (m, d+1)
    columns : tuple of int
        The two whose direction counts.

    Returns
    -------
    columns : dict
        Polygons: c > 0 outwards, c < 0 inwards, the longest of full height.
    share : float
    """
    density = circle_density(particles, columns, BINS)
    largest = float(max(density.plus.max(), density.minus.max()))
    scale = HEIGHT / largest if largest > 0.0 else 0.0
    return {"rose+": ring(scale * density.plus), "rose-": ring(-scale * density.minus)}, largest
