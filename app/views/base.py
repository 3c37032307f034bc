"""What every view is: a titled panel with figures, fed by payloads computed off the event loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import panel as pn

from app import theme
from app.fullscreen import full_button
from app.views import picking
from app.views.camera import HOME
from app.views.heading import heading
from app.views.options import Option, OptionBar
from app.views.payload import Payload, Ready
from app.views.plot import Columns, Plot
from app.views.template import Templates

VIEWS: dict[str, type[View]] = {}

_PAIR = Path(__file__).resolve().parents[2] / "assets" / "pair.css"

#: Width over height of the first figure while its layout is not known.
USUAL_ASPECT = 2.2

#: The figures of this process, rendered once each.
TEMPLATES = Templates()


class View:
    """A figure or two of the running experiment.

    A subclass sets ``name``, ``title`` and ``order`` and writes :meth:`prepare`, :meth:`declare`,
    :meth:`begin` and :meth:`draw`; it is registered in ``VIEWS`` by being defined. ``options`` are
    what a user may choose about it, ``shown`` tells whether the page shows it at first, ``figures``
    how many figures there may be at most: a scene can have fewer, and ``together`` that one figure
    draws all runs of a page that has several.

    Parameters
    ----------
    dark : bool
        Whether to dress for the dark page at first.
    refresh : callable
        Called when the present state should be drawn anew: the user has turned a picture.
    remake : callable
        Called with the view when its scene should be prepared anew.
    prefix : str
        What stands before the title, where a page shows a view twice.

    Attributes
    ----------
    panel : panel.viewable.Viewable
        Title, note and figures, CSS class ``wf-view-<name>``; created once.
    body : panel.Row
        The figures.
    actions : panel.Row
        Small buttons at the right of the title; whoever has one to offer appends it.
    note : str
        One line that says what is drawn.
    chosen : dict
        Option to value.
    arms, beside : tuple of str, mapping of str to (Frame, Recorder, Setup)
        Names of the runs that a figure with `together` or `overlaid` set draws, too, and what it
        draws of them.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    order: ClassVar[float] = 0
    figures: ClassVar[int] = 1
    shown: ClassVar[bool] = True
    together: ClassVar[bool] = False
    overlaid: ClassVar[bool] = False
    options: ClassVar[tuple[Option, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" in cls.__dict__:
            VIEWS[cls.name] = cls

    def __init__(
        self,
        dark: bool = False,
        refresh: Callable[[], Any] = lambda: None,
        remake: Callable[[View], Any] = lambda view: None,
        prefix: str = "",
    ) -> None:
        if pn.state.curdoc is not None:
            pn.state.curdoc.theme = theme.BOKEH  # read when the page is made, before any figure is
        self.dark = dark
        self.scale = 1.0  # of type and lines
        self.note = ""
        self.pose = HOME  # of the camera, where the browser tells it
        self._aspect = USUAL_ASPECT
        self.chosen = {option.name: option.default for option in self.options}
        self._refresh, self._remake, self._prefix = refresh, remake, prefix
        self.picked: Callable[[int | None], Any] = lambda j: None  # particle j was clicked
        self._bar = OptionBar(self.name, self.options, self.choose)
        self.actions = pn.Row(self._bar.button, full_button(self.name), margin=(2, 6, 0, 0))
        self.plots: list[Plot] = []
        self.arms: tuple[str, ...] = ()
        self.beside: Mapping[str, Any] = {}
        self._kind: Any = None
        self._scene: Any = None
        self._head = pn.pane.HTML(margin=(6, 12, 0, 12), sizing_mode="stretch_width")
        self._panes = [
            pn.pane.Bokeh(sizing_mode="stretch_both", margin=0) for _ in range(self.figures)
        ]
        # No least heights here: Panel would add up those of all figures. The grid sets them.
        css = [_PAIR.read_text()] if self.figures > 1 else []
        self.body = pn.Row(*self._panes, sizing_mode="stretch_both", margin=0, stylesheets=css)
        self.panel = pn.Column(
            pn.Row(self._head, self.actions, sizing_mode="stretch_width", margin=0),
            self._bar.panel,
            self.body,
            sizing_mode="stretch_both",
            css_classes=["wf-view", f"wf-view-{self.name}"],
        )

    @property
    def aspect(self) -> float:
        """Width over height of the first figure; while not known, as it was before."""
        return (self.plots[0].aspect() if self.plots else 0.0) or self._aspect

    def prepare(self, setup: Any) -> Any:
        """Return the scene: all that the other methods need, with ``kind`` and ``note``.

        Worker thread: NumPy only.
        """
        raise NotImplementedError

    def declare(self, scene: Any) -> list[Plot]:
        """Return the rendered figures for scenes of this kind."""
        raise NotImplementedError

    def begin(self, scene: Any) -> Payload:
        """Return the columns that stay for the whole run and the limits to start from."""
        raise NotImplementedError

    def draw(self, scene: Any, frame: Any, history: Any) -> Payload:
        """Return what a frame changes. Worker thread: NumPy only."""
        raise NotImplementedError

    def ready(self, setup: Any) -> Ready:
        """Return what `build` needs of a new setup: all that takes time. Worker thread.

        The view itself stays as it is: the old run is still shown, and may stay.
        """
        scene = self.prepare(setup)
        TEMPLATES.freeze(self._template(scene), lambda: self.declare(scene))
        simulation = setup.simulation
        with np.errstate(all="ignore"):
            return Ready(scene, self.draw(scene, simulation.frame, simulation.history))

    def build(self, setup: Any, ready: Ready | None = None) -> None:
        """Show a new setup: a new figure if its kind is new, else the old one with new data.

        Event loop; `ready` is what the method of that name has returned for this setup.
        """
        scene, payload = ready or self.ready(setup)
        fresh = scene.kind != self._kind
        if fresh:
            self._aspect = self.aspect
            self.plots = TEMPLATES.copies(self._template(scene), lambda: self.declare(scene))
            self.enlarge(self.scale)
            self._kind = scene.kind
            self.pose = HOME
            for plot in self.plots:
                picking.listen(plot, lambda j: self.picked(j))
                if plot.tells:
                    plot.limits.on_change("tags", self._turned)
        self._scene = scene
        self._say(scene.note)
        self._bar.show(self.chosen, scene)
        start = self.begin(scene)
        self._feed(start.columns)
        for plot, box in zip(self.plots, start.need, strict=True):
            plot.restart(box)
        self.update(payload)
        if fresh:  # last, so that the browser never paints a figure without its columns
            for pane, plot in zip_longest(self._panes, self.plots):
                pane.param.update(object=plot and plot.figure, visible=plot is not None)
            maps = ["wf-maps"] if any(plot.equal for plot in self.plots) else []
            self.body.css_classes = ["wf-pair", *maps] if len(self.plots) > 1 else []

    def _template(self, scene: Any) -> tuple:
        return self.name, scene.kind, self.dark

    def compute(self, frame: Any, history: Any) -> Payload:
        """Return the payload of a frame. Worker thread: NumPy only, no bokeh object touched."""
        # a run about to diverge squares its numbers out of range: not drawn, and no cause to warn
        with np.errstate(all="ignore"):
            return self.draw(self._scene, frame, history)

    def update(self, payload: Payload) -> None:
        """Hand a payload to the figures. Event loop."""
        self._feed(payload.columns)
        for plot, need in zip(self.plots, payload.need, strict=False):
            plot.grow(need)
        for plot in self.plots:
            plot.say(payload.words)
        if payload.note not in (None, self.note):
            self._say(str(payload.note))

    def _say(self, note: str) -> None:
        self.note = note
        self._head.object = heading(self._prefix + self.title, note)

    def exchange(self, setup: Any) -> None:
        """Take other training data, of the same width and kind, with which the run goes on.

        Event loop, while no work is under way. A view whose scene holds data overrides it.
        """

    def set_ceiling(self, value: float | None) -> None:
        """Take the largest normalised margin, γ₁/2, once it is known. Event loop."""

    def choose(self, name: str, value: str) -> None:
        """Set an option and draw accordingly. Event loop, under the document lock.

        Raises
        ------
        ValueError
            If the value is none of the choices.
        """
        option = next(option for option in self.options if option.name == name)
        option.check(self.name, value)
        if self.chosen[name] != value:
            self.chosen[name] = value
            self._bar.show(self.chosen, self._scene)
            if option.remake:
                self._remake(self)
            else:
                self._refresh()

    def select(self, j: int | None) -> None:
        """Mark a particle, or none. Event loop, under the document lock."""
        for plot in self.plots:
            picking.select(plot, j)

    def rename(self, prefix: str) -> None:
        """Put `prefix` before the title."""
        self._prefix = "" if self.together else prefix
        self._say(self.note)

    def retheme(self, dark: bool) -> None:
        """Recolour for the light or the dark page."""
        self.dark = dark
        for plot in self.plots:
            plot.retheme(dark)
            picking.dress(plot)

    def enlarge(self, scale: float) -> None:
        """Make type and lines `scale` times as large as they usually are."""
        self.scale = scale
        for plot in self.plots:
            if plot.scale != scale:
                plot.enlarge(scale)

    def _turned(self, _attr: str, _old: Any, pose: Any) -> None:
        """Take the pose of the camera and ask for a picture of it."""
        self.pose = float(pose[0]), float(pose[1])
        self._refresh()

    def _feed(self, columns: Mapping[str, Columns]) -> None:
        for plot in self.plots:
            plot.feed(columns)
