"""The predictor f: a curve over one input coordinate, a map over two."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from app.views import kinks, rival
from app.views.base import Payload, Ready
from app.views.flat import line_layers, overlay_columns, within_reach
from app.views.input_space import teacher_curve, with_bias
from app.views.limits import Box, Growth
from app.views.map import Grid, end_colours_at, make_grid, map_columns, map_layers, send_levels
from app.views.plot import Columns, Plot
from app.views.points import PointsView
from app.views.samples import MOST_POINTS, MOST_TESTS, TEST, Samples, test_layers, training_layers

SAMPLES = 400
#: Stands before the layers of the second map.
BESIDE = "beside-"


@dataclass
class Scene:
    """What the predictor of one run needs.

    ``flat`` tells one input coordinate from more; ``top`` is the value the map's colours end at.
    ``grid`` is the last one made, ``sort`` the class of problem it was made for; ``rival`` is what
    stands beside the network.
    """

    kind: tuple
    note: str
    simulation: Any
    bias: bool
    labels: bool
    data: Samples
    test: Samples | None
    tested: bool
    sampled: bool
    kinked: bool
    rival: rival.Rival | None
    box: Box
    samples: np.ndarray
    teacher: np.ndarray | None
    flat: bool
    top: float
    arms: tuple[str, ...] = ()
    grid: Grid | None = field(default=None, repr=False)
    sort: type | None = None


class PredictorView(PointsView):
    """The function of the network over its inputs, with the training points."""

    name = "predictor"
    title = "Predictor"
    order = 3
    figures = 2
    overlaid = True
    options = (TEST, kinks.KINKS, rival.BESIDE)

    def prepare(self, setup: Any) -> Scene:
        """Choose the inputs to evaluate at and the points to show; solve for what is beside."""
        dataset, simulation = setup.dataset, setup.simulation
        data = Samples.of(dataset.inputs, dataset.targets, dataset.bias, MOST_POINTS)
        tested = dataset.test_targets is not None and len(dataset.test_targets) > 0
        test = None
        if tested and self.chosen["test"] == "1":
            test = Samples.of(dataset.test_inputs, dataset.test_targets, dataset.bias, MOST_TESTS)
        other, why_not = rival.find_rival(self.chosen["beside"], simulation)
        d = data.points.shape[1]
        flat = d == 1
        box = self.limits_of(data)
        samples = np.linspace(box[0], box[1], SAMPLES)
        teacher = teacher_curve(setup, samples) if flat else None
        if other is not None and flat:
            other.place(with_bias(samples, dataset.bias))
        kinked = self.chosen["kinks"] == "1"
        caption = None if other is None else other.caption
        top = 1.0 if dataset.labels else max(float(np.abs(dataset.targets).max()), 1e-12)
        arms = self.arms if flat else ()
        return Scene(
            kind=(flat, dataset.labels, teacher is None, test is None, kinked, caption, arms),
            note=_note(d, dataset.labels, teacher is not None, test is not None, kinked, why_not),
            simulation=simulation,
            bias=dataset.bias,
            labels=dataset.labels,
            data=data,
            test=test,
            tested=tested,
            sampled=setup.problem.n > 0,
            kinked=kinked,
            rival=other,
            box=box,
            samples=samples,
            teacher=teacher,
            flat=flat,
            top=top,
            arms=arms,
        )

    def declare(self, scene: Scene) -> list[Plot]:
        """Declare the curve or the map, under the training points."""
        if scene.flat:
            return [self._curve(scene)]
        if scene.rival is None:
            return [self._map(scene)]
        return [
            self._map(scene, title="network"),
            self._map(scene, BESIDE, title=scene.rival.caption),
        ]

    def _curve(self, scene: Scene) -> Plot:
        plot = Plot(self.dark, Growth(("fixed", "linear")))
        plot.render(line_layers(plot, scene), scene.box, xlabel="$$x$$", ylabel="$$f(x)$$")
        if scene.kinked:
            kinks.fade(plot)
        return plot

    def _map(self, scene: Scene, prefix: str = "", title: str = "") -> Plot:
        plot = Plot(self.dark, Growth(("fixed", "fixed")), equal=True)
        kinked = scene.kinked and not prefix
        about: dict[str, Any] = {"xlabel": "$$x_1$$", "ylabel": "$$x_2$$", "show_grid": False}
        layers = [
            *map_layers(plot, prefix),
            *(kinks.line_layers(plot) if kinked else []),
            *(test_layers(plot, False, scene.labels) if scene.test else []),
            *training_layers(plot, False, scene.labels),
        ]
        # Two legends would run into each other; the note names the marks.
        about |= {"title": title, "show_title": True, "show_legend": False} if title else {}
        plot.render(layers, scene.box, **about)
        send_levels(plot, prefix)
        for bar in plot.bars.values():  # beside another map there is no room for what ±1 is
            bar.visible = not (title and scene.labels)
        if kinked:
            kinks.fade(plot)
        return plot

    def build(self, setup: Any, ready: Ready | None = None) -> None:
        """Show a new setup; a map is drawn anew when its figure changes shape."""
        before = self.plots
        super().build(setup, ready)
        if self.plots is not before and not self._scene.flat:
            for length in ("inner_width", "inner_height"):
                self.plots[0].figure.on_change(length, self._reshaped)

    def _reshaped(self, _attr: str, _old: Any, _new: Any) -> None:
        aspect = self.aspect
        if abs(aspect / self._aspect - 1.0) > 0.01:
            self._aspect = aspect
            self._refresh()

    def begin(self, scene: Scene) -> Payload:
        """Draw the training points and the teacher's function."""
        if not scene.flat:
            for plot in self.plots:
                end_colours_at(plot, scene.top)
        columns = scene.data.columns("data", scene.flat, scene.labels)
        if scene.test is not None:
            columns |= scene.test.columns("test", scene.flat, scene.labels)
        if scene.teacher is not None:
            columns["teacher"] = {"x": scene.samples, "y": scene.teacher}
        return Payload(columns, [scene.box] * len(self.plots))

    def draw(self, scene: Scene, frame: Any, history: Any) -> Payload:
        """Evaluate the network over the line or over the map."""
        return self._draw_line(scene, frame) if scene.flat else self._draw_map(scene, frame)

    def _draw_map(self, scene: Scene, frame: Any) -> Payload:
        grid = _grid(scene, len(frame.particles), self.aspect)
        problem = scene.simulation.problem
        values = problem.predict_slice(frame.particles, grid.x, grid.y, scene.bias)
        columns = map_columns(grid, values, scene.labels, scene.top)
        if scene.kinked:
            columns |= kinks.line_columns(frame.particles, scene.bias, grid.extent)
        if scene.rival is not None:
            beside, fresh = scene.rival.over(scene.box, self.aspect, scene.bias)
            if fresh or scene.rival.moving:
                values = scene.rival.values(frame.time).reshape(len(beside.y), len(beside.x))
                columns |= map_columns(beside, values, scene.labels, scene.top, BESIDE)
        return Payload(columns)

    def _draw_line(self, scene: Scene, frame: Any) -> Payload:
        def height(x: np.ndarray) -> np.ndarray:
            return scene.simulation.problem.predict(frame.particles, with_bias(x, scene.bias))

        drawn = {"f": height(scene.samples)}
        if scene.rival is not None:
            drawn["rival"] = scene.rival.values(frame.time)
        columns: dict[str, Columns] = {k: {"x": scene.samples, "y": y} for k, y in drawn.items()}
        others = overlay_columns(scene.arms, self.beside, scene.samples)
        columns |= others
        if scene.kinked:
            columns |= kinks.tick_columns(frame.particles, scene.bias, scene.box, height)
        own = np.concatenate(list(drawn.values()))
        values = np.concatenate([own, within_reach(others.values(), own)])
        finite = values[np.isfinite(values)]
        need = (np.nan, np.nan, float(finite.min()), float(finite.max())) if len(finite) else _NONE
        return Payload(columns, [need])


