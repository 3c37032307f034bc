"""One figure: declared with HoloViews, rendered once, fed through its data sources ever after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import holoviews as hv
import holoviews.plotting.bokeh  # registers the backend
import numpy as np
from bokeh.core.properties import without_property_validation
from bokeh.core.property.descriptors import UnsetValueError
from bokeh.events import Reset
from bokeh.models import ColumnDataSource, CustomJS, HoverTool, Image
from bokeh.models.annotations import ColorBar, Legend
from bokeh.models.renderers import GlyphRenderer

from app import theme
from app.enlarge import enlarge_glyph
from app.hues import SCALES
from app.views.captions import dress_caption
from app.views.legend import KEY, detach, fold
from app.views.limits import Box, Growth
from app.views.ticks import tidy_ticks

ASSETS = Path(__file__).resolve().parents[2] / "assets"
#: Columns of one source; an image travels as a list of one array.
Columns = Mapping[str, np.ndarray | list[np.ndarray]]

TOOLS = ("save", "pan", "wheel_zoom", "reset")
#: Columns up to this length travel inside the message that names them.
FEW = 8
#: No band behind the buttons, which stand over the figure.
TOOLBAR_CSS = ":host(.bk-inner) { background: transparent; }"  # as Bokeh's own rule selects it
#: The further copies of a glyph that HoloViews makes, for states this page never shows.
STATES = ("selection", "nonselection", "muted", "hover")

hv.Store.set_current_backend("bokeh")
# Each rendering in a document of its own: what is current in a worker thread may be the document of
# a session that has just ended.
hv.renderer("bokeh").notebook_context = True
hv.renderer("bokeh").theme = theme.BOKEH  # HoloViews sets the document's theme when it renders


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
    tools : tuple of str
        HoloViews' names of the tools, beside the tooltips.
    """

    def __init__(
        self,
        dark: bool,
        growth: Growth | None = None,
        equal: bool = False,
        tools: tuple[str, ...] = TOOLS,
    ) -> None:
        self.dark = dark
        self.scale = 1.0  # of type and lines
        self.growth = growth or Growth()
        self.equal = equal
        self.tools = list(tools)
        self.figure: Any = None  # a bokeh figure once rendered
        self.renderers: dict[str, Any] = {}  # GlyphRenderers
        self.sources: dict[str, ColumnDataSource] = {}
        self.captions: dict[str, Any] = {}  # Labels, see `app.views.captions`
        self.box: Box = (0.0, 1.0, 0.0, 1.0)
        self.limits = ColumnDataSource(data=_limits(self.box, 0))
        self.tells = False  # whether the browser tells the pose of its camera; see `give_depth`
        self._run = 0
        self._roles: dict[str, dict[str, str]] = {}
        self._still: set[str] = set()

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
            :class:`app.theme.Palette`; ``mapper`` to a key of ``app.hues.SCALES``, with ``by`` the
            column it colours markers by.
        """

        def keep(plot: Any, _: hv.Element) -> None:
            self.renderers[name] = plot.handles["glyph_renderer"]

        self._roles[name] = roles
        return element.opts(hooks=[keep], apply_ranges=False, default_tools=self.tools)

    def still(self, name: str, element: hv.Element, **roles: str) -> hv.Element:
        """Name an element, as `layer` does, that stays as it is for many frames.

        Still layers at the bottom are painted on one canvas with the axes, the others on another
        above it: a frame leaves alone what it does not change.
        """
        self._still.add(name)
        return self.layer(name, element, **roles)

    def render(self, layers: Sequence[hv.Element], box: Box, **options: Any) -> None:
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
        resting = True
        for name, renderer in self.renderers.items():
            self.sources[name] = renderer.data_source
            resting = resting and name in self._still
            renderer.level = "glyph" if resting else "overlay"
            renderer.update(**{f"{state}_glyph": None for state in STATES})
            column = self._roles[name].get("by")
            if column:
                # HoloViews maps a copy of the column, which the feed would have to send again
                colour = {"field": column, "transform": _mapper(renderer.glyph)}
                renderer.glyph.update(fill_color=colour, hatch_color=None)
                renderer.data_source.remove("color")
        parts = list(self.figure.references())
        self._tidy(parts)
        tidy_ticks(parts)
        legends = [part for part in parts if isinstance(part, Legend)]
        detach(self.figure, self.renderers, legends)
        fold(self.figure, legends)
        self._own_ranges()
        self.retheme(self.dark)

    @without_property_validation  # the columns of a frame are right or wrong for all of its frames
    def feed(self, columns: Mapping[str, Columns]) -> None:
        """Give new columns to the sources of this figure; columns not named keep their data.

        Parameters
        ----------
        columns : mapping
            Layer name to columns; layers of other figures are passed over. Columns that a
            source has and that are not named must have the length of the new ones.
        """
        for name, data in columns.items():
            source = self.sources.get(name)
            if source is None:
                continue
            ready = {key: _sendable(column) for key, column in data.items()}
            if ready.keys() >= source.data.keys():
                source.data = ready
            else:
                source.data.update(ready)

    def say(self, words: Mapping[str, str]) -> None:
        """Set the text of captions; those not named keep theirs."""
        for name, text in words.items():
            if name in self.captions and self.captions[name].text != text:
                self.captions[name].text = text

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
        parts = list(self.figure.references())
        theme.style(self.figure, parts, dark, self.scale)
        bars = [part for part in parts if isinstance(part, ColorBar)]
        keys = {part.name: part.glyph for part in parts if isinstance(part, GlyphRenderer)}
        for label in self.captions.values():
            dress_caption(label, dark, self.scale)
        colours = theme.palette(dark)
        for name, roles in self._roles.items():
            glyph = self.renderers[name].glyph
            for attribute, role in roles.items():
                if attribute == "mapper":
                    _mapper(glyph).palette = SCALES[role](dark)
                    for bar in bars:  # one with a name has a scale of its own
                        bar.color_mapper.palette = SCALES[bar.name or role](dark)
                elif attribute != "by":
                    for wearer in (glyph, keys.get(KEY + name, glyph)):
                        setattr(wearer, attribute, getattr(colours, role))

    def enlarge(self, scale: float) -> None:
        """Make type and lines `scale` times as large as they usually are."""
        factor, self.scale = scale / self.scale, scale
        for renderer in self.renderers.values():
            enlarge_glyph(renderer.glyph, factor)
        self.retheme(self.dark)

    @property
    def bars(self) -> dict[str, Any]:
        """The bars of colours by name, which stand at the right: a search for them takes 15 ms."""
        return {str(part.name): part for part in self.figure.right if isinstance(part, ColorBar)}

    def aspect(self) -> float:
        """Return width over height of the figure as the browser laid it out; 0 if not known."""
        try:
            return self.figure.inner_width / max(self.figure.inner_height, 1)
        except UnsetValueError:
            return 0.0

    def show(self, box: Box) -> None:
        """Set the limits; a user's zoom stays."""
        self.box = box
        self.limits.data = _limits(box, self._run)

    def _own_ranges(self) -> None:
        """Let one script in the browser fit the axes to ``limits`` and to the panel's shape."""
        figure = self.figure
        for axis_range in (figure.x_range, figure.y_range):
            axis_range.syncable = False  # zoom and pan are the browser's own affair
        fit = CustomJS(
            args={"figure": figure, "limits": self.limits, "equal": self.equal},
            code=(ASSETS / "fit.js").read_text(),
        )
        self.limits.js_on_change("data", fit)
        figure.js_on_change("inner_width", fit)
        figure.js_on_change("inner_height", fit)
        figure.js_on_event(Reset, fit)

    def _tidy(self, parts: Iterable[Any]) -> None:
        """Clear away buttons, titles and reactions that say nothing here."""
        for part in parts:
            if isinstance(part, HoverTool):
                part.update(visible=False, show_arrow=False, limit=1)
            elif isinstance(part, Legend):
                part.click_policy = "none"
            elif isinstance(part, ColorBar):
                part.title = None
        toolbar = self.figure.toolbar
        toolbar.update(logo=None, stylesheets=[*toolbar.stylesheets, TOOLBAR_CSS])


def _mapper(glyph: Any) -> Any:
    """Return the colour mapper of an image or of markers coloured by a column."""
    return glyph.color_mapper if isinstance(glyph, Image) else glyph.fill_color.transform


def _sendable(column: np.ndarray | list[np.ndarray]) -> np.ndarray | list[Any]:
    """Return a column as it is to travel: each array is two messages, a few numbers are none."""
    if isinstance(column, np.ndarray) and len(column) <= FEW:
        return column.tolist()
    return column


def _limits(box: Box, run: int) -> dict[str, np.ndarray]:
    """Return the columns of the limits' source."""
    x, y = np.array(box[:2]), np.array(box[2:])
    return {"x": x, "y": y, "run": np.array([run, run])}
