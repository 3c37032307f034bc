"""The picture of a cloud too large to draw: how much of it there is in each pixel, by sign of c."""

from __future__ import annotations

import math
from dataclasses import dataclass

import holoviews as hv
import numpy as np
from bokeh.models import LinearColorMapper, LogColorMapper
from bokeh.models.annotations import ColorBar

from app.hues import HUES, SCALES, SHADES, encode
from app.views.limits import Box
from app.views.map import make_grid
from app.views.plot import Columns, Plot
from app.views.ticks import tidy_ticks
from core.density import Density

#: Particles up to which each is drawn.
MOST_DRAWN = 4000


@dataclass(frozen=True)
class Unit:
    """What a density is told in.

    Attributes
    ----------
    factor : float
        Multiplies shares.
    decades : int or None
        Decades of the colours below their top; None: down to 1.
    """

    factor: float
    decades: int | None

    def ends(self, largest: float) -> tuple[float, float]:
        """Return the ends of the colours where `largest` is the largest number of a picture.

        They are powers of ten, so that they seldom change while a run goes on.
        """
        least = 10.0 if self.decades is None else 1e-6
        top = 10.0 ** math.ceil(math.log10(max(largest, least)) - 1e-9)
        return (1.0 if self.decades is None else top / 10.0**self.decades), top


def particles_a_pixel(count: int) -> Unit:
    """Return the unit of a picture that counts particles."""
    return Unit(float(count), None)


#: The unit of a picture of the mass: its share a pixel.
MASS_A_PIXEL = Unit(1.0, 3)


def raster(box: Box, aspect: float, equal: bool = True) -> tuple[Box, tuple[int, int]]:
    """Return extent, and numbers of rows and columns, of a picture that fills a figure.

    Parameters
    ----------
    box : Box
        What must be inside.
    aspect : float
        Width over height of the figure.
    equal : bool
        Whether units are as long on both axes: the figure then shows more than the box.
    """
    grid = make_grid(box if equal else (-1.0, 1.0, -1.0, 1.0), aspect, lambda rows, columns: 0.0)
    return (grid.extent if equal else box), (len(grid.y), len(grid.x))


def told(count: int) -> str:
    """Return the words of a note that tell what is drawn."""
    return f"Density of {count:,} particles"


def counted(count: int) -> str:
    """Return the words of a note where every particle is drawn."""
    return f"All {count} particles" if count > 1 else "One particle"


def density_layer(plot: Plot, what: str, tooltip: str) -> hv.Element:
    """Declare the picture; its tooltip says `what` there is, in the format `tooltip`."""
    image = hv.Image(np.zeros((2, 2)), bounds=(-1, -1, 1, 1)).opts(
        cmap=["blue", "red"],
        clim=(0.0, 1.0),
        tools=["hover"],
        hover_tooltips=[(f"{what}, c > 0", f"@plus{tooltip}"), ("c < 0", f"@minus{tooltip}")],
    )
    return plot.layer("density", image, mapper="density")


def finish(plot: Plot) -> None:
    """Let the rendered picture take numbers of colours; give it a bar of shades for each sign."""
    plot.renderers["density"].glyph.color_mapper = LinearColorMapper(
        palette=SCALES["density"](plot.dark),
        low=0.5,
        high=HUES * SHADES + 0.5,
        low_color="rgba(0, 0, 0, 0)",
    )
    for name, title in (("minus", "c < 0"), ("plus", "c > 0")):
        bar = ColorBar(
            name=name,
            title=title,
            color_mapper=LogColorMapper(palette=SCALES[name](plot.dark), low=1.0, high=10.0),
            width=10,
            padding=3,
            margin=0,
        )
        tidy_ticks([bar])
        plot.figure.add_layout(bar, "right")
        if name == "minus":  # the scale of both stands at the other
            bar.update(
                major_label_text_alpha=0.0, major_label_text_font_size="1px", label_standoff=0
            )
    plot.retheme(plot.dark)


def density_columns(density: Density, extent: Box, unit: Unit) -> Columns:
    """Return the columns of the picture; ``ends`` are those of its colours, for `show_ends`."""
    plus, minus = (unit.factor * half for half in (density.plus, density.minus))
    ends = unit.ends(float((plus + minus).max()))
    x0, x1, y0, y1 = extent
    return {
        "image": [encode(plus, minus, *ends)],
        "plus": [plus.astype(np.float32)],
        "minus": [minus.astype(np.float32)],
        "x": np.array([x0]),
        "y": np.array([y0]),
        "dw": np.array([x1 - x0]),
        "dh": np.array([y1 - y0]),
        "ends": [np.array(ends)],
    }


def show_ends(plot: Plot, columns: Columns) -> None:
    """Set the ends of the bars to those of a picture's colours. Event loop."""
    low, top = (float(end) for end in columns["ends"][0])
    for name in ("minus", "plus"):
        plot.bars[name].color_mapper.update(low=low, high=top)
