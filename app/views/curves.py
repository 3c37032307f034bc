"""Risk and margin over the run, on logarithmic steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import holoviews as hv
import numpy as np

from app.views.base import Payload, View
from app.views.limits import Box, Growth
from app.views.plot import Columns, Plot
from app.views.solid import dots, line

#: A risk of zero has no logarithm; below this it is not drawn.
LEAST_RISK = 1e-30
#: The curves are drawn again once the steps have grown by this fraction.
LEAST_GROWTH = 0.01
#: Where the margin's axis ends, in units of the largest margin to show.
ROOM = (-0.35, 1.15)


@dataclass
class Scene:
    """What the curves of one run need.

    ``positive``: the margin's axis has been set to its top; ``drawn``: step of the last drawing.
    """

    kind: tuple
    note: str
    test: bool
    labels: bool
    start: Any
    positive: bool = False
    drawn: int = -1


class CurvesView(View):
    """Training and test risk; beside them the margin, or the total mass without labels."""

    name = "curves"
    title = "Risk and margin"
    order = 4
    figures = 2

    def __init__(self, *about: Any, **further: Any) -> None:
        super().__init__(*about, **further)
        self.ceiling: float | None = None

    def set_ceiling(self, value: float | None) -> None:
        """Draw a dashed line at the largest margin of any measure (γ₁/2), or no line."""
        self.ceiling = value
        scene = self._scene
        if scene is not None and scene.labels:
            self._feed({"ceiling": _ceiling_columns(value)})
            if value:
                self._show_top(value)

    def prepare(self, setup: Any) -> Scene:
        """Find out which curves there are; a new run has no ceiling until it is told."""
        self.ceiling = None
        dataset = setup.dataset
        test = dataset.test_targets is not None and len(dataset.test_targets) > 0
        return Scene(
            kind=(test, dataset.labels),
            note="over step + 1, logarithmic; margin: min y f / β."
            if dataset.labels
            else "over step + 1, logarithmic; total mass β: mean of |w|².",
            test=test,
            labels=dataset.labels,
            start=setup.simulation.frame,
        )

    def declare(self, scene: Scene) -> list[Plot]:
        """Declare the two figures."""
        risk = Plot(self.dark, Growth(("log", "log")))
        risk.render(
            _risk_layers(risk, scene),
            _risk_box(scene),
            ylabel="risk",
            **LOG_STEPS,
            logy=True,
        )
        other = Plot(self.dark, Growth(("log", "linear")))
        layers, label = (
            (_margin_layers(other), "$$\\min\\nolimits_i\\,y_i f(x_i)/\\beta$$")
            if scene.labels
            else (_mass_layers(other), "$$\\beta$$")
        )
        other.render(layers, _other_box(scene), ylabel=label, **LOG_STEPS)
        return [risk, other]

    def begin(self, scene: Scene) -> Payload:
        """Set the limits; no ceiling yet."""
        columns = {"ceiling": _ceiling_columns(None)} if scene.labels else {}
        return Payload(columns, [_risk_box(scene), _other_box(scene)])

    def draw(self, scene: Scene, frame: Any, history: Any) -> Payload:
        """Return the whole curves up to the present, and a dot at it.

        Nothing if the steps have grown by less than 1 %: less than a pixel on a logarithmic axis.
        """
        if 0 <= frame.step - scene.drawn <= LEAST_GROWTH * scene.drawn:
            return Payload()
        scene.drawn = frame.step
        table = history.scalars()
        columns: dict[str, Columns] = {}
        needs: list[Box] = []
        for group in (_risks(scene), _others(scene)):
            low, high = np.inf, -np.inf
            for layer, key in group:
                x, y = _curve(table, frame, key)
                columns[layer] = {"x": x, "y": y}
                if np.isfinite(y).any():
                    low, high = min(low, float(np.nanmin(y))), max(high, float(np.nanmax(y)))
            needs.append((np.nan, float(x[-1]), low, high))
        columns["now-risk"] = _dot(frame, frame.risk)
        columns["now-other"] = _dot(frame, frame.margin if scene.labels else frame.total_mass)
        return Payload(columns, needs)

    def update(self, payload: Payload) -> None:
        """Feed the curves; once a margin is positive, its axis shows the positive part."""
        scene = self._scene
        if not payload.columns:
            return
        risk, other = payload.need
        if scene.labels:
            if other[3] > 0.0 and not scene.positive:
                self._show_top(other[3])
            if scene.positive:
                other = (other[0], other[1], np.nan, other[3])
        super().update(Payload(payload.columns, [risk, other]))

    def _show_top(self, top: float) -> None:
        """Set the margin's axis to a largest margin to show."""
        plot = self.plots[1]
        top = max(top, self.ceiling or 0.0)
        if not self._scene.positive or top > plot.box[3]:
            plot.show((*plot.box[:2], ROOM[0] * top, ROOM[1] * top))
        self._scene.positive = True


