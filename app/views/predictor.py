"""The predictor f: a curve over one input coordinate, a map over two."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from app.views.base import Payload
from app.views.limits import Box, Growth
from app.views.map import (
    Grid,
    end_colours_at,
    label_layers,
    make_grid,
    map_columns,
    map_layers,
    send_levels,
)
from app.views.plot import Columns, Plot
from app.views.points import PointsView, shown_points
from app.views.solid import columns_of, dots, line

SAMPLES = 400
MARGIN = 0.18


@dataclass
class Scene:
    """What the predictor of one run needs.

    ``flat`` tells one input coordinate from more; ``top`` is the value the map's colours end at.
    ``grid`` is the last one made, ``sort`` the class of problem it was made for.
    """

    kind: tuple
    note: str
    simulation: Any
    bias: bool
    labels: bool
    points: np.ndarray
    targets: np.ndarray
    box: Box
    samples: np.ndarray
    teacher: np.ndarray | None
    flat: bool
    top: float
    grid: Grid | None = field(default=None, repr=False)
    sort: type | None = None


class PredictorView(PointsView):
    """The function of the network over its inputs, with the training points."""

    name = "predictor"
    title = "Predictor"
    order = 3

    def prepare(self, setup: Any) -> Scene:
        """Choose the inputs to evaluate at and the points to show."""
        dataset = setup.dataset
        inputs = np.asarray(dataset.inputs, dtype=np.float64)[:, int(dataset.bias) :]
        d = inputs.shape[1]
        points, targets = shown_points(inputs, dataset.targets)
        top = 1.0 if dataset.labels else max(float(np.abs(dataset.targets).max()), 1e-12)
        box = self.limits_of(points, targets)
        samples = np.linspace(box[0], box[1], SAMPLES)
        teacher = _teacher_curve(setup, samples) if d == 1 else None
        return Scene(
            kind=(min(d, 2), dataset.labels, teacher is not None),
            note=_note(d, dataset.labels, teacher is not None),
            simulation=setup.simulation,
            bias=dataset.bias,
            labels=dataset.labels,
            points=points,
            targets=targets,
            box=box,
            samples=samples,
            teacher=teacher,
            flat=d == 1,
            top=top,
        )

    def fit(self, points: np.ndarray, targets: np.ndarray) -> Box:
        """Return limits a little wider than the points."""
        return _line_box(points, targets) if points.shape[1] == 1 else _map_box(points)

    def declare(self, scene: Scene) -> list[Plot]:
        """Declare the curve or the map, under the training points."""
        if scene.flat:
            plot = Plot(self.dark, Growth(("fixed", "linear")))
            layers, labels = _line_layers(plot, scene), ("$$x$$", "$$f(x)$$")
        else:
            plot = Plot(self.dark, Growth(("fixed", "fixed")), equal=True)
            layers, labels = map_layers(plot, scene.labels), ("$$x_1$$", "$$x_2$$")
        plot.render(layers, scene.box, xlabel=labels[0], ylabel=labels[1], show_grid=scene.flat)
        if not scene.flat:
            send_levels(plot)
        return [plot]

    def begin(self, scene: Scene) -> Payload:
        """Draw the training points and the teacher's function."""
        if not scene.flat:
            end_colours_at(self.plots[0], scene.top)
        columns = _points(scene)
        if scene.teacher is not None:
            columns["teacher"] = {"x": scene.samples, "y": scene.teacher}
        return Payload(columns, [scene.box])

    def draw(self, scene: Scene, frame: Any, history: Any) -> Payload:
        """Evaluate the network over the line or over the map."""
        if not scene.flat:
            grid = _grid(scene, len(frame.particles), self.aspect)
            problem = scene.simulation.problem
            values = problem.predict_slice(frame.particles, grid.x, grid.y, scene.bias)
            return Payload(map_columns(grid, values, scene.labels, scene.top))
        values = scene.simulation.problem.predict(
            frame.particles, _with_bias(scene.samples, scene.bias)
        )
        finite = values[np.isfinite(values)]
        need = (np.nan, np.nan, float(finite.min()), float(finite.max())) if len(finite) else _NONE
        return Payload({"f": {"x": scene.samples, "y": values}}, [need])


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


def _note(d: int, labels: bool, teacher: bool) -> str:
    """Return what the figure draws, in one line."""
    if d == 1:
        return "f over the input, training points" + (", teacher dashed." if teacher else ".")
    value = "tanh f" if labels else "f"
    plane = "x₁ and x₂" if d == 2 else f"x₁ and x₂, the other {d - 2} at 0, points projected"
    points = "circles and squares: training points" if labels else "circles: training points"
    return f"Colour: {value} over {plane}; line: f = 0; {points}."


def _with_bias(samples: np.ndarray, bias: bool) -> np.ndarray:
    """Return scalar inputs as rows, the constant first if there is one."""
    columns = [np.ones_like(samples)] if bias else []
    return np.stack([*columns, samples], axis=1)


def _teacher_curve(setup: Any, samples: np.ndarray) -> np.ndarray | None:
    """Return the teacher's function; the teacher is a mean-field network, whatever the scale."""
    teacher = setup.dataset.teacher
    if teacher is None:
        return None
    inputs = _with_bias(samples, setup.dataset.bias)
    return setup.problem.predict(teacher, inputs) / setup.problem.scale


def _line_box(points: np.ndarray, targets: np.ndarray) -> Box:
    """Return limits a little wider than the data."""
    low, high = float(points[:, 0].min()), float(points[:, 0].max())
    margin = MARGIN * ((high - low) or 1.0)
    bottom, top = float(targets.min()), float(targets.max())
    room = 0.25 * ((top - bottom) or 1.0)
    return (low - margin, high + margin, bottom - room, top + room)


def _map_box(points: np.ndarray) -> Box:
    """Return the square around the data, a little wider."""
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2
    side = (0.5 + MARGIN / 2) * (float((high - low).max()) or 1.0)
    return (
        float(middle[0] - side),
        float(middle[0] + side),
        float(middle[1] - side),
        float(middle[1] + side),
    )


def _line_layers(plot: Plot, scene: Scene) -> list[Any]:
    """Declare the training points, the teacher's function and the predictor."""
    if scene.labels:
        data = label_layers(plot)
    else:
        data = [
            plot.layer(
                "data",
                dots(2, label="training points", size=8, line_width=1.2),
                fill_color="second",
                line_color="outline",
            )
        ]
    function = line(2, "f", line_width=2.5).opts(
        tools=["hover"], hover_tooltips=[("x", "@x{0.000}"), ("f", "@y{0.000}")]
    )
    layers = [plot.layer("f", function, line_color="negative")]
    if scene.teacher is not None:
        dashed = line(2, "teacher", line_width=2, line_dash=[5, 4])
        layers.append(plot.layer("teacher", dashed, line_color="accent"))
    return [*layers, *data]


def _points(scene: Scene) -> dict[str, Columns]:
    """Return the columns of the training points: over the line by target, over the map in place."""
    points = np.stack([scene.points[:, 0], scene.targets], axis=1) if scene.flat else scene.points
    if scene.labels:
        positive = scene.targets > 0
        return {"data+": columns_of(points[positive]), "data-": columns_of(points[~positive])}
    columns = columns_of(points)
    if not scene.flat:
        columns["target"] = scene.targets
    return {"data": columns}
