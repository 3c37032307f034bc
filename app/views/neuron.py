"""The neuron inspector: everything about the particle that was clicked, while the run plays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import holoviews as hv
import numpy as np
import panel as pn
import panel_material_ui as pmui

from app.views.anatomy import Anatomy, dissect
from app.views.base import Payload
from app.views.card import EMPTY, card
from app.views.input_space import line_box, map_box
from app.views.kinks import kink_lines
from app.views.limits import Box, Growth
from app.views.plot import Columns, Plot
from app.views.samples import MOST_POINTS, Samples
from app.views.solid import broken, columns_of, dots, line
from app.views.words import Words, WordsView


@dataclass
class Scene:
    """What the inspector needs of one run."""

    kind: tuple
    note: str
    simulation: Any
    m: int
    bias: bool
    flat: bool
    labels: bool
    data: Samples
    box: Box


class NeuronView(WordsView):
    """The card of one neuron beside its hyperplane among the training points."""

    name = "neuron"
    title = "Neuron"
    order = 2.5  # after the sphere, so that those who click there see it appear
    shown = False
    pause = 0.25

    def __init__(self, *about: Any, **further: Any) -> None:
        super().__init__(*about, **further)
        self.inspected: int | None = None
        self._number = pmui.IntInput(
            label="number j",
            value=None,
            start=0,
            size="small",
            width=120,
            margin=(6, 4, 0, 0),
            css_classes=["wf-neuron-number"],
        )
        self._settling = False
        self._number.param.watch(lambda event: self._typed(event.new), "value")
        self.actions.insert(0, self._number)
        self.body.insert(0, self.text)
        # Where there is no room for both, the figure goes below the text.
        self.body.styles = {"flex-wrap": "wrap", "overflow": "auto"}
        self.text.param.update(sizing_mode="stretch_height", width=325, margin=(0, 0, 0, 12))
        self._panes[0].param.update(min_width=170, min_height=170)

    def select(self, j: int | None) -> None:
        """Inspect particle j, or none."""
        if j == self.inspected:
            return
        self.inspected = j
        self._settling = True
        try:
            self._number.value = j
        finally:
            self._settling = False
        self.throttle.reset()
        self._refresh()

    def _typed(self, j: int | None) -> None:
        """Inspect the particle of a number. The event of a widget does not hold the lock."""
        if self._settling:
            return
        document = pn.state.curdoc
        if document is None:
            self.picked(j)
        else:
            document.add_next_tick_callback(partial(self.picked, j))

    def prepare(self, setup: Any) -> Scene:
        """Take the run and its training points."""
        dataset, particles = setup.dataset, setup.simulation.frame.particles
        data = Samples.of(dataset.inputs, dataset.targets, dataset.bias, MOST_POINTS)
        d = data.points.shape[1]
        return Scene(
            kind=(min(d, 2), dataset.labels),
            note=_note(d),
            simulation=setup.simulation,
            m=len(particles),
            bias=dataset.bias,
            flat=d == 1,
            labels=dataset.labels,
            data=data,
            box=line_box(data.points, data.targets) if d == 1 else map_box(data.points),
        )

    def exchange(self, setup: Any) -> None:
        """Take the points that the run has gone over to."""
        dataset = setup.dataset
        self._scene.data = Samples.of(dataset.inputs, dataset.targets, dataset.bias, MOST_POINTS)

    def declare(self, scene: Scene) -> list[Plot]:
        """Declare the points, those seen by the neuron filled, and its hyperplane."""
        scales = ("fixed", "fixed")
        plot = Plot(self.dark, Growth(scales), equal=not scene.flat)
        labels = ("$$x$$", "$$y$$") if scene.flat else ("$$x_1$$", "$$x_2$$")
        plot.render(_layers(plot, scene), scene.box, xlabel=labels[0], ylabel=labels[1])
        return [plot]

    def begin(self, scene: Scene) -> Payload:
        """Take the run's limits, and its range of numbers."""
        self._number.end = scene.m - 1
        return Payload({}, [scene.box])

    def tell(self, scene: Scene, frame: Any, history: Any) -> Words:
        """Take the neuron apart and draw its hyperplane."""
        j = self.inspected
        if j is None or not 0 <= j < len(frame.particles):
            return Words(_columns(scene, None), [], text=f'<p class="empty">{EMPTY}</p>')
        with np.errstate(all="ignore"):
            neuron = dissect(scene.simulation, frame.particles, j, frame.total_mass)
        problem = scene.simulation.problem
        targets = problem.targets if scene.labels else None
        text = card(neuron, scene.bias, problem.scale, problem.activation, targets)
        return Words(_columns(scene, neuron), [], text=text)