LOG_STEPS: dict[str, Any] = {"logx": True, "xlabel": "step + 1"}


def _risks(scene: Scene) -> list[tuple[str, str]]:
    """Return layer and key of the risks."""
    return [("train", "risk"), *([("test", "test_risk")] if scene.test else [])]


def _others(scene: Scene) -> list[tuple[str, str]]:
    """Return layer and key of the second figure."""
    return [("margin", "margin")] if scene.labels else [("mass", "total_mass")]


def _curve(table: dict[str, np.ndarray], frame: Any, key: str) -> tuple[np.ndarray, np.ndarray]:
    """Return step + 1 and a scalar of the history, ending at the present frame."""
    x, y = table["step"] + 1.0, table[key]
    if not len(x) or frame.step + 1.0 > x[-1]:
        x, y = np.append(x, frame.step + 1.0), np.append(y, getattr(frame, key))
    if key.endswith("risk"):
        y = np.where(y > LEAST_RISK, y, np.nan)
    return x, y


def _dot(frame: Any, value: float) -> Columns:
    """Return the columns of the mark at the present."""
    return {"x": np.array([frame.step + 1.0]), "y": np.array([value])}


def _ceiling_columns(value: float | None) -> Columns:
    """Return the columns of a level line, or of none."""
    if value is None:
        return {"x": np.zeros(0), "y": np.zeros(0)}
    return {"x": np.array([1e-3, 1e15]), "y": np.full(2, float(value))}


def _risk_box(scene: Scene) -> Box:
    """Return the first limits of the risks."""
    values = [scene.start.risk, scene.start.test_risk]
    known = [v for v in values if np.isfinite(v) and v > 0.0] or [1.0]
    return (1.0, 100.0, 0.1 * min(known), 2.0 * max(known))


def _other_box(scene: Scene) -> Box:
    """Return the first limits of margin or mass."""
    if not scene.labels:
        return (1.0, 100.0, 0.0, 1.25 * max(scene.start.total_mass, 1e-300))
    margin = scene.start.margin
    reach = abs(margin) if np.isfinite(margin) and margin != 0.0 else 1.0
    return (1.0, 100.0, -1.2 * reach, 0.4 * reach)


def _over_steps(label: str, word: str, **look: Any) -> hv.Curve:
    """Declare a curve over steps with a tooltip."""
    return hv.Curve(np.ones((1, 2)), "x", "y", label=label).opts(
        line_width=2,
        tools=["hover"],
        hover_mode="vline",
        hover_tooltips=[("step + 1", "@x{0,0}"), (word, "@y{0.0000e+0}")],
        **look,
    )


def _risk_layers(plot: Plot, scene: Scene) -> list[hv.Element]:
    """Declare the risks and the mark at the present."""
    layers = [plot.layer("train", _over_steps("train", "training risk"), line_color="negative")]
    if scene.test:
        layers.append(plot.layer("test", _over_steps("test", "test risk"), line_color="second"))
    return [*layers, plot.layer("now-risk", dots(2, size=7), fill_color="negative")]


def _margin_layers(plot: Plot) -> list[hv.Element]:
    """Declare the margin under its ceiling."""
    ceiling = line(2, "largest margin γ₁/2", line_dash=[4, 3], line_width=1.5)
    return [
        plot.layer("ceiling", ceiling, line_color="accent"),
        plot.layer("margin", _over_steps("margin", "margin"), line_color="negative"),
        plot.layer("now-other", dots(2, size=7), fill_color="negative"),
    ]


def _mass_layers(plot: Plot) -> list[hv.Element]:
    """Declare the total mass."""
    return [
        plot.layer("mass", _over_steps("total mass β", "total mass"), line_color="negative"),
        plot.layer("now-other", dots(2, size=7), fill_color="negative"),
    ]
