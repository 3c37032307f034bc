"""Gestures on a figure on which points are drawn, as the browser tells them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bokeh.models import ColumnDataSource, CustomJS, HoverTool

from app.sketch import Gesture
from app.views.plot import ASSETS, Plot

#: Events of a figure that make up the gestures. A click held still for a while is a press.
_EVENTS = (
    "tap", "doubletap", "press", "pressup", "panstart", "pan", "panend", "mousemove",
)  # fmt: skip


class Gestures:
    """Listens to the gestures on a figure; a point that is dragged follows in the browser at once.

    Parameters
    ----------
    heard : callable
        Called with a `Gesture`, on the event loop under the document lock.
    """

    def __init__(self, heard: Callable[[Gesture], Any]) -> None:
        self._heard = heard
        self._plot: Plot | None = None
        self._switch = ColumnDataSource()
        self._on = False

    def listen(self, on: bool) -> None:
        """Begin or cease to listen. Under the document lock."""
        self._on = on
        self._switch.tags = [on]

    def attach(self, plot: Plot, layers: tuple[str, ...]) -> None:
        """Listen on another figure, whose layers `layers` hold the points. Idempotent."""
        if plot is self._plot:
            return
        self._plot = plot
        self._switch = ColumnDataSource(tags=[self._on])
        channel = ColumnDataSource(tags=[])
        channel.on_change("tags", self._told)
        # Over the frame the cursor of a figure with such a tool is a cross.
        aim = HoverTool(renderers=[], tooltips=None, visible=False)
        plot.figure.add_tools(aim)
        script = CustomJS(
            args={
                "figure": plot.figure,
                "sources": [plot.sources[name] for name in layers if name in plot.sources],
                "channel": channel,
                "mode": self._switch,
                "aim": aim,
            },
            code=(ASSETS / "draw.js").read_text(),
        )
        for event in _EVENTS:
            plot.figure.js_on_event(event, script)
        self._switch.js_on_change("tags", script)

    def _told(self, _attr: str, _old: Any, tags: list[Any]) -> None:
        _count, kind, x, y, unit_x, unit_y, reach = tags
        unit = (float(unit_x), float(unit_y))
        at = (float(x), float(y))
        self._heard(Gesture(kind, at, (reach * unit[0], reach * unit[1]), unit))
