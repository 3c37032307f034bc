"""The figure of a study: a curve for each arm, drawn as its values come."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import holoviews as hv
import numpy as np
import panel as pn
import panel_material_ui as pmui

from app.fullscreen import full_button
from app.lessons.curves import Curve, box_of, curve_of, marks, named, slopes, ticks
from app.views.base import TEMPLATES
from app.views.heading import heading
from app.views.limits import Box, Growth
from app.views.plot import Columns, Plot
from app.views.solid import dots, line
from core.studies import Number, Study
from core.studies.numbers import Values
from core.studies.table import plain

#: How arms look, in turn: colour, marker.
_LOOKS = (
    ("negative", "circle"), ("positive", "square"), ("second", "triangle"), ("good", "diamond"),
    ("accent", "inverted_triangle"), ("muted", "hex"),
)  # fmt: skip
#: Pixels, and columns of the legend: the lesson is narrow.
HEIGHT, _COLUMNS = 280, 2


class Picture(NamedTuple):
    """What the figure is to show, computed beside the event loop."""

    study: Study
    columns: dict[str, Columns]
    box: Box
    note: str


class StudyFigure:
    """A figure with a title and a button, CSS class wf-view-study; not visible before it shows.

    Attributes
    ----------
    panel : panel.viewable.Viewable
    plot : Plot or None
    """

    def __init__(self) -> None:
        self.plot: Plot | None = None
        self._dark, self._scale = False, 1.0
        self._kind: Any = None
        self._head = pn.pane.HTML(margin=(6, 4, 0, 12), sizing_mode="stretch_width")
        self._pane = pn.pane.Bokeh(sizing_mode="stretch_both", margin=0)
        view = pn.Column(
            pn.Row(self._head, full_button("study"), sizing_mode="stretch_width", margin=0),
            self._pane,
            sizing_mode="stretch_both", css_classes=["wf-view", "wf-view-study"],
        )  # fmt: skip
        self.panel = pmui.Paper(
            view, elevation=1, margin=(4, 0, 12, 0), height=HEIGHT, sizing_mode="stretch_width",
            visible=False,
        )  # fmt: skip

    def ready(self, study: Study, numbers: Sequence[Number], values: Values) -> Picture:
        """Return what to show of values. Worker thread; renders the figure if its kind is new."""
        TEMPLATES.freeze(self._template(study), lambda: [_declare(study, self._dark)])
        log = study.axis.log_quantity
        with np.errstate(all="ignore"):
            curves = {arm.label: curve_of(values, arm.label, log) for arm in study.arms}
            box = box_of(study, list(curves.values()), numbers)
            columns: dict[str, Columns] = {
                "expected": marks(study, numbers, box),
                "slopes": slopes(study, numbers, curves),
            }
        for k, curve in enumerate(curves.values()):
            columns |= _columns(k, curve)
        return Picture(study, columns, box, _note(study, values))

    def show(self, picture: Picture) -> None:
        """Show it. Event loop, under the lock of the document."""
        study = picture.study
        fresh = _kind(study) != self._kind
        if fresh:
            (self.plot,) = TEMPLATES.copies(
                self._template(study), lambda: [_declare(study, self._dark)]
            )
            self.enlarge(self._scale)
            self.plot.retheme(self._dark)
            self._kind = _kind(study)
        assert self.plot is not None
        self._head.object = heading("Measured", picture.note)
        self.plot.feed(picture.columns)
        if fresh:
            self.plot.restart(picture.box)
            self._pane.object = self.plot.figure
        elif picture.box != self.plot.box:
            self.plot.show(picture.box)
        self.panel.visible = True

    def retheme(self, dark: bool) -> None:
        """Recolour for the light or the dark page. Likewise."""
        self._dark = dark
        if self.plot is not None:
            self.plot.retheme(dark)

    def enlarge(self, scale: float) -> None:
        """Make type and lines `scale` times as large as they usually are. Likewise."""
        self._scale = scale
        if self.plot is not None and self.plot.scale != scale:
            self.plot.enlarge(scale)

    def _template(self, study: Study) -> tuple:
        return "study", _kind(study), self._dark


def _kind(study: Study) -> tuple:
    """Return what tells figures apart that are not declared alike."""
    arms = tuple(arm.label for arm in study.arms)
    return study.axis, arms, study.spec.quantity, tuple(ticks(study))


def _declare(study: Study, dark: bool) -> Plot:
    """Declare the figure of a study, without its values."""
    axis = study.axis
    plot = Plot(dark, Growth())
    boxes = hv.Rectangles(np.zeros((0, 4)), label="expected").opts(
        fill_alpha=0.12, line_dash="dashed", line_width=1.5
    )
    layers = [
        plot.layer("expected", boxes, line_color="accent", fill_color="accent"),
        plot.layer("slopes", line(2, line_dash=[4, 3], line_width=1.5), line_color="accent"),
    ]
    for k, arm in enumerate(study.arms):
        layers += _arm_layers(plot, k, plain(arm.label) or "median of the seeds")
    plot.render(
        layers, (0.1, 1.0, 0.1, 1.0), logx=axis.log, logy=axis.log_quantity,
        xlabel=tex(axis.label), ylabel=str(study.spec.quantity or "").replace("_", " "),
        legend_cols=_COLUMNS, xticks=ticks(study),
    )  # fmt: skip
    return plot


def _arm_layers(plot: Plot, k: int, label: str) -> list[hv.Element]:
    """Declare range, medians and marks of an arm."""
    role, marker = _LOOKS[k % len(_LOOKS)]
    spread = hv.Segments(np.zeros((0, 4))).opts(line_width=6, alpha=0.3)
    tips = [("at", "@at"), (label, "@told")]
    mark = dots(
        2, ("at", "told"), marker=marker, size=7, tools=["hover"], hover_tooltips=tips
    )  # fmt: skip
    return [
        plot.layer(f"range{k}", spread, line_color=role),
        plot.layer(f"median{k}", line(2, label, line_width=2), line_color=role),
        plot.layer(f"mark{k}", mark, fill_color=role, line_color=role),
    ]


def _columns(k: int, curve: Curve) -> dict[str, Columns]:
    told: list[Any] = [
        f"{y:.3g}" + (f" ({low:.3g} … {high:.3g}, {n:.0f} seeds)" if n > 1 else "")
        for y, low, high, n in zip(curve.y, curve.low, curve.high, curve.seeds, strict=True)
    ]
    at: list[Any] = [named(x) for x in curve.x]
    return {
        f"range{k}": {"x0": curve.x, "y0": curve.low, "x1": curve.x, "y1": curve.high},
        f"median{k}": {"x": curve.x, "y": curve.y},
        f"mark{k}": {"x": curve.x, "y": curve.y, "at": at, "told": told},
    }


def _note(study: Study, values: Mapping[Any, float]) -> str:
    count = len({seed for _, _, seed in values})
    bars = "bars: all of them" if count > 1 else ""
    seeds = f"median of {count} seeds" if count > 1 else "one seed"
    return "; ".join(part for part in (seeds, bars, "dashed: expected") if part)


def tex(text: str) -> str:
    """Return the label of an axis: bokeh sets LaTeX where all of a label is LaTeX."""
    if "$" not in text:
        return text
    parts = re.split(r"\$", text)
    words = [part if k % 2 else rf"\text{{{part}}}" for k, part in enumerate(parts) if part]
    return f"$${''.join(words)}$$"
