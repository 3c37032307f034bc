"""The equal-area map of the sphere: Hammer's projection, which shows both hemispheres at once."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from app.views.plot import Columns, Plot
from app.views.solid import broken, line, named, words
from core.density import Density

#: Half-axes of the map: areas are those of the sphere divided by 2.
WIDTH, HEIGHT = 2.0, 1.0
SAMPLES = 61


def hammer(directions: np.ndarray) -> np.ndarray:
    """Return the places (..., 2) on the map of unit vectors (..., 3).

    Ernst Hammer (1892): the equatorial azimuthal equal-area map of the sphere with halved
    longitudes, drawn twice as wide. The first coordinate axis is in the middle, the third on top;
    the edge is the meridian opposite to the first.
    """
    x, y, z = np.moveaxis(np.asarray(directions, dtype=np.float64), -1, 0)
    across = np.hypot(x, y)
    # cos φ times cosine and sine of half the longitude; the half-angle formulas without cancelling
    near = np.sqrt(np.maximum(across * (across + np.abs(x)) / 2, 0.0))
    far = np.abs(y) * across / np.where(near > 0.0, 2 * near, 1.0)
    cosine = np.where(x >= 0.0, near, far)
    sine = np.copysign(np.where(x >= 0.0, far, near), y)
    scale = 1.0 / np.sqrt(1.0 + cosine)
    return np.stack([2.0 * sine * scale, z * scale], axis=-1)


def inverse(points: np.ndarray) -> np.ndarray:
    """Return the unit vectors (..., 3) of places (..., 2) on the map, nan outside its ellipse."""
    u, v = np.moveaxis(np.asarray(points, dtype=np.float64), -1, 0)
    square = (u / WIDTH) ** 2 + (v / HEIGHT) ** 2
    w = np.sqrt(1.0 - np.where(square <= 1.0, square, np.nan) / 2)
    longitude = 2.0 * np.arctan2(w * u / np.sqrt(2.0), 2.0 * w**2 - 1.0)
    up = np.sqrt(2.0) * w * v
    across = np.sqrt(np.maximum(1.0 - up**2, 0.0))
    return np.stack([across * np.cos(longitude), across * np.sin(longitude), up], axis=-1)


def pixels(rows: int) -> np.ndarray:
    """Return the centres (rows, 2 rows, 2) of square pixels around the map, from the bottom up."""
    up = HEIGHT * ((np.arange(rows) + 0.5) * 2 / rows - 1.0)
    across = WIDTH * ((np.arange(2 * rows) + 0.5) / rows - 1.0)
    return np.stack(np.meshgrid(across, up), axis=-1)


def hammer_density(particles: np.ndarray, axes: np.ndarray, rows: int) -> Density:
    """Return the shares of the mass |w_j|²/m in the pixels of the map, see `pixels`.

    Parameters
    ----------
    particles : ndarray, shape (m, d+1)
        Seen at their directions a_j/|a_j|; those without one are outside.
    axes : ndarray, shape (3, d)
        Orthonormal rows: the coordinates of `hammer`.
    rows : int
    """
    cloud = np.asarray(particles, dtype=np.float64)
    vectors, mass = cloud[:, :-1], (cloud**2).sum(axis=1)
    norm = np.linalg.norm(vectors, axis=1)
    seen = np.isfinite(mass) & (norm > 0.0)
    places = hammer((vectors[seen] / norm[seen, None]) @ axes.T)
    cells = ((places / (WIDTH, HEIGHT) + 1.0) * (rows, rows / 2)).astype(int)
    column, row = np.clip(cells, 0, (2 * rows - 1, rows - 1)).T
    side = (cloud[seen, -1] > 0.0) * 2 * rows**2
    total = mass[np.isfinite(mass)].sum()
    weights = mass[seen] / total if total > 0.0 else mass[seen]
    shares = np.bincount(side + row * 2 * rows + column, weights, 4 * rows**2)
    minus, plus = shares.reshape(2, rows, 2 * rows)
    return Density(plus, minus, 1.0 - float(shares.sum()))


def graticule() -> tuple[np.ndarray, np.ndarray]:
    """Return meridians every 45° and parallels every 30°, (12, 61, 3), and the edge (2, 61, 3)."""
    t = np.linspace(-1.0, 1.0, SAMPLES)
    meridians = [_sphere(k * np.pi / 4, t * np.pi / 2) for k in range(-3, 4)]
    parallels = [_sphere(t * np.pi, k * np.pi / 6) for k in range(-2, 3)]
    edge = [_sphere(side * np.pi, t * np.pi / 2) for side in (-1.0, 1.0)]
    return np.stack([*meridians, *parallels]), np.stack(edge)


def map_layers(plot: Plot) -> list[hv.Element]:
    """Declare the graticule, the edge and the names of the axes."""
    return [
        plot.still("graticule", line(2, line_width=1, alpha=0.6), line_color="faint"),
        plot.still("edge", line(2, line_width=1.2), line_color="faint"),
        plot.still("names", words(2, text_font_size="13px"), text_color="muted"),
    ]


def map_columns(names: tuple[str, ...]) -> dict[str, Columns]:
    """Return the columns of the layers of `map_layers`: three axes with their signs."""
    within, edge = graticule()
    texts = [f"{sign}{name}" for name in names[:2] for sign in "+−"] + [f"+{names[2]}"]
    places = [(0.0, -0.07), (2.13, 0.0), (1.08, -0.07), (-1.08, -0.07), (0.0, 1.07)]
    return {
        "graticule": broken(hammer(within)),
        "edge": broken(hammer(edge)),
        "names": named(tuple(texts), np.array(places)),
    }


def _sphere(longitude: np.ndarray | float, latitude: np.ndarray | float) -> np.ndarray:
    """Return unit vectors (k, 3)."""
    longitude, latitude = np.broadcast_arrays(longitude, latitude)
    across = np.cos(latitude)
    return np.stack(
        [across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)], axis=-1
    )
