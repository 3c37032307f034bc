"""A function of two inputs as an image with its zero level line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import contourpy
import holoviews as hv
import numpy as np
from bokeh.models import LinearColorMapper
from bokeh.models.annotations import ColorBar

from app.views.limits import Box
from app.views.plot import Columns, Plot
from app.views.solid import columns_of, line

#: Pixels of the map: fewer where all of them would take longer than so many seconds a frame.
PIXELS = 12544
FEWEST_PIXELS = 1024
MOST_SECONDS = 0.02
#: Colours of the map. A pixel travels as the number of its colour: one byte, nothing lost.
LEVELS = 255


@dataclass(frozen=True)
class Grid:
    """Pixels of a map: a rectangle of the figure's shape around the square that must be seen.

    Attributes
    ----------
    extent : Box
        The rectangle.
    aspect : float
        Its width over its height.
    x, y : ndarray
        Coordinates of the pixels' centres, across and up.
    """

    extent: Box
    aspect: float
    x: np.ndarray
    y: np.ndarray


def make_grid(square: Box, aspect: float, seconds: Callable[[int, int], float]) -> Grid:
    """Return the pixels for a figure of a given shape.

    Parameters
    ----------
    square : Box
        Limits of equal length that must be inside.
    aspect : float
        Width over height of the figure, clipped to [1/4, 4].
    seconds : callable
        Tells how long a map of so many rows and columns takes; a slow one gets fewer pixels.
    """
    aspect = float(np.clip(aspect, 0.25, 4.0))
    x0, x1, y0, y1 = square
    across = (x1 - x0) / 2 * max(1.0, aspect)
    up = (y1 - y0) / 2 * max(1.0, 1.0 / aspect)
    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
    extent = (cx - across, cx + across, cy - up, cy + up)
    pixels = float(PIXELS)
    rows, columns = _shape(pixels, aspect)
    while seconds(rows, columns) > MOST_SECONDS and 0.9 * pixels >= FEWEST_PIXELS:
        pixels *= 0.9
        rows, columns = _shape(pixels, aspect)
    return Grid(extent, aspect, _centres(*extent[:2], columns), _centres(*extent[2:], rows))


def _shape(pixels: float, aspect: float) -> tuple[int, int]:
    """Return the rows and columns of about so many square pixels."""
    rows = int(np.sqrt(pixels / aspect))
    return rows, int(rows * aspect)


def _centres(low: float, high: float, count: int) -> np.ndarray:
    """Return the centres of equal cells."""
    return low + (high - low) / count * (np.arange(count) + 0.5)


def map_layers(plot: Plot, prefix: str = "") -> list[hv.Element]:
    """Declare the image with its colour bar, and the zero line.

    Parameters
    ----------
    plot : Plot
    prefix : str
        Stands before the names of the layers, where a view has two maps.
    """
    image = hv.Image(np.zeros((2, 2)), bounds=(-1, -1, 1, 1)).opts(
        cmap=["blue", "white", "red"],
        clim=(-1.0, 1.0),
        colorbar=True,
        colorbar_opts={"width": 10, "padding": 4},
    )
    return [
        plot.layer(f"{prefix}image", image, mapper="diverging"),
        plot.layer(f"{prefix}zero", line(2, line_width=2), line_color="accent"),
    ]


def send_levels(plot: Plot, prefix: str = "") -> None:
    """Let the image take numbers of colours; its colour bar keeps the scale of the function."""
    glyph = plot.renderers[f"{prefix}image"].glyph
    glyph.color_mapper = LinearColorMapper(
        palette=glyph.color_mapper.palette, low=-0.5, high=LEVELS - 0.5
    )


def end_colours_at(plot: Plot, top: float) -> None:
    """Set the value that the colours of the bar and of the points end at, on both sides of 0."""
    (bar,) = (part for part in plot.figure.right if isinstance(part, ColorBar))
    bar.color_mapper.update(low=-top, high=top)
    for layer in ("data", "test"):
        if layer in plot.renderers:
            plot.renderers[layer].glyph.fill_color.transform.update(low=-top, high=top)


def levels(values: np.ndarray, top: float) -> np.ndarray:
    """Return the numbers of the colours of values, -top to top; not finite is like 0.

    Parameters
    ----------
    values : ndarray
    top : float
        Value of the last colour, positive.

    Returns
    -------
    ndarray of uint8, the shape of ``values``
    """
    scaled = np.nan_to_num(values / top, nan=0.0, posinf=1.0, neginf=-1.0)
    return np.rint((np.clip(scaled, -1.0, 1.0) + 1.0) * ((LEVELS - 1) / 2)).astype(np.uint8)


def map_columns(
    grid: Grid, values: np.ndarray, squash: bool, top: float = 1.0, prefix: str = ""
) -> dict[str, Columns]:
    """Return the columns of the image and of the zero line.

    Parameters
    ----------
    grid : Grid
    values : ndarray, shape (rows, columns)
        The function at the pixels, rows from the bottom.
    squash : bool
        Whether to draw its hyperbolic tangent. The zero line is that of the function itself: of
        a tangent that is ±1 at the pixels, interpolation makes stairs.
    top : float
        Value the colours end at.
    prefix : str
        As in `map_layers`.
    """
    image = np.tanh(values) if squash else values
    x0, x1, y0, y1 = grid.extent
    return {
        f"{prefix}image": {
            "image": [levels(image, top)],
            "x": np.array([x0]),
            "y": np.array([y0]),
            "dw": np.array([x1 - x0]),
            "dh": np.array([y1 - y0]),
        },
        f"{prefix}zero": zero_line(grid, values),
    }


def zero_line(grid: Grid, image: np.ndarray) -> Columns:
    """Return the level line f = 0 as columns x and y, pieces separated by NaN."""
    generator = contourpy.contour_generator(
        grid.x, grid.y, image, name="serial", line_type=contourpy.LineType.ChunkCombinedNan
    )
    (points,) = generator.lines(0.0)[0]
    if points is None:
        return columns_of(np.zeros((0, 2)))
    return columns_of(points)
