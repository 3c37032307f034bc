"""Picking a particle: a click on it in any figure that draws particles, and the ring around it."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np
from bokeh.models import TapTool

from app import theme
from app.views.plot import Plot

#: The layer of particles; its column j holds their numbers.
LAYER = "particles"
#: The ring is so many times as large as a particle of fixed size.
LARGER = 2.2


def listen(plot: Plot, picked: Callable[[int | None], Any]) -> None:
    """Call `picked(j)` when particle j is clicked, `picked(None)` for a click beside them all.

    The ring is the look of a selected marker, so that it goes with the particle in the browser.
    """
    renderer = plot.renderers.get(LAYER)
    if renderer is None:
        return
    tap = TapTool(renderers=[renderer], visible=False)
    plot.figure.add_tools(tap)
    plot.figure.toolbar.active_tap = tap
    ring = renderer.glyph.clone()
    ring.update(line_width=2.5, line_alpha=1.0)
    if isinstance(ring.size, Real):
        ring.size = LARGER * float(ring.size)
    renderer.selection_glyph = ring
    dress(plot)
    source = plot.sources[LAYER]

    def told(_attribute: str, _old: Any, indices: list[int]) -> None:
        j = int(source.data["j"][indices[0]]) if indices else None  # the one that the tooltip names
        picked(j)
        select(plot, j)

    source.selected.on_change("indices", told)


def select(plot: Plot, j: int | None) -> None:
    """Put the ring around particle j, or take it away."""
    source = plot.sources.get(LAYER)
    if source is None:
        return
    rows = [] if j is None else np.flatnonzero(np.asarray(source.data["j"]) == j)[:1].tolist()
    if source.selected.indices != rows:
        source.selected.indices = rows


def dress(plot: Plot) -> None:
    """Colour the ring for the light or the dark page."""
    ring = plot.renderers[LAYER].selection_glyph if LAYER in plot.renderers else None
    if ring is not None:
        ring.line_color = theme.palette(plot.dark).accent
