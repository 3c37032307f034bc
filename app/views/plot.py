"""One figure: declared with HoloViews, rendered once, fed through its data sources ever after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import holoviews as hv
import holoviews.plotting.bokeh  # registers the backend
import numpy as np
from bokeh import models
from bokeh.events import Reset
from bokeh.models import ColumnDataSource, CustomJS, GlyphRenderer, HoverTool

from app import theme
from app.views.limits import Box, Growth

ASSETS = Path(__file__).resolve().parents[2] / "assets"
Columns = Mapping[str, np.ndarray]

STATES = ("selection", "nonselection", "muted", "hover")

hv.Store.set_current_backend("bokeh")


class Plot:
    """A bokeh figure, its named sources, its limits and its colours.

    Parameters
    ----------
    dark : bool
        Whether to dress for the dark page at first.
    growth : Growth
        How the limits follow the data.
    equal : bool
        Whether one unit is as long on both axes, whatever the shape of the panel.
    """

    def __init__(self, dark: bool, growth: Growth | None = None, equal: bool = False) -> None:
        self.dark = dark
        self.growth = growth or Growth()
        self.equal = equal
        self.figure: models.Plot | None = None
        self.renderers: dict[str, GlyphRenderer] = {}
        self.sources: dict[str, ColumnDataSource] = {}
        self.box: Box = (0.0, 1.0, 0.0, 1.0)
        self.limits = ColumnDataSource(data=_limits(self.box, 0))
        self._run = 0
        self._roles: dict[str, dict[str, str]] = {}

    def layer(self, name: str, element: hv.Element, **roles: str) -> hv.Element:
        """Name an element, so that its source can be fed and its glyph coloured.

        Parameters
        ----------
        name : str
            Key of the layer's source.
        element : holoviews.Element
            The declared element.
        **roles : str
            Glyph property (``line_color``, ``fill_color`` ...) to a field of
            :class:`app.theme.Palette`; ``mapper`` to ``"signs"`` or ``"diverging"``, with ``by``
            the column it colours markers by.
        """

        def keep(plot: Any, _: hv.Element) -> None:
            self.renderers[name] = plot.handles["glyph_renderer"]

        self._roles[name] = roles
        return element.opts(hooks=[keep], apply_ranges=False)

    def render(self, layers: Sequence[hv.Element], box: Box, **options: Any) -> models.Plot:
        """Render the overlay of the layers into one bokeh figure and take hold of its sources.

        Parameters
        ----------
        layers : sequence of holoviews.Element
            Bottom to top, each from :meth:`layer`.
        box : tuple of float
            First limits (x low, x high, y low, y high).
        **options
            Overlay options of HoloViews beyond those of every figure of the page.
        """
        self.box = box
        overlay = hv.Overlay(list(layers)).opts(
            hv.opts.Overlay(xlim=box[:2], ylim=box[2:], **{**theme.OVERLAY, **options})
        )
        self.figure = hv.render(overlay, backend="bokeh")
        self.figure.update(**theme.FIGURE)
        for name, renderer in self.renderers.items():
            self.sources[name] = renderer.data_source
            # HoloViews adds full copies of each glyph for states this page never shows
            renderer.update(**{f"{state}_glyph": None for state in STATES})
            column = self._roles[name].get("by")
            if column:
                # HoloViews maps a copy of the column, which the feed would have to send again
                colour = {"field": column, "transform": _mapper(renderer.glyph)}
                renderer.glyph.update(fill_color=colour, hatch_color=None)
        self._tidy_tools()
        self._own_ranges()
        self.retheme(self.dark)
        return self.figure

    def feed(self, columns: Mapping[str, Columns]) -> None:
        """Replace the data of the named sources of this figure."""
        for name, data in columns.items():
            self.sources[name].data = dict(data)

    def restart(self, box: Box) -> None:
        """Set the limits afresh and forget any zoom: a new run begins."""
        self._run += 1
        self.show(box)

    def grow(self, need: Box) -> None:
        """Widen the limits if the data have left them; the browser leaves a user's zoom alone."""
        box = self.growth(self.box, need)
        if box != self.box:
            self.show(box)

    def retheme(self, dark: bool) -> None:
        """Recolour the figure and its glyphs for the light or the dark page."""
        self.dark = dark
        theme.style(self.figure, dark)
        colours = theme.palette(dark)
        for name, roles in self._roles.items():
            glyph = self.renderers[name].glyph
            for attribute, role in roles.items():
                if attribute == "mapper":
                    scale = theme.signs if role == "signs" else theme.diverging
                    _mapper(glyph).palette = scale(dark)
                elif attribute != "by":
                    setattr(glyph, attribute, getattr(colours, role))

    def show(self, box: Box) -> None:
        """Set the limits; a user's zoom stays."""
        self.box = box
        self.limits.data = _limits(box, self._run)

    def _own_ranges(self) -> None:
        """Let one script in the browser fit the axes to ``limits`` and to the panel's shape."""
        figure = self.figure
        fit = CustomJS(
            args={"figure": figure, "limits": self.limits, "equal": self.equal},
            code=(ASSETS / "fit.js").read_text(),
        )
        self.limits.js_on_change("data", fit)
        figure.js_on_change("inner_width", fit)
        figure.js_on_change("inner_height", fit)
        figure.js_on_event(Reset, fit)

    def _tidy_tools(self) -> None:
        """Hide all hover buttons: tooltips are always on, and one button each is clutter."""
        for tool in self.figure.toolbar.tools:
            if isinstance(tool, HoverTool):
                tool.update(visible=False, show_arrow=False)
        self.figure.toolbar.logo = None
        for legend in self.figure.legend:
            legend.click_policy = "none"
        for bar in self.figure.select({"type": models.ColorBar}):
            bar.title = None


def _mapper(glyph: Any) -> models.ColorMapper:
    """Return the colour mapper of an image or of markers coloured by a column."""
    return glyph.color_mapper if isinstance(glyph, models.Image) else glyph.fill_color.transform


def _limits(box: Box, run: int) -> dict[str, np.ndarray]:
    """Return the columns of the limits' source."""
    x, y = np.array(box[:2]), np.array(box[2:])
    return {"x": x, "y": y, "run": np.array([run, run])}
