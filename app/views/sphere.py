"""Projection Π₂: every neuron's direction on the unit sphere, with its mass.

Of a cloud too large to draw, the mass by direction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import holoviews as hv
import numpy as np

from app.views.base import Payload, View
from app.views.camera import eye_axes, give_depth
from app.views.circle import circle_columns, circle_layers, directions
from app.views.coordinates import Coordinates, choose
from app.views.density import (
    MASS_A_PIXEL,
    MOST_DRAWN,
    density_columns,
    density_layer,
    finish,
    show_ends,
    told,
)
from app.views.globe import globe_columns, globe_layers
from app.views.limits import Growth, square_box
from app.views.plot import Columns, Plot
from app.views.rose import rose_columns, rose_layers
from app.views.solid import (
    SOLID,
    SOLID_TOOLS,
    columns_of,
    named,
    particle_dots,
    still_columns,
    teacher_marks,
    words,
)
from core.density import sphere_density

MOST_TEACHERS = 60
#: Rows of the picture of a large cloud on the disc or the globe: fewer for a smaller one, so that
#: some tens of particles meet in a pixel and the mixture of signs is no mere chance.
FEWEST_ROWS, MOST_ROWS = 40, 110
A_PIXEL = 30
#: Half-width of the figure: room for the rose and for the names of the axes.
REACH = {"circle": 1.55, "globe": 1.25, "disc": 1.2}
#: How depth changes each layer of the globe.
DEPTH: dict[str, dict[str, Any]] = {
    "front": {"side": 1},
    "back": {"side": -1},
    "names": {},
    "ends": {"near": 1.0, "far": 0.3, "hard": True},
    "particles": {"near": 0.85, "far": 0.15, "hard": True, "size": "size"},
}
WORDS = {
    "pair": "at w/|w| in the plane (a, c)",
    "circle": "at a/|a| on the circle",
    "globe": "at a/|a| on the sphere",
    "disc": "at a/|a|",
}
BARS = "bars: mass by angle, c < 0 inwards"


@dataclass(frozen=True)
class Scene:
    """What the sphere of one run needs; ``form`` is pair, circle, globe or disc.

    ``dense`` tells that the cloud is too large for each of its ``count`` particles to be drawn.
    """

    kind: tuple
    note: str
    form: str
    coordinates: Coordinates
    count: int
    dense: bool
    marker: float
    teacher: np.ndarray

    @property
    def round(self) -> bool:
        """Whether all directions lie on the circle, so that a rose can be drawn."""
        return self.form in ("pair", "circle")

    @property
    def dims(self) -> int:
        """Number of drawn coordinates."""
        return 3 if self.form == "globe" else 2

    @property
    def pictured(self) -> bool:
        """Whether the density is drawn pixel by pixel: the rose is one already."""
        return self.dense and not self.round

    @property
    def columns(self) -> tuple[int, int]:
        """The columns of a particle that point, where all directions lie on the circle."""
        if self.form == "pair":
            return 0, 1
        across, up = np.abs(self.coordinates.basis).argmax(axis=1)
        return int(across), int(up)


class SphereView(View):
    """The measure on the sphere: directions, masses and signs of the particles."""

    name = "sphere"
    title = "Sphere Π₂"
    order = 2

    def prepare(self, setup: Any) -> Scene:
        """Choose the form of the sphere, its coordinates and the particles to show."""
        particles = setup.simulation.frame.particles
        dimension = particles.shape[1] - 1
        dataset = setup.dataset
        form = {1: "pair", 2: "circle", 3: "globe"}.get(dimension, "disc")
        coordinates = choose(dimension, dataset.bias, dataset.teacher)
        count = len(particles)
        dense = count > MOST_DRAWN
        teacher = np.zeros((0, dimension + 1)) if dataset.teacher is None else dataset.teacher
        return Scene(
            kind=(form, coordinates.symbols, dense),
            note=_note(form, coordinates, count, dense),
            form=form,
            coordinates=coordinates,
            count=count,
            dense=dense,
            marker=float(np.clip(160.0 / np.sqrt(count), 4.0, 14.0)),
            teacher=directions(teacher[:MOST_TEACHERS], coordinates),
        )

    def declare(self, scene: Scene) -> list[Plot]:
        """Declare the sphere, the teacher's directions and the particles."""
        plot = Plot(self.dark, Growth(("fixed", "fixed")), equal=True, tools=SOLID_TOOLS)
        box = square_box(REACH.get(scene.form, REACH["circle"]), slack=0.0)
        plot.render([*_under(plot, scene), *_layers(plot, scene)], box, **SOLID)
        if scene.pictured:
            finish(plot)
        if scene.form == "globe":
            depth = {name: look for name, look in DEPTH.items() if name in plot.renderers}
            give_depth(plot, depth, tell=scene.pictured)
        return [plot]

    def begin(self, scene: Scene) -> Payload:
        """Draw the teacher's directions and what stands still."""
        columns: dict[str, Columns] = {"ends": columns_of(scene.teacher)}
        if not scene.dense:
            rows = np.arange(scene.count)
            columns["particles"] = still_columns(rows, scene.dims, ("size", "share"))
        names = scene.coordinates.plain("a")
        if scene.form == "globe":
            columns |= globe_columns(names)
        else:
            texts = (names[0], "c" if scene.form == "pair" else names[1])
            columns |= circle_columns(texts, REACH["circle"] - 0.06 if scene.round else 1.1)
        return Payload(columns, [square_box(REACH.get(scene.form, REACH["circle"]), slack=0.0)])

    def draw(self, scene: Scene, frame: Any, history: Any) -> Payload:
        """Place the particles on the sphere and weigh them, or add up their masses."""
        particles, longest = frame.particles, None
        columns: dict[str, Columns] = {}
        if scene.round:
            columns, longest = rose_columns(particles, scene.columns)
        if scene.pictured:
            columns["density"] = self._density(scene, particles)
        elif not scene.dense:
            columns["particles"] = _particles(scene, particles)
        columns["total"] = _total(frame.total_mass, longest, scene)
        return Payload(columns)

    def _density(self, scene: Scene, particles: np.ndarray) -> Columns:
        """Return the picture of the mass, seen from the present pose."""
        basis = scene.coordinates.basis
        axes = eye_axes(*self.pose) @ basis if scene.form == "globe" else basis
        rows = int(np.clip(np.sqrt(len(particles) / A_PIXEL), FEWEST_ROWS, MOST_ROWS))
        density = sphere_density(particles, axes, (rows, rows))
        return density_columns(density, (-1.0, 1.0, -1.0, 1.0), MASS_A_PIXEL)

    def update(self, payload: Payload) -> None:
        """Feed the figure."""
        super().update(payload)
        if "density" in payload.columns:
            show_ends(self.plots[0], payload.columns["density"])


