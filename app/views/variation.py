"""The first variation around the circle as a curve, over the sphere as heat: the force field.

Drawn is η = λ − F′(θ, c > 0), see `core.observables.field`: where it exceeds λ mass with c > 0
grows, where it is below −λ mass with c < 0.
"""

from __future__ import annotations

import math
from typing import Any

import contourpy
import holoviews as hv
import numpy as np
from bokeh.models import LinearColorMapper
from bokeh.models.annotations import ColorBar

from app.hues import SCALES
from app.views.map import LEVELS, levels
from app.views.plot import Columns, Plot
from app.views.rose import HEIGHT, ring
from app.views.solid import broken, columns_of, line
from app.views.ticks import tidy_ticks

ANGLES = np.linspace(0.0, 2 * np.pi, 361)
ROUND = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=-1)
#: Colours of the heat are numbered from 1; 0 is nothing.
HEAT = "diverging"
#: Width of what hides the stairs at the edge of the heat, for half-axes of 1.
RIM = 0.05
ROUND_NUMBERS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
NOTHING = "rgba(0, 0, 0, 0)"
_FORMATS = {"@eta": "printf", "@plus": "printf", "@minus": "printf"}
_TIPS = [("η = λ − F′", "@eta{%.3g}"), ("F′, c > 0", "@plus{%.3g}"), ("F′, c < 0", "@minus{%.3g}")]


def curve_layers(plot: Plot) -> list[hv.Element]:
    """Declare the curve of η around the circle, and the circles at ±λ."""
    curve = hv.Curve(np.zeros((0, 5)), "x", ["y", "eta", "plus", "minus"], label="η = λ − F′").opts(
        line_width=2.2, tools=["hover"], hover_tooltips=_TIPS, hover_formatters=_FORMATS
    )
    return [_level_layer(plot, "± λ"), plot.layer("eta", curve, line_color="second")]


def curve_columns(eta: np.ndarray, level: np.ndarray, sides: tuple[int, ...]) -> dict[str, Columns]:
    """Return the columns of the curve and of the circles.

    Parameters
    ----------
    eta, level : ndarray, shape (361,)
        η and λ at `ROUND`; the larger of their largest sizes is drawn as high as the rose.
    sides : tuple of int
        Signs with which the level is drawn.
    """
    top = max(float(np.abs(eta).max()), float(level.max()))
    scale = HEIGHT / top if 0.0 < top < math.inf else 0.0
    numbers = {"eta": eta, "plus": level - eta, "minus": level + eta}
    place = columns_of(ROUND * (1.0 + scale * eta)[:, None])
    circles = np.array([ROUND * (1.0 + side * scale * level)[:, None] for side in sides])
    if not level.any():
        circles = circles[:0]
    return {
        "eta": {**place, **{name: some.astype(np.float32) for name, some in numbers.items()}},
        "level": broken(circles.reshape(-1, len(ROUND), 2)),
    }


def no_curve() -> dict[str, Columns]:
    """Return the columns of the curve where there is no first variation to draw."""
    blank = np.full(len(ROUND), np.nan)
    return curve_columns(blank, np.zeros(len(ROUND)), ())


def heat_layers(plot: Plot) -> list[hv.Element]:
    """Declare the picture of η and the lines |η| = λ."""
    image = hv.Image(np.zeros((2, 2)), bounds=(-1, -1, 1, 1)).opts(
        cmap=["blue", "white", "red"],
        clim=(0.0, 1.0),
        alpha=0.75,
        tools=["hover"],
        hover_tooltips=_TIPS[:1],
        hover_formatters={"@eta": "printf"},
    )
    rim = hv.Area(np.zeros((0, 2)), "x", "y").opts(line_color=None)
    rim_layer = plot.layer("rim", rim, fill_color="card")
    return [
        plot.layer("heat", image, mapper=HEAT),
        rim_layer,
        _level_layer(plot, "|η| = λ (colour: η = λ − F′)"),
    ]


def rim_columns(width: float, height: float) -> dict[str, Columns]:
    """Return the band around an ellipse that hides the stairs at the edge of the picture."""
    band = ring(np.full(180, RIM))
    return {"rim": {"x": width * band["x"], "y": height * band["y"]}}


def finish_heat(plot: Plot) -> None:
    """Let the rendered picture take numbers of colours; give it a bar."""
    palette = SCALES[HEAT](plot.dark)
    plot.renderers["heat"].glyph.color_mapper = LinearColorMapper(
        palette=palette, low=0.5, high=LEVELS + 0.5, low_color=NOTHING
    )
    bar = ColorBar(
        name=HEAT,
        color_mapper=LinearColorMapper(palette=palette, low=-1.0, high=1.0),
        width=10,
        padding=3,
        margin=0,
    )
    tidy_ticks([bar])
    plot.figure.add_layout(bar, "right")
    plot.retheme(plot.dark)


def heat_columns(places: np.ndarray, eta: np.ndarray, level: float) -> dict[str, Columns]:
    """Return the columns of the picture and of the lines on it.

    Parameters
    ----------
    places : ndarray, shape (rows, columns, 2)
        Centres of the pixels.
    eta : ndarray, shape (rows, columns)
        nan where there is nothing.
    level : float
        λ; without it the lines are those of η = 0.
    """
    x, y = places[0, :, 0], places[:, 0, 1]
    size = x[1] - x[0], y[1] - y[0]
    known = np.isfinite(eta)
    top = nice_top(max(float(np.abs(eta[known]).max(initial=0.0)), level))
    colours = np.where(known, 1 + levels(eta, top).astype(np.uint16), 0)
    return {
        "heat": {
            "image": [colours.astype(np.uint8)],
            "eta": [eta.astype(np.float32)],
            "x": np.array([x[0] - size[0] / 2]),
            "y": np.array([y[0] - size[1] / 2]),
            "dw": np.array([size[0] * len(x)]),
            "dh": np.array([size[1] * len(y)]),
            "ends": [np.array([-top, top])],
        },
        "level": _contours(x, y, eta, (-level, level) if level > 0.0 else (0.0,)),
    }


def show_heat_ends(plot: Plot, columns: Columns) -> None:
    """Set the ends of the bar to those of a picture's colours. Event loop."""
    low, top = (float(end) for end in columns["ends"][0])
    plot.bars[HEAT].color_mapper.update(low=low, high=top)


def nice_top(largest: float) -> float:
    """Return the least round number from `largest` on: it seldom changes."""
    if not 0.0 < largest < math.inf:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(largest))
    return next(step * unit for step in ROUND_NUMBERS if step * unit >= largest * (1 - 1e-9))


def _level_layer(plot: Plot, label: str) -> hv.Element:
    return plot.layer("level", line(2, label, line_dash=[5, 4], line_width=1.4), line_color="text")


def _contours(x: np.ndarray, y: np.ndarray, eta: np.ndarray, at: tuple[float, ...]) -> Columns:
    """Return level lines as columns x and y, pieces separated by NaN."""
    generator: Any = contourpy.contour_generator(
        x, y, np.ma.masked_invalid(eta), name="serial",
        line_type=contourpy.LineType.ChunkCombinedNan,
    )  # fmt: skip
    found = [generator.lines(value)[0][0] for value in at]
    gap = np.full((1, 2), np.nan)
    parts = [part for points in found if points is not None for part in (points, gap)]
    return columns_of(np.concatenate(parts) if parts else np.zeros((0, 2)))
