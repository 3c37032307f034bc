"""Training paths: every neuron at |c| a, red if c > 0 and blue if c < 0, with its past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import holoviews as hv
import numpy as np

from app.views.base import Payload, View
from app.views.camera import give_depth
from app.views.coordinates import Coordinates, choose, how_many, subset
from app.views.limits import Box, Growth, square_box
from app.views.plot import TOOLS, Columns, Plot
from app.views.solid import (
    AXES,
    SOLID,
    SOLID_TOOLS,
    broken,
    columns_of,
    line,
    named,
    particle_dots,
    still_columns,
    teacher_marks,
    words,
)
from app.views.trails import MOST_PARTICLES, Trails, place_in

MOST_SHOWN = 2000
MOST_TEACHERS = 60
SIZE = 6.0
#: How depth changes each layer of the three-dimensional figure.
DEPTH: dict[str, dict[str, Any]] = {
    "tripod": {"unit": True},
    "names": {"unit": True},
    "trail-": {},
    "trail+": {},
    "tip-": {},
    "tip+": {},
    "rays": {},
    "ends": {"near": 1.0, "far": 0.4},
    "particles": {"near": 1.0, "far": 0.25, "size": SIZE},
}


@dataclass(frozen=True)
class Scene:
    """What the paths of one run need; ``kind`` tells figures apart that look different."""

    kind: tuple
    note: str
    coordinates: Coordinates
    rows: np.ndarray
    trails: Trails
    teacher: np.ndarray
    start: np.ndarray

    @property
    def dims(self) -> int:
        """Number of drawn coordinates: two on a line (position and c), else theirs."""
        return max(2, self.coordinates.count)


class PathsView(View):
    """Positions of the particles in the space of input weights, and how they came there."""

    name = "paths"
    title = "Training paths"
    order = 1

    def prepare(self, setup: Any) -> Scene:
        """Choose coordinates and the particles to show."""
        particles = setup.simulation.frame.particles
        dimension = particles.shape[1] - 1
        dataset = setup.dataset
        coordinates = choose(dimension, dataset.bias, dataset.teacher)
        rows = subset(len(particles), MOST_SHOWN)
        followed = rows[subset(len(rows), MOST_PARTICLES)]
        place = place_in(coordinates)
        teacher = np.zeros((0, dimension + 1)) if dataset.teacher is None else dataset.teacher
        teacher = place(teacher[:MOST_TEACHERS])
        return Scene(
            kind=(coordinates.symbols, len(teacher) > 0),
            note=_note(coordinates, len(rows), len(particles)),
            coordinates=coordinates,
            rows=rows,
            trails=Trails(followed, place),
            teacher=teacher,
            start=place(particles[rows]),
        )

    def declare(self, scene: Scene) -> list[Plot]:
        """Declare trails, teacher and particles; in three dimensions also a tripod."""
        flat = scene.coordinates.count == 1
        solid = scene.dims == 3
        tools = SOLID_TOOLS if solid else TOOLS
        plot = Plot(self.dark, Growth(square=not flat), equal=not flat, tools=tools)
        layers = [*(_tripod(plot) if solid else []), *_layers(plot, scene)]
        labels = _labels(scene.coordinates)
        plot.render(
            layers,
            (-1.0, 1.0, -1.0, 1.0),
            **(SOLID if solid else {"xlabel": labels[0], "ylabel": labels[1]}),
        )
        if solid:
            give_depth(plot, {k: v for k, v in DEPTH.items() if k in plot.renderers})
        return [plot]

    def begin(self, scene: Scene) -> Payload:
        """Draw the teacher and set the limits to the first cloud."""
        columns: dict[str, Columns] = {"particles": still_columns(scene.rows, scene.dims)}
        if len(scene.teacher):
            rays = np.stack([np.zeros_like(scene.teacher), scene.teacher], axis=1)
            columns |= {"rays": broken(rays), "ends": columns_of(scene.teacher)}
        if scene.dims == 3:
            columns |= _tripod_columns(scene.coordinates)
        return Payload(columns, [_first_box(scene)])

    def draw(self, scene: Scene, frame: Any, history: Any) -> Payload:
        """Place the particles; add to their trails."""
        shown = frame.particles[scene.rows]
        place = scene.trails.place(shown)
        columns: dict[str, Columns] = scene.trails.draw(frame, history)
        columns["particles"] = {
            **columns_of(place),
            "c": shown[:, -1].astype(np.float32),
        }
        return Payload(columns, [_need(place, scene)])


def _layers(plot: Plot, scene: Scene) -> list[hv.Element]:
    """Declare trails, teacher rays and particles, bottom to top."""
    dims = scene.dims
    trail: dict[str, Any] = {"line_width": 1, "alpha": 0.35}
    tip: dict[str, Any] = {"line_width": 1.5, "alpha": 0.8}
    symbols = [*scene.coordinates.plain("|c|a"), "c"][:dims]
    tooltips = [(symbol, f"@{axis}{{0.000}}") for symbol, axis in zip(symbols, AXES, strict=False)]
    return [
        plot.layer("trail-", line(dims, **trail), line_color="negative"),
        plot.layer("trail+", line(dims, **trail), line_color="positive"),
        plot.layer("tip-", line(dims, "c < 0", **tip), line_color="negative"),
        plot.layer("tip+", line(dims, "c > 0", **tip), line_color="positive"),
        *(_teacher(plot, dims) if len(scene.teacher) else []),
        plot.layer(
            "particles",
            particle_dots(dims, (), tooltips, size=SIZE, alpha=0.85),
            mapper="signs",
            by="c",
        ),
    ]


def _teacher(plot: Plot, dims: int) -> list[hv.Element]:
    """Declare the rays from the origin to the teacher's neurons, and their ends."""
    rays = line(dims, "teacher", line_dash=[4, 3], line_width=1.5)
    return [plot.layer("rays", rays, line_color="accent"), teacher_marks(plot, dims)]


