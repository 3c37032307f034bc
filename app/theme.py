"""Colours of the page, light and dark, safe for colour-blind eyes, and how figures wear them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from bokeh.models import Axis, Grid
from bokeh.models.annotations import ColorBar, Legend, Title
from bokeh.themes import Theme

from app.enlarge import larger

FONT = "Roboto, Helvetica, Arial, sans-serif"

#: HoloViews options of every overlay of the page.
OVERLAY: dict[str, Any] = {
    "responsive": True,
    "toolbar": "above",
    "autohide_toolbar": True,
    "active_tools": ["pan", "wheel_zoom"],
    "legend_position": "top",
    "show_grid": True,
    "show_title": False,
    "gridstyle": {"grid_line_width": 1},
}
#: Bokeh properties of every figure that HoloViews has no option for; canvas, since WebGL rendered
#: in software paints four small figures four times slower.
FIGURE: dict[str, Any] = {"output_backend": "canvas", "toolbar_inner": True, "min_border": 4}


#: The document's bokeh theme: empty, but it names what the views dress themselves. Without it
#: panel-material-ui restyles every axis, grid and legend in the browser: it does not know that TeX
#: labels must be set anew to change colour, and its sizes in em cost a style computation a paint.
BOKEH = Theme(
    json={
        "attrs": {
            name: {} for name in ("Axis", "Grid", "Legend", "ColorBar", "Title", "Plot", "Figure")
        }
    }
)


@dataclass(frozen=True)
class Palette:
    """Colours by role, as CSS hexadecimal strings.

    Red and blue stay apart for every common colour blindness; a second cue (marker, side of the
    circle, dash) goes with them wherever a figure depends on the distinction.
    """

    paper: str
    card: str
    text: str
    muted: str
    faint: str
    positive: str
    negative: str
    positive_mark: str
    negative_mark: str
    outline: str
    accent: str
    second: str
    good: str
    deep_negative: str
    neutral: str
    deep_positive: str


LIGHT = Palette(
    paper="#ffffff",
    card="#ffffff",
    text="#1f2328",
    muted="#5b636d",
    faint="#d5d9de",
    positive="#d43d2f",
    negative="#2371c4",
    positive_mark="#a3160b",
    negative_mark="#0b4486",
    outline="#ffffff",
    accent="#1f2328",
    second="#c76a00",
    good="#1a7f37",
    deep_negative="#2a74c0",
    neutral="#f6f5f2",
    deep_positive="#d1493c",
)
DARK = Palette(
    paper="#121212",
    card="#1e1e1e",
    text="#e8eaed",
    muted="#a3abb5",
    faint="#3a4048",
    positive="#ff7b68",
    negative="#63b0ff",
    positive_mark="#ffb3a6",
    negative_mark="#a9d4ff",
    outline="#15181c",
    accent="#e8eaed",
    second="#ffb454",
    good="#5fd38a",
    deep_negative="#3f8fe0",
    neutral="#1b1f24",
    deep_positive="#e2604f",
)


def palette(dark: bool) -> Palette:
    """Return the palette of the light or of the dark page."""
    return DARK if dark else LIGHT


def signs(dark: bool) -> list[str]:
    """Return the two colours of a sign: negative, then positive."""
    colours = palette(dark)
    return [colours.negative, colours.positive]


def diverging(dark: bool, size: int = 255) -> list[str]:
    """Return a diverging map: blue, the page's neutral, red.

    Parameters
    ----------
    dark : bool
        Whether the neutral middle is that of the dark page.
    size : int
        Number of colours, odd so that zero has a colour of its own.

    Returns
    -------
    list of str
        ``size`` hexadecimal colours, interpolated linearly in sRGB.
    """
    colours = palette(dark)
    ends = (colours.deep_negative, colours.neutral, colours.deep_positive)
    anchors = np.array([[int(c[k : k + 2], 16) for k in (1, 3, 5)] for c in ends], dtype=float)
    at = np.linspace(0.0, 2.0, size)
    channels = [np.interp(at, (0.0, 1.0, 2.0), anchors[:, k]).round() for k in range(3)]
    return [f"#{int(r):02x}{int(g):02x}{int(b):02x}" for r, g, b in zip(*channels, strict=True)]


def style(figure: Any, parts: Sequence[Any], dark: bool, scale: float = 1.0) -> None:
    """Dress a rendered figure: transparent paper, quiet axes, legible text.

    Parameters
    ----------
    figure : bokeh figure
        Changed in place.
    parts : sequence of bokeh models
        The models it consists of. Glyphs are not touched: the views colour them by role.
    dark : bool
        Whether the page is dark.
    scale : float
        How much larger than usual type is.
    """
    # alphas, not colours: panel-material-ui sets the colours, in the browser
    figure.update(background_fill_alpha=0.0, border_fill_alpha=0.0, outline_line_color=None)
    colours = palette(dark)
    looks = [(kind, larger(look(colours), scale)) for kind, look in LOOKS]
    for part in parts:
        for kind, look in looks:
            if isinstance(part, kind) and not _hidden(part):
                part.update(**look)
    for axis in (part for part in parts if isinstance(part, Axis)):
        axis.axis_label = _fresh(axis.axis_label, dark)


def _hidden(part: Any) -> bool:
    """Return whether a part is a grid that HoloViews has switched off by taking its colour."""
    return isinstance(part, Grid) and part.grid_line_color is None


def _fresh(label: Any, dark: bool) -> Any:
    """Return the label; TeX differs by a blank on the dark page, for it is typeset but once."""
    if not isinstance(label, str) or not label.startswith("$$"):
        return label
    return f"$${label.strip('$ ')}{' ' if dark else ''}$$"


def _text(prefix: str, colour: str, size: str) -> dict[str, Any]:
    """Return the four text properties of one kind of label."""
    return {
        f"{prefix}_text_color": colour,
        f"{prefix}_text_font": FONT,
        f"{prefix}_text_font_size": size,
        f"{prefix}_text_font_style": "normal",
    }


def _axis(colours: Palette) -> dict[str, Any]:
    """Return the look of an axis."""
    return {
        **_text("axis_label", colours.text, "13px"),
        **_text("major_label", colours.muted, "11px"),
        "axis_line_color": colours.faint,
        "major_tick_line_color": colours.faint,
        "minor_tick_line_color": None,
        "axis_label_standoff": 4,
    }


def _grid(colours: Palette) -> dict[str, Any]:
    """Return the look of a grid."""
    return {"grid_line_color": colours.faint, "grid_line_alpha": 0.55}


def _legend(colours: Palette) -> dict[str, Any]:
    """Return the look of a legend: a strip without a box."""
    return {
        **_text("label", colours.text, "12px"),
        "background_fill_alpha": 0.0,
        "border_line_alpha": 0.0,
        "padding": 4,
        "margin": 0,
        "spacing": 12,
        "glyph_height": 14,
        "glyph_width": 16,
        "label_standoff": 4,
        "label_height": 18,
    }


def _colorbar(colours: Palette) -> dict[str, Any]:
    """Return the look of a colour bar."""
    return {
        **_text("major_label", colours.muted, "11px"),
        **_text("title", colours.text, "12px"),
        "background_fill_alpha": 0.0,
        "bar_line_alpha": 0.0,
        "major_tick_line_alpha": 0.0,
    }


def _title(colours: Palette) -> dict[str, Any]:
    """Return the look of a figure's title, where a view has two."""
    look = {name[1:]: value for name, value in _text("", colours.text, "13px").items()}
    return {**look, "align": "center"}


LOOKS: tuple[tuple[Any, Callable[[Palette], dict[str, Any]]], ...] = (
    (Axis, _axis),
    (Grid, _grid),
    (Legend, _legend),
    (ColorBar, _colorbar),
    (Title, _title),
)
