"""The three axes through the origin of a figure in space, and their names."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from app.views.plot import Columns, Plot
from app.views.solid import broken, line, named, words


def tripod_layers(plot: Plot) -> list[hv.Element]:
    """Declare the three axes through the origin and their names."""
    return [
        plot.still("tripod", line(3, line_width=1), line_color="faint"),
        plot.still("names", words(3, text_font_size="13px"), text_color="muted"),
    ]


def tripod_columns(names: tuple[str, ...]) -> dict[str, Columns]:
    """Return the axes, which have `names`, as multiples of the scene's radius."""
    unit = 0.86 * np.eye(3)
    return {
        "tripod": broken(np.stack([-unit, unit], axis=1)),
        "names": named(names, 0.95 * np.eye(3)),
    }