def _particles(scene: Scene, particles: np.ndarray) -> Columns:
    """Return the particles' places, and their masses as areas."""
    mass = (particles.astype(np.float64) ** 2).sum(axis=1)
    total = mass.sum()
    share = mass / total if total > 0.0 else mass
    size = scene.marker * np.sqrt(share * len(particles))
    return {
        **columns_of(directions(particles, scene.coordinates)),
        "c": particles[:, -1].astype(np.float32),
        "size": np.clip(size, 2.0, 40.0).astype(np.float32),
        "share": share.astype(np.float32),
    }


def _layers(plot: Plot, scene: Scene) -> list[hv.Element]:
    """Declare the teacher's directions, the particles and the total mass."""
    beta = words(2, text_font_size="13px", text_align="left", text_baseline="bottom")
    layers = [teacher_marks(plot, scene.dims), plot.layer("total", beta, text_color="text")]
    if scene.dense:
        return layers
    dots = particle_dots(
        scene.dims, ("size", "share"), [("share of mass", "@share{0.00%}")], size="size", alpha=0.75
    )
    return [plot.layer("particles", dots, mapper="signs", by="c"), *layers]


def _under(plot: Plot, scene: Scene) -> list[hv.Element]:
    """Declare what lies under the particles: the picture of a large cloud, globe or circle."""
    layers = [density_layer(plot, "share of the mass", "{0.000%}")] if scene.pictured else []
    layers += globe_layers(plot) if scene.form == "globe" else circle_layers(plot)
    return layers + (rose_layers(plot) if scene.round else [])


def _total(total: float, longest: float | None, scene: Scene) -> Columns:
    """Return the columns of the words in a corner: total mass, and the scale of the bars."""
    corner = -0.98 * REACH.get(scene.form, REACH["circle"])
    bar = "" if longest is None else f" · longest bar {longest:.2%}"
    return named((f"β = {total:.4g}{bar}",), np.array([[corner, corner]]))


def _note(form: str, coordinates: Coordinates, count: int, dense: bool) -> str:
    """Return what the figure draws, in one line."""
    where = f" {coordinates.note}" if form == "disc" else ""
    turn = " Drag to turn." if form == "globe" else ""
    if form in ("pair", "circle"):
        rest = BARS if dense else f"area: mass |w|²/m; {BARS}"
    else:
        rest = "colour: share of the mass a pixel" if dense else "area: mass |w|²/m"
    what = told(count) if dense else f"All {count} particles"
    return f"{what} {WORDS[form]}{where}; {rest}.{turn}"
