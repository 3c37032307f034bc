"""Risks over the run and, beside them, a number of one's choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import holoviews as hv
import numpy as np

from app.views.base import Payload, View
from app.views.beside import bounded, points_of, rule, rule_columns, with_arms
from app.views.curve_axes import OPTIONS, Scales, drawable, first_limits
from app.views.limits import Box
from app.views.options import SWITCH, Option
from app.views.plot import Columns, Plot
from app.views.population import PopulationCurve
from app.views.quantities import CHOICES, USUAL, Quantity, chosen_quantity
from app.views.series import Series, extent, mark, present, risks_of
from app.views.solid import line

#: Where the margin's axis ends, in units of the largest margin to show.
ROOM = (-0.35, 1.15)
#: Margins with a largest one, in units of γ₁/2, and how the legend calls it.
CEILINGS = {"margin": (1.0, "largest: γ₁/2"), "path_margin": (2.0, "largest: γ₁")}


@dataclass
class Scene:
    """What the curves of one run need.

    ``risks`` and ``others`` are the curves of both figures. ``positive``: the margin's axis has
    been set to its top; ``drawn``: step of the last drawing.
    """

    kind: tuple
    note: str
    simulation: Any
    quantity: Quantity
    risks: tuple[Series, ...]
    others: tuple[Series, ...]
    scales: Scales
    population: PopulationCurve | None
    start: dict[str, float]
    known: bool
    positive: bool = False
    drawn: int = -1

    @property
    def ceiling(self) -> float:
        """The largest there is of the quantity in units of γ₁/2; 0 for none."""
        return CEILINGS.get(self.quantity.key, (0.0, ""))[0]

    @property
    def turns(self) -> bool:
        """Whether the axis turns to the positive part once there is one."""
        return self.ceiling > 0.0 and self.scales.other == "linear"


class CurvesView(View):
    """Risks; beside them the margin, the total mass or any cheap observable."""

    name = "curves"
    title = "Risk and margin"
    order = 4
    figures = 2
    together = True
    options = (
        Option(
            "quantity",
            "second figure",
            "What the second figure shows. Observables are recorded with the run, so the curve is "
            "there from step 0.",
            CHOICES,
            USUAL,
            remake=True,
        ),
        *OPTIONS,
        Option(
            "population",
            "population risk",
            "The risk over all inputs, in closed form.",
            SWITCH,
            "1",
            remake=True,
            applies=lambda scene: scene.known,
        ),
    )

    def __init__(self, *about: Any, **further: Any) -> None:
        super().__init__(*about, **further)
        self.ceiling: float | None = None

    def set_ceiling(self, value: float | None) -> None:
        """Draw a dashed line at the largest margin of any measure (γ₁/2), or no line."""
        scene = self._scene
        if scene is None or not scene.ceiling:
            self.ceiling = None
            return
        self.ceiling = None if value is None else scene.ceiling * value
        self._feed({"ceiling": _ceiling_columns(self.ceiling)})
        if self.ceiling and scene.positive:
            self._show_top(self.ceiling)
        elif self.ceiling:
            self.plots[1].grow((np.nan, np.nan, np.nan, self.ceiling))

    def prepare(self, setup: Any) -> Scene:
        """Find out which curves there are; a new run has no ceiling until it is told."""
        self.ceiling = None
        dataset, simulation = setup.dataset, setup.simulation
        quantity, remark = chosen_quantity(
            self.chosen["quantity"], simulation.problem, dataset.labels
        )
        population = PopulationCurve.of(setup)
        known = population is not None
        if self.chosen["population"] == "0":
            population = None
        test = dataset.test_targets is not None and len(dataset.test_targets) > 0
        risks = risks_of(test, population is not None, simulation.problem.n == 0)
        risks = with_arms(risks, self.arms)
        scales = Scales.of(self.chosen)
        return Scene(
            kind=(risks, quantity.key, scales),  # the arms are those of the risks
            note=f"over step + 1; {remark or _note(quantity)}.",
            simulation=simulation,
            quantity=quantity,
            risks=risks,
            others=with_arms([_other(quantity)], self.arms),
            scales=scales,
            population=population,
            start={k: float(v[0]) for k, v in simulation.history.scalars().items() if len(v)},
            known=known,
        )

    def declare(self, scene: Scene) -> list[Plot]:
        """Declare the two figures."""
        scales = scene.scales
        boxes = _boxes(scene)
        steps: dict[str, Any] = {"logx": scales.steps == "log", "xlabel": "step + 1"}
        if self.arms:
            # as many curves in one line would reach beyond the figure
            steps["legend_cols"] = 2 if len(self.arms) == 1 else 3
        risk = Plot(self.dark, scales.growth("risk"))
        layers = [series.declare(risk) for series in scene.risks]
        layers += [rule(risk, "rule-risk"), mark(risk, "now-risk")]
        risk.render(layers, boxes[0], ylabel="risk", logy=scales.risk == "log", **steps)
        other = Plot(self.dark, scales.growth("other"))
        layers = [*_ceiling_layer(other, scene), *(s.declare(other) for s in scene.others)]
        layers += [rule(other, "rule-other"), mark(other, "now-other")]
        label = f"$${scene.quantity.latex}$$"
        other.render(layers, boxes[1], ylabel=label, logy=scales.other == "log", **steps)
        return [risk, other]

    def begin(self, scene: Scene) -> Payload:
        """Set the limits; no ceiling yet."""
        columns = {"ceiling": _ceiling_columns(None)} if scene.ceiling else {}
        return Payload(columns, _boxes(scene))

    def draw(self, scene: Scene, frame: Any, history: Any) -> Payload:
        """Return the whole curves up to the present, and a dot at it.

        Nothing if the steps have grown by less than about a pixel.
        """
        if 0 <= frame.step - scene.drawn <= scene.scales.least_growth * scene.drawn:
            return Payload()
        scene.drawn = frame.step
        table = history.scalars()
        columns: dict[str, Columns] = {}
        needs: list[Box] = []
        for figure, group in (("risk", scene.risks), ("other", scene.others)):
            curves = [self._curve(scene, series, table, frame, history) for series in group]
            curves = [(x, drawable(y, getattr(scene.scales, figure))) for x, y in curves]
            columns |= {s.layer: {"x": x, "y": y} for s, (x, y) in zip(group, curves, strict=True)}
            columns[f"now-{figure}"] = present(*curves[0], frame)
            columns[f"rule-{figure}"] = rule_columns(frame, table)
            own = [curve for curve, one in zip(curves, group, strict=True) if not one.arm]
            needs.append(bounded(extent(curves), extent(own)))
        return Payload(columns, needs)

    def _curve(
        self, scene: Scene, series: Series, table: Any, frame: Any, history: Any
    ) -> tuple[np.ndarray, np.ndarray]:
        if series.arm:
            return points_of(series, self.beside)
        if series.layer == "population" and scene.population is not None:
            return scene.population.points(scene.simulation, history, frame)
        return series.points(table, frame)

    def update(self, payload: Payload) -> None:
        """Feed the curves; once a margin is positive, its axis shows the positive part."""
        scene = self._scene
        if not payload.columns:
            return
        risk, other = payload.need
        if scene.turns:
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


def _other(quantity: Quantity) -> Series:
    """Return the curve of the second figure; its legend is short beside that of the ceiling."""
    layer = "mass" if quantity.key == "total_mass" else quantity.key
    legend = "margin" if quantity.key in CEILINGS else quantity.label
    return Series(layer, quantity.key, legend, quantity.label)


def _note(quantity: Quantity) -> str:
    known = {"margin": "margin: min y f / β", "total_mass": "total mass β: mean of |w|²"}
    return known.get(quantity.key, quantity.label)


def _boxes(scene: Scene) -> list[Box]:
    """Return the first limits of both figures."""
    start, scales = scene.start, scene.scales
    risks = [start.get(series.key, np.nan) for series in scene.risks]
    others = [start.get(series.key, np.nan) for series in scene.others]
    low, high = first_limits(others, scales.other)
    if scene.turns:
        low, high = -1.2 * high, 0.4 * high
    return [scales.box(*first_limits(risks, scales.risk)), scales.box(low, high)]


def _ceiling_layer(plot: Plot, scene: Scene) -> list[hv.Element]:
    """Declare the level line of the largest margin, where the quantity has one."""
    if not scene.ceiling:
        return []
    ceiling = line(2, CEILINGS[scene.quantity.key][1], line_dash=[4, 3], line_width=1.5)
    return [plot.layer("ceiling", ceiling, line_color="accent")]


def _ceiling_columns(value: float | None) -> Columns:
    """Return the columns of a level line, or of none."""
    if value is None:
        return {"x": np.zeros(0), "y": np.zeros(0)}
    return {"x": np.array([1e-3, 1e15]), "y": np.full(2, float(value))}
