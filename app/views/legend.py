"""Legends that cost nothing a frame: they show copies of the glyphs, not the layers themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bokeh.models import ColumnDataSource, CustomJS
from bokeh.models.renderers import GlyphRenderer

_SCRIPT = (Path(__file__).resolve().parents[2] / "assets" / "legend.js").read_text()

#: Names of the copies a legend shows begin with this.
KEY = "key "


def detach(figure: Any, renderers: Mapping[str, Any], legends: Iterable[Any]) -> None:
    """Let legends show copies of the glyphs over one hidden point.

    A legend follows all it refers to: with the layers themselves it would be laid out anew each
    time one of them is fed.

    Parameters
    ----------
    figure : bokeh figure
        It gets the copies.
    renderers : mapping
        Layer name to renderer.
    legends : iterable of bokeh Legend
        Changed in place.
    """
    names = {renderer.id: name for name, renderer in renderers.items()}
    for item in (item for legend in legends for item in legend.items):
        (renderer,) = item.renderers
        copy = GlyphRenderer(
            data_source=ColumnDataSource({key: [0.0] for key in renderer.data_source.data}),
            glyph=renderer.glyph.clone(),
            visible=False,
            name=KEY + names[renderer.id],
        )
        figure.renderers.append(copy)
        item.renderers = [copy]


def fold(figure: Any, legends: Sequence[Any]) -> None:
    """Have the browser break legends into rows where one is too long for the figure."""
    if not legends:
        return
    fit = CustomJS(args={"figure": figure, "legends": list(legends)}, code=_SCRIPT)
    figure.js_on_change("inner_width", fit)
    for legend in legends:
        legend.js_on_change("label_text_font_size", fit)
