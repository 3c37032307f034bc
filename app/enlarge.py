"""Figures in large type: what of a look and of a glyph grows for a lecture hall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bokeh.core.property.vectorization import Value

#: Properties of glyphs that grow; markers keep their size, which may mean a mass.
_GROWING = ("line_width", "text_font_size")


def larger(look: Mapping[str, Any], scale: float) -> dict[str, Any]:
    """Return a look with its font sizes times `scale`."""
    return {
        name: grown(value, scale) if name.endswith("text_font_size") else value
        for name, value in look.items()
    }


def grown(size: Any, factor: float) -> Any:
    """Return a size, a number or CSS pixels, times `factor`; what is no plain size stays."""
    if isinstance(size, Value):
        return Value(grown(size.value, factor))
    if isinstance(size, bool) or not isinstance(size, int | float | str):
        return size
    if isinstance(size, str):
        return f"{float(size[:-2]) * factor:.4g}px" if size.endswith("px") else size
    return size * factor


def enlarge_glyph(glyph: Any, factor: float) -> None:
    """Make lines and letters of a bokeh glyph larger by `factor`. In place."""
    for name in _GROWING:
        if hasattr(glyph, name):
            setattr(glyph, name, grown(getattr(glyph, name), factor))
