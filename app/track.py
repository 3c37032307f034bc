"""The slider of the timeline: all recorded frames on a logarithmic axis of steps."""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import panel as pn
import panel_material_ui as pmui
import param

from app.direct import Direct
from app.timeline import Timeline
from core import Frame, Simulation
from core.events import events_of

_ASSETS = Path(__file__).resolve().parents[1] / "assets"

#: What stands for the newest frame in the browser.
LIVE = -1

#: The axis is drawn anew once its logarithm has grown by this fraction: less than a pixel.
GROWTH = 0.002


#: Step, name and explanation of an event.
Moment = tuple[int, str, str]


@dataclass(frozen=True)
class Marks:
    """What the timeline shows of a run: computed with every frame, in the worker thread.

    Attributes
    ----------
    newest : int
        Steps made.
    shown : int
        The recorded step shown, `LIVE` for the newest frame.
    steps : list of int
        Steps of the recorded frames.
    events : list of (int, str, str)
        Step, name and explanation of what has happened.
    """

    newest: int
    shown: int
    steps: list[int]
    events: list[Moment]


class Marker:
    """Finds the marks of a run; its events only when the history has grown. Worker thread."""

    def __init__(self) -> None:
        self._key: tuple[Any, ...] = ()
        self._events: list[Moment] = []

    def __call__(self, simulation: Simulation, past: Frame | None) -> Marks:
        """Return what the timeline shows of a run while `past` is shown, None: the newest."""
        history, divergence = simulation.history, simulation.divergence
        key = weakref.ref(simulation), history.last_step, divergence
        if key != self._key:
            found = events_of(history.scalars(), divergence)
            self._events = [(step, event.label, event.doc) for step, event in found]
            self._key = key
        shown = LIVE if past is None else past.step
        return Marks(simulation.step, shown, history.frame_steps, self._events)


class Slider(Direct):
    """The axis, its handle and its marks; the browser draws them."""

    newest = param.Integer(default=0, doc="Steps made: the right end of the axis.")
    shown = param.Integer(default=LIVE, doc="Step of the recorded frame shown.")
    steps = param.List(default=[], doc="Steps of all recorded frames.")
    events = param.List(default=[], doc="Step, name and explanation of each.")
    asked = param.List(default=[0, LIVE], doc="How often a user has moved the handle, and where.")

    _esm = (_ASSETS / "timeline.js").read_text()

    def __init__(self, on_asked: Callable[[int], Any], **params: Any) -> None:
        css = (_ASSETS / "timeline.css").read_text()
        super().__init__(stylesheets=[css], **params)
        self._on_asked = on_asked

    def _get_model(self, *args: Any, **kwargs: Any) -> Any:
        model: Any = super()._get_model(*args, **kwargs)
        model.data.on_change("asked", lambda _attr, _old, new: self._on_asked(int(new[1])))
        return model


class Track:
    """The row of the timeline, CSS class wf-timeline: back to the start, slider, live.

    Parameters
    ----------
    timeline : Timeline
    further : sequence of viewables
        Buttons at the right end.

    Attributes
    ----------
    panel : panel.viewable.Viewable
    marks : Marker
        Finds what `show` takes.
    """

    def __init__(self, timeline: Timeline, further: Sequence[Any] = ()) -> None:
        self._timeline = timeline
        self.marks = Marker()
        self.slider = Slider(self._asked, sizing_mode="stretch_width", height=44, margin=(0, 14))
        start = pmui.IconButton(
            icon="first_page", size="small", margin=(6, 0), description="Show step 0",
            css_classes=["wf-start"],
        )  # fmt: skip
        start.on_click(lambda _event: timeline.to_start())
        self._live = pmui.Button(
            label="Live", icon="last_page", variant="outlined", size="small", width=84,
            margin=(6, 3), disabled=True, css_classes=["wf-live"],
        )  # fmt: skip
        self._live.on_click(lambda _event: timeline.to_live())
        self.panel = pn.Row(
            start, self.slider, self._live, *further,
            sizing_mode="stretch_width", margin=(0, 4), css_classes=["wf-timeline"],
        )  # fmt: skip

    def show(self, marks: Marks) -> None:
        """Show the timeline of a frame. Event loop, under the document lock."""
        self.slider.put(shown=marks.shown, events=[list(event) for event in marks.events])
        if self._grown(marks):
            self.slider.put(newest=marks.newest, steps=marks.steps)
        live = marks.shown == LIVE
        if self._live.disabled != live:
            self._live.disabled = live

    def _grown(self, marks: Marks) -> bool:
        before = self.slider.sent.get("newest", -1)
        if marks.shown != LIVE or marks.newest < before or before < 1:
            return True
        return math.log1p(marks.newest) > (1 + GROWTH) * math.log1p(before)

    def _asked(self, step: int) -> None:
        if step == LIVE:
            self._timeline.to_live()
        else:
            self._timeline.show(step)
