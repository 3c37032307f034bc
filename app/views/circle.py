"""The unit circle of directions in a plane, the names of its axes, and where particles stand."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from app.views.coordinates import Coordinates
from app.views.plot import Columns, Plot
from app.views.solid import broken, line, named, words


def directions(particles: np.ndarray, coordinates: Coordinates) -> np.ndarray:
    """Return the drawn direction of every particle, nan where it has none.

    Parameters
    ----------
    particles : ndarray, shape (m, D+1)
    coordinates : Coordinates
        Of the D input weights. If D = 1, the direction is that of w = (a, c) itself; else that
        of a, which the 2-homogeneous activations share with the signed measure of the network.

    Returns
    -------
    ndarray, shape (m, 2) or (m, 3), float64
    """
    vectors = np.asarray(particles, dtype=np.float64)
    if vectors.shape[1] > 2:
        vectors = vectors[:, :-1]
    norm = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(norm > 0.0, norm, np.nan)
    return unit if vectors.shape[1] == 2 and particles.shape[1] == 2 else coordinates(unit)


def circle_layers(plot: Plot) -> list[hv.Element]:
    """Declare the unit circle and the names of the axes."""
    return [
        plot.still("circle", line(2, line_width=1.2), line_color="faint"),
        plot.still("names", words(2, text_font_size="13px"), text_color="muted"),
    ]


def circle_columns(names: tuple[str, ...], far: float) -> dict[str, Columns]:
    """Return the columns of the layers of `circle_layers`, the two names at a distance `far`."""
    t = np.linspace(0.0, 2 * np.pi, 361)
    circle = broken(np.stack([np.cos(t), np.sin(t)], axis=-1)[None])
    return {"circle": circle, "names": named(names, far * np.eye(2))}
