"""Training paths: every neuron at |c| a, red if c > 0 and blue if c < 0, with its past.

A cloud too large to draw is a picture of its density, with the past of a few neurons.
"""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np

from app.views.arrows import arrow_columns, arrow_layers
from app.views.base import Payload, View
from app.views.camera import eye_axes, give_depth
from app.views.cloud import Cloud, make_cloud
from app.views.density import (
    density_columns,
    density_layer,
    finish,
    particles_a_pixel,
    raster,
    show_ends,
)
from app.views.options import SWITCH, Option
from app.views.placing import squashed_cloud
from app.views.planes import MOST_INPUTS
from app.views.plot import TOOLS, Columns, Plot
from app.views.solid import (
    AXES,
    SOLID,
    SOLID_TOOLS,
    columns_of,
    line,
    particle_dots,
    still_columns,
)
from app.views.tripod import tripod_columns, tripod_layers
from core.density import plane_density

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
    "heads": {},
    "particles": {"near": 1.0, "far": 0.25, "size": SIZE},
}
WEIGHTS = {**{str(k): f"input {k}" for k in range(1, MOST_INPUTS + 1)}, "0": "bias"}


def _input(axis: str, label: str, default: str, drawn: int) -> Option:
    """Return the option of the input weight drawn along an axis."""
    return Option(
        axis,
        label,
        f"The input weight drawn {label}, where not all are drawn.",
        WEIGHTS,
        default,
        remake=True,
        applies=lambda cloud: (
            cloud.projected
            and cloud.coordinates.count >= drawn
            and cloud.coordinates.symbols[0] in WEIGHTS
        ),
        offers=lambda cloud: [str(weight) for weight in cloud.weights],
    )


class PathsView(View):
    """Positions of the particles in the space of input weights, and how they came there."""

    name = "paths"
    title = "Training paths"
    order = 1
    options = (
        Option(
            "dims",
            "dimensions",
            "Draw the space of input weights as a space that a drag turns, or flat.",
            {"auto": "as many as fit", "2": "2-D", "3": "3-D"},
            "auto",
            remake=True,
            applies=lambda cloud: cloud.dimension >= 3,
        ),
        Option(
            "plane",
            "plane",
            "Which part of the input weights is drawn; the note tells how much of the cloud it "
            "shows. The principal axes are taken anew only when they would show 5 % more.",
            {
                "teacher": "span of the teacher",
                "inputs": "chosen inputs",
                "principal": "principal axes",
                "random": "random",
            },
            "teacher",
            remake=True,
            applies=lambda cloud: cloud.projected,
        ),
        _input("x", "across", "1", 2),
        _input("y", "upwards", "2", 2),
        _input("z", "in depth", "3", 3),
        Option(
            "radius",
            "radius",
            "Compress radii to tanh(|q|/2), so that small and large neurons are seen at once.",
            {"plain": "as it is", "tanh": "compressed"},
            "plain",
            remake=True,
            applies=lambda cloud: not cloud.flat,
        ),
        Option("tails", "tails", "Show where the neurons have come from.", SWITCH, "1"),
        Option(
            "teacher",
            "teacher",
            "Show the neurons of the teacher as arrows.",
            SWITCH,
            "1",
            remake=True,
            applies=lambda cloud: cloud.has_teacher,
        ),
    )

    def prepare(self, setup: Any) -> Cloud:
        """Choose coordinates and the particles to show."""
        return make_cloud(setup, self.chosen, self._scene)

    def declare(self, scene: Cloud) -> list[Plot]:
        """Declare trails, teacher and particles; in three dimensions also a tripod."""
        solid = scene.dims == 3
        plot = Plot(self.dark, scene.growth, not scene.flat, SOLID_TOOLS if solid else TOOLS)
        layers = _layers(plot, scene, tripod_layers(plot) if solid else [])
        labels = _labels(scene)
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

    def begin(self, scene: Cloud) -> Payload:
        """Draw the teacher and set the limits to the first cloud."""
        columns: dict[str, Columns] = {}
        if not scene.followed:
            columns["particles"] = still_columns(scene.rows, scene.dims)
        if len(scene.teacher):
            columns |= arrow_columns(scene.teacher)
        if scene.dims == 3:
            columns |= tripod_columns(scene.coordinates.plain(scene.place.quantity))
        return Payload(columns, [scene.box])

    def draw(self, scene: Cloud, frame: Any, history: Any) -> Payload:
        """Place the particles, or count them pixel by pixel; add to their trails."""
        shown = frame.particles[scene.rows]
        place, share = scene.see(shown, frame.step)
        need = scene.need(place)
        if scene.followed:
            past = scene.followed.see(frame)
            scene.box = scene.growth(scene.box, need)  # as the figure will
            columns = {"density": self._density(scene, frame.particles)}
        else:
            past = frame, history
            columns = {"particles": {**columns_of(place), "c": shown[:, -1].astype(np.float32)}}
        trails = scene.trails.draw(*past) if self.chosen["tails"] == "1" else scene.trails.hide()
        return Payload(columns | trails, [need], scene.tell(share))

    def _density(self, scene: Cloud, particles: np.ndarray) -> Columns:
        """Return the picture of all particles, seen from the present pose."""
        basis = np.eye(2) if scene.flat else scene.coordinates.basis
        axes = eye_axes(*self.pose)[:2] @ basis if scene.dims == 3 else basis
        extent, shape = raster(scene.box, self.aspect, equal=not scene.flat)
        cloud = squashed_cloud(particles) if scene.place.squashed else particles
        density = plane_density(cloud, axes, extent, shape)
        return density_columns(density, extent, particles_a_pixel(len(particles)))

    def update(self, payload: Payload) -> None:
        """Feed the figure."""
        super().update(payload)
        if "density" in payload.columns:
            show_ends(self.plots[0], payload.columns["density"])


def _layers(plot: Plot, scene: Cloud, axes: list[hv.Element]) -> list[hv.Element]:
    """Declare axes, trails, teacher and particles, bottom to top, or the density at bottom."""
    dims = scene.dims
    trail: dict[str, Any] = {"line_width": 1, "alpha": 0.35}
    tip: dict[str, Any] = {"line_width": 1.5, "alpha": 0.8}
    lines = [
        *axes,
        plot.still("trail-", line(dims, **trail), line_color="negative"),
        plot.still("trail+", line(dims, **trail), line_color="positive"),
        *(arrow_layers(plot, dims) if len(scene.teacher) else []),
        plot.layer("tip-", line(dims, "c < 0", **tip), line_color="negative"),
        plot.layer("tip+", line(dims, "c > 0", **tip), line_color="positive"),
    ]
    if scene.followed:
        return [density_layer(plot, "particles a pixel", "{0,0}"), *lines]
    names = [*scene.coordinates.plain(scene.place.quantity), "c"][:dims]
    tooltips = [(name, f"@{axis}{{0.000}}") for name, axis in zip(names, AXES, strict=False)]
    dots = particle_dots(dims, (), tooltips, size=SIZE, alpha=0.85)
    return [*lines, plot.layer("particles", dots, mapper="signs", by="c")]


def _labels(cloud: Cloud) -> tuple[str, ...]:
    """Return the axis labels of the figure."""
    labels = cloud.coordinates.labels("\\tilde q" if cloud.place.squashed else "|c|\\,a")
    return (*labels, "$$c$$") if cloud.flat else labels