def _note(d: int) -> str:
    """Return what the figure draws, in one line."""
    if d <= 2:
        return "line: a·x = 0; shaded: where a·x > 0; full marks: points there."
    return f"line: a·x = 0 with the other {d - 2} inputs 0; full marks: points with a·x > 0."


def _layers(plot: Plot, scene: Scene) -> list[hv.Element]:
    """Declare the active side, the hyperplane and the points."""
    side = hv.Polygons([{"x": [0.0, 0.0, 0.0], "y": [0.0, 0.0, 0.0]}]).opts(
        fill_alpha=0.14, line_alpha=0.0
    )
    layers = [
        plot.layer("side", side, fill_color="second"),
        plot.layer("line", line(2, line_width=2), line_color="accent"),
    ]
    signs = ("-", "+") if scene.labels else ("",)
    for sign in signs:
        colour = {"-": "negative_mark", "+": "positive_mark", "": "second"}[sign]
        marker = "square" if sign == "-" else "circle"
        look: dict[str, Any] = {"marker": marker, "line_width": 1.2}
        hover: dict[str, Any] = {
            "tools": ["hover"],
            "hover_tooltips": [("x", "@x{0.000}"), ("", "@y{0.000}")],
        }
        empty = dots(2, size=6, fill_alpha=0.0, alpha=0.55, **look).opts(**hover)
        layers.append(plot.layer(f"rest{sign}", empty, line_color=colour))
        full = dots(2, size=9, **look).opts(**hover)
        roles = {"fill_color": colour, "line_color": "outline"}
        layers.append(plot.layer(f"active{sign}", full, **roles))
    return layers


def _columns(scene: Scene, neuron: Anatomy | None) -> dict[str, Columns]:
    """Return the columns of the figure: of the points alone without a neuron."""
    data = scene.data
    places = data.points[:, :2]
    if scene.flat:
        places = np.stack([data.points[:, 0], data.targets], axis=1)
    seen = np.zeros(len(places), dtype=bool)
    none = np.zeros((0, 2))
    columns: dict[str, Columns] = {"line": columns_of(none), "side": {"xs": [], "ys": []}}
    if neuron is not None:
        inputs = np.column_stack([np.ones(len(places)), data.points])[:, int(not scene.bias) :]
        seen = inputs @ neuron.a > 0.0
        columns |= _half(scene, neuron)
    groups = {"+": data.targets > 0, "-": data.targets <= 0} if scene.labels else {"": seen | ~seen}
    for sign, rows in groups.items():
        columns[f"active{sign}"] = columns_of(places[rows & seen])
        columns[f"rest{sign}"] = columns_of(places[rows & ~seen])
    return columns


def _half(scene: Scene, neuron: Anatomy) -> dict[str, Columns]:
    """Return the hyperplane and the side where the neuron is active."""
    a = neuron.a
    if scene.flat:  # a vertical line at the kink, in the plane of input and target
        a = np.array([a[0] if scene.bias else 0.0, a[-1], 0.0])
    bias = scene.bias or scene.flat
    ends = kink_lines(np.append(a, neuron.c)[None], bias, scene.box)[0].reshape(2, 2)
    normal = a[int(bias) : int(bias) + 2]
    far = 8.0 * max(scene.box[1] - scene.box[0], scene.box[3] - scene.box[2])
    away = far * normal / (np.linalg.norm(normal) or 1.0)
    corners = np.concatenate([ends, ends[::-1] + away])
    if not np.isfinite(corners).all():  # it is nowhere near
        return {}
    # one shape of one polygon without holes
    side: dict[str, Any] = {"xs": [[[corners[:, 0]]]], "ys": [[[corners[:, 1]]]]}
    return {"line": broken(ends[None]), "side": side}
