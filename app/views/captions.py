"""Words in the corners of a figure: they keep their place whatever its shape, zoom or pose."""

from __future__ import annotations

from typing import Any

from bokeh.models import Node
from bokeh.models.annotations import Label

from app import theme

#: Distance from the edges of the frame, in pixels.
INSET = 4
#: Usual size of the type.
PIXELS = 13
#: How much of what is under the words shows through.
VEIL = 0.7


def add_caption(plot: Any, name: str, role: str, top: bool, **look: Any) -> None:
    """Give a rendered figure words at the left of its top or its bottom, empty at first.

    Parameters
    ----------
    plot : Plot
        ``plot.captions`` gets them; `Plot.say` sets their text.
    name : str
    role : str
        Their colour, a field of `app.theme.Palette`.
    top : bool
    **look
        Properties of a bokeh Label.
    """
    symbol, offset = ("top", INSET) if top else ("bottom", -INSET)
    label = Label(
        name=name,
        tags=[role],
        level="overlay",
        x=Node(target="frame", symbol="left", offset=INSET),
        y=Node(target="frame", symbol=symbol, offset=offset),
        text="",
        text_font=theme.FONT,
        text_baseline="top" if top else "bottom",
        background_fill_alpha=VEIL,
        **look,
    )
    plot.figure.add_layout(label)
    plot.captions[name] = label
    dress_caption(label, plot.dark, plot.scale)


def dress_caption(label: Any, dark: bool, scale: float) -> None:
    """Colour words for the light or the dark page, in type `scale` times as large as usual."""
    colours = theme.palette(dark)
    label.text_font_size = f"{PIXELS * scale:.4g}px"
    label.text_color = getattr(colours, label.tags[0])
    label.background_fill_color = colours.card