def _tripod(plot: Plot) -> list[hv.Element]:
    """Declare the three axes through the origin and their names."""
    return [
        plot.layer("tripod", line(3, line_width=1), line_color="faint"),
        plot.layer("names", words(3, text_font_size="13px"), text_color="muted"),
    ]


def _tripod_columns(coordinates: Coordinates) -> dict[str, Columns]:
    """Return the axes as multiples of the scene's radius."""
    unit = 0.86 * np.eye(3)
    return {
        "tripod": broken(np.stack([-unit, unit], axis=1)),
        "names": named(coordinates.plain("|c|a"), 0.95 * np.eye(3)),
    }


def _first_box(scene: Scene) -> Box:
    """Return limits that show the first cloud and the teacher."""
    points = np.concatenate([scene.start, scene.teacher])
    if scene.coordinates.count > 1:
        return square_box(float(np.linalg.norm(points, axis=1).max()))
    reach = 1.15 * np.abs(points).max(axis=0)
    return (-reach[0], reach[0], -reach[1], reach[1])


def _need(points: np.ndarray, scene: Scene) -> Box:
    """Return the limits the present cloud needs."""
    finite = points[np.isfinite(points).all(axis=1)]
    if not len(finite):
        return (0.0, 0.0, 0.0, 0.0)
    if scene.coordinates.count > 1:
        reach = float(np.sqrt((finite.astype(np.float64) ** 2).sum(axis=1).max()))
        return (-reach, reach, -reach, reach)
    low, high = finite.min(axis=0), finite.max(axis=0)
    return (float(low[0]), float(high[0]), float(low[1]), float(high[1]))


def _labels(coordinates: Coordinates) -> tuple[str, ...]:
    """Return the axis labels of the figure."""
    if coordinates.count == 1:
        return (*coordinates.labels("|c|\\,a"), "$$c$$")
    return coordinates.labels("|c|\\,a")


def _note(coordinates: Coordinates, shown: int, count: int) -> str:
    """Return what the figure draws, in one line."""
    where = f" {coordinates.note}" if coordinates.note else ""
    turn = " Drag to turn." if coordinates.count == 3 else ""
    # How many comes first: the end of a note is cut where there is no room.
    return f"{how_many(shown, count)} at |c|·a{where}; tails: their past.{turn}"
