"""Figures as pictures. The browser draws them, for it alone knows zoom, turn and size."""

from __future__ import annotations

from app.exports.base import Export


class FigureExport(Export):
    """A figure as the browser shows it now, drawn anew by Bokeh into a file."""

    group = "Figure"
    in_browser = True


class Png(FigureExport):
    """Pixels."""

    name = "png"
    label = "PNG"
    doc = "The figure as it is now, in three times the pixels of the page."
    order = 0
    extension, mime = "png", "image/png"


class Svg(FigureExport):
    """Lines."""

    name = "svg"
    label = "SVG"
    doc = "The same as a drawing, sharp at any size."
    order = 1
    extension, mime = "svg", "image/svg+xml"
