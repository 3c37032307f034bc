"""The globe: limb and graticule of the unit sphere, the far half fainter."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from app.views.plot import Columns, Plot
from app.views.solid import broken, line, named, words

MERIDIANS = 4
SAMPLES = 97


def great_circles() -> np.ndarray:
    """Return the equator and four meridian circles, shape (5, 97, 3)."""
    t = np.linspace(0.0, 2 * np.pi, SAMPLES)
    across, up = np.cos(t), np.sin(t)
    equator = np.stack([across, up, np.zeros_like(t)], axis=-1)
    longitude = np.pi * np.arange(MERIDIANS) / MERIDIANS
    meridians = [
        np.stack([np.cos(phi) * across, np.sin(phi) * across, up], axis=-1) for phi in longitude
    ]
    return np.stack([equator, *meridians])


def globe_layers(plot: Plot) -> list[hv.Element]:
    """Declare the far half, the limb, the near half and the names of the axes."""
    return [
        plot.still("back", line(3, line_width=1, alpha=0.35), line_color="faint"),
        plot.still("limb", line(2, line_width=1.2), line_color="faint"),
        plot.still("front", line(3, line_width=1), line_color="faint"),
        plot.still("names", words(3, text_font_size="13px"), text_color="muted"),
    ]


def globe_columns(names: tuple[str, ...]) -> dict[str, Columns]:
    """Return the columns of the layers of :func:`globe_layers`."""
    circles = broken(great_circles())
    t = np.linspace(0.0, 2 * np.pi, 181)
    return {
        "back": circles,
        "front": circles,
        "limb": broken(np.stack([np.cos(t), np.sin(t)], axis=-1)[None]),
        "names": named(names, 1.13 * np.eye(3)),
    }