_NONE: Box = (np.nan, np.nan, np.nan, np.nan)


def _grid(scene: Scene, particles: int, aspect: float) -> Grid:
    """Return the pixels for the figure's shape, made anew when it or the sort of problem changes.

    A live change of the dynamics may bring a problem that takes longer: the tangent model.
    """
    problem, grid = scene.simulation.problem, scene.grid
    same = grid is not None and abs(aspect / grid.aspect - 1.0) <= 0.01
    if grid is None or not same or type(problem) is not scene.sort:
        grid = make_grid(scene.box, aspect, partial(problem.time_of_slice, particles))
        scene.grid, scene.sort = grid, type(problem)
    return grid


def _note(d: int, labels: bool, teacher: bool, test: bool, kinked: bool, why_not: str) -> str:
    """Return what the figure draws, in one line."""
    remark = f"{why_not[:1].upper()}{why_not[1:]}. " if why_not else ""
    if d == 1:
        line = "f over the input, training points" + (", teacher dashed." if teacher else ".")
        return remark + line
    value = "tanh f" if labels else "f"
    plane = "x₁ and x₂" if d == 2 else f"x₁ and x₂, the other {d - 2} at 0, points projected"
    points = "circles and squares: training points" if labels else "circles: training points"
    marks = ", crosses: test" if labels else ", triangles: test"
    lines = "; thin lines: a·x = 0, dashed for c < 0" if kinked else ""
    return f"{remark}Colour: {value} over {plane}; line: f = 0; {points}{marks * test}{lines}."
