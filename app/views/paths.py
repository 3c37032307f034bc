"""Training paths: every neuron at |c| a, red if c > 0 and blue if c < 0, with its past.

A cloud too large to draw is a picture of its density, with the past of a few neurons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import holoviews as hv
import numpy as np

from app.views.base import Payload, View
from app.views.camera import eye_axes, give_depth
from app.views.coordinates import Coordinates, choose, subset
from app.views.density import (
    MOST_DRAWN,
    density_columns,
    density_layer,
    finish,
    particles_a_pixel,
    raster,
    show_ends,
    told,
)
from app.views.limits import Box, Growth, square_box
from app.views.plot import TOOLS, Columns, Plot
from app.views.solid import (
    AXES,
    SOLID,
    SOLID_TOOLS,
    broken,
    columns_of,
    line,
    particle_dots,
    still_columns,
    teacher_marks,
)
from app.views.trails import MOST_PARTICLES, Followed, Trails, place_in
from app.views.tripod import tripod_columns, tripod_layers
from core.density import plane_density

#: Particles followed where only the density of all is drawn.
FEW_FOLLOWED = 60
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


@dataclass
class Scene:
    """What the paths of one run need; ``kind`` tells figures apart that look different.

    ``rows`` are the particles drawn, or those that set the limits where ``followed`` is not None:
    then the density of all is drawn. ``box`` are the limits of the figure.
    """

    kind: tuple
    note: str
    coordinates: Coordinates
    rows: np.ndarray
    trails: Trails
    followed: Followed | None
    teacher: np.ndarray
    box: Box

    @property
    def dims(self) -> int:
        """Number of drawn coordinates: two on a line (position and c), else theirs."""
        return max(2, self.coordinates.count)

    @property
    def flat(self) -> bool:
        """Whether the second coordinate is c, so that units differ."""
        return self.coordinates.count == 1

    @property
    def growth(self) -> Growth:
        """How the limits follow the data."""
        return Growth(square=not self.flat)


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
        rows = subset(len(particles), MOST_DRAWN)
        dense = len(rows) < len(particles)
        followed = rows[subset(len(rows), FEW_FOLLOWED if dense else MOST_PARTICLES)]
        place = place_in(coordinates)
        teacher = np.zeros((0, dimension + 1)) if dataset.teacher is None else dataset.teacher
        teacher = place(teacher[:MOST_TEACHERS])
        return Scene(
            kind=(coordinates.symbols, len(teacher) > 0, dense),
            note=_note(coordinates, len(particles), dense),
            coordinates=coordinates,
            rows=rows,
            trails=Trails(np.arange(len(followed)) if dense else followed, place),
            followed=Followed(followed) if dense else None,
            teacher=teacher,
            box=_first_box(place(particles[rows]), teacher, coordinates.count),
        )

    def declare(self, scene: Scene) -> list[Plot]:
        """Declare trails, teacher and particles; in three dimensions also a tripod."""
        solid = scene.dims == 3
        tools = SOLID_TOOLS if solid else TOOLS
        plot = Plot(self.dark, scene.growth, not scene.flat, tools)
        layers = _layers(plot, scene, tripod_layers(plot) if solid else [])
        labels = _labels(scene.coordinates)
        plot.render(
            layers,
            (-1.0, 1.0, -1.0, 1.0),
            **(SOLID if solid else {"xlabel": labels[0], "ylabel": labels[1]}),
        )
        if scene.followed:
            finish(plot)
        if solid:
            depth = {k: v for k, v in DEPTH.items() if k in plot.renderers}
            give_depth(plot, depth, tell=scene.followed is not None)
        return [plot]

    def begin(self, scene: Scene) -> Payload:
        """Draw the teacher and set the limits to the first cloud."""
        columns: dict[str, Columns] = {}
        if not scene.followed:
            columns["particles"] = still_columns(scene.rows, scene.dims)
        if len(scene.teacher):
            rays = np.stack([np.zeros_like(scene.teacher), scene.teacher], axis=1)
            columns |= {"rays": broken(rays), "ends": columns_of(scene.teacher)}
        if scene.dims == 3:
            columns |= tripod_columns(scene.coordinates)
        return Payload(columns, [scene.box])

    def draw(self, scene: Scene, frame: Any, history: Any) -> Payload:
        """Place the particles, or count them pixel by pixel; add to their trails."""
        shown = frame.particles[scene.rows]
        place = scene.trails.place(shown)
        need = _need(place, scene)
        if scene.followed:
            columns = scene.trails.draw(*scene.followed.see(frame))
            scene.box = scene.growth(scene.box, need)  # as the figure will
            columns["density"] = self._density(scene, frame.particles)
        else:
            columns = scene.trails.draw(frame, history)
            columns["particles"] = {
                **columns_of(place),
                "c": shown[:, -1].astype(np.float32),
            }
        return Payload(columns, [need])

    def _density(self, scene: Scene, particles: np.ndarray) -> Columns:
        """Return the picture of all particles, seen from the present pose."""
        basis = np.eye(2) if scene.flat else scene.coordinates.basis
        axes = eye_axes(*self.pose)[:2] @ basis if scene.dims == 3 else basis
        extent, shape = raster(scene.box, self.aspect, equal=not scene.flat)
        density = plane_density(particles, axes, extent, shape)
        return density_columns(density, extent, particles_a_pixel(len(particles)))

    def update(self, payload: Payload) -> None:
        """Feed the figure."""
        super().update(payload)
        if "density" in payload.columns:
            show_ends(self.plots[0], payload.columns["density"])


def _layers(plot: Plot, scene: Scene, axes: list[hv.Element]) -> list[hv.Element]:
    """Declare axes, trails, teacher rays and particles, bottom to top, or the density at bottom."""
    dims = scene.dims
    trail: dict[str, Any] = {"line_width": 1, "alpha": 0.35}
    tip: dict[str, Any] = {"line_width": 1.5, "alpha": 0.8}
    lines = [
        *axes,
        plot.layer("trail-", line(dims, **trail), line_color="negative"),
        plot.layer("trail+", line(dims, **trail), line_color="positive"),
        plot.layer("tip-", line(dims, "c < 0", **tip), line_color="negative"),
        plot.layer("tip+", line(dims, "c > 0", **tip), line_color="positive"),
        *(_teacher(plot, dims) if len(scene.teacher) else []),
    ]
    if scene.followed:
        return [density_layer(plot, "particles a pixel", "{0,0}"), *lines]
    symbols = [*scene.coordinates.plain("|c|a"), "c"][:dims]
    tooltips = [(symbol, f"@{axis}{{0.000}}") for symbol, axis in zip(symbols, AXES, strict=False)]
    dots = particle_dots(dims, (), tooltips, size=SIZE, alpha=0.85)
    return [*lines, plot.layer("particles", dots, mapper="signs", by="c")]


def _teacher(plot: Plot, dims: int) -> list[hv.Element]:
    """Declare the rays from the origin to the teacher's neurons, and their ends."""
    rays = line(dims, "teacher", line_dash=[4, 3], line_width=1.5)
    return [plot.layer("rays", rays, line_color="accent"), teacher_marks(plot, dims)]


def _first_box(start: np.ndarray, teacher: np.ndarray, count: int) -> Box:
    """Return limits that show the first cloud and the teacher."""
    points = np.concatenate([start, teacher])
    if count > 1:
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
    labels = coordinates.labels("|c|\\,a")
    return (*labels, "$$c$$") if coordinates.count == 1 else labels


def _note(coordinates: Coordinates, count: int, dense: bool) -> str:
    """Return what the figure draws, in one line."""
    where = f" {coordinates.note}" if coordinates.note else ""
    turn = " Drag to turn." if coordinates.count == 3 else ""
    # How many comes first: the end of a note is cut where there is no room.
    if dense:
        tails = f"tails: the past of {FEW_FOLLOWED}"
        return f"{told(count)} at |c|·a{where}; colour: particles a pixel; {tails}.{turn}"
    return f"All {count} particles at |c|·a{where}; tails: their past.{turn}"
