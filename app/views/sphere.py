"""Projection Π₂: every neuron's direction on the unit sphere, with its mass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import holoviews as hv
import numpy as np

from app.views.base import Payload, View
from app.views.camera import give_depth
from app.views.coordinates import Coordinates, choose, how_many, subset
from app.views.globe import globe_columns, globe_layers
from app.views.limits import Growth, square_box
from app.views.plot import Columns, Plot
from app.views.rose import rings
from app.views.solid import (
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

MOST_SHOWN = 2000
MOST_TEACHERS = 60
#: Half-width of the figure: room for the rose and for the names of the axes.
REACH = {"circle": 1.55, "globe": 1.25, "disc": 1.2}
ROSE = ", area: mass |w|²/m; bars: mass by angle, c < 0 inwards"
WORDS = {
    "pair": "at w/|w| in the plane (a, c)" + ROSE,
    "circle": "at a/|a| on the circle" + ROSE,
    "globe": "at a/|a| on the sphere, area: mass |w|²/m",
    "disc": "at a/|a|",
}


@dataclass(frozen=True)
class Scene:
    """What the sphere of one run needs; ``form`` is pair, circle, globe or disc."""

    kind: tuple
    note: str
    form: str
    coordinates: Coordinates
    rows: np.ndarray
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
        rows = subset(len(particles), MOST_SHOWN)
        teacher = np.zeros((0, dimension + 1)) if dataset.teacher is None else dataset.teacher
        where = f" {coordinates.note}, area: mass |w|²/m" if form == "disc" else ""
        turn = ". Drag to turn." if form == "globe" else "."
        return Scene(
            kind=(form, coordinates.symbols),
            note=f"{how_many(len(rows), len(particles))} {WORDS[form]}{where}{turn}",
            form=form,
            coordinates=coordinates,
            rows=rows,
            marker=float(np.clip(160.0 / np.sqrt(len(particles)), 4.0, 14.0)),
            teacher=directions(teacher[:MOST_TEACHERS], coordinates),
        )

    def declare(self, scene: Scene) -> list[Plot]:
        """Declare the sphere, the teacher's directions and the particles."""
        plot = Plot(self.dark, Growth(("fixed", "fixed")), equal=True, tools=SOLID_TOOLS)
        under = globe_layers(plot) if scene.form == "globe" else _circle_layers(plot, scene)
        box = square_box(REACH.get(scene.form, REACH["circle"]), slack=0.0)
        plot.render([*under, *_layers(plot, scene)], box, **SOLID)
        if scene.form == "globe":
            give_depth(
                plot,
                {
                    "front": {"side": 1},
                    "back": {"side": -1},
                    "names": {},
                    "ends": {"near": 1.0, "far": 0.3, "hard": True},
                    "particles": {"near": 0.85, "far": 0.15, "hard": True, "size": "size"},
                },
            )
        return [plot]

    def begin(self, scene: Scene) -> Payload:
        """Draw the teacher's directions and what stands still."""
        columns: dict[str, Columns] = {
            "ends": columns_of(scene.teacher),
            "particles": still_columns(scene.rows, scene.dims, ("size", "share")),
        }
        names = scene.coordinates.plain("a")
        if scene.form == "globe":
            columns |= globe_columns(names)
        else:
            columns |= _circle_columns(names, scene)
        return Payload(columns, [square_box(REACH.get(scene.form, REACH["circle"]), slack=0.0)])

    def draw(self, scene: Scene, frame: Any, history: Any) -> Payload:
        """Place the particles on the sphere, weigh them, and add the masses up by direction."""
        particles = frame.particles
        mass = (particles.astype(np.float64) ** 2).sum(axis=1) / len(particles)
        total = mass.sum()
        share = mass / total if total > 0.0 else mass
        shown = particles[scene.rows]
        place = directions(shown, scene.coordinates)
        relative = np.sqrt(share[scene.rows] * len(particles))
        columns: dict[str, Columns] = {
            "particles": {
                **columns_of(place),
                "c": shown[:, -1].astype(np.float32),
                "size": np.clip(scene.marker * relative, 2.0, 40.0).astype(np.float32),
                "share": share[scene.rows].astype(np.float32),
            },
            "total": _total(total, scene),
        }
        if scene.round:
            everywhere = directions(particles, scene.coordinates)
            angle = np.arctan2(everywhere[:, 1], everywhere[:, 0])
            plus, minus = rings(angle, mass, particles[:, -1] > 0)
            columns |= {"rose+": plus, "rose-": minus}
        return Payload(columns)


def directions(particles: np.ndarray, coordinates: Coordinates) -> np.ndarray:
    """Return the drawn direction of every particle, nan where it has none.

    Parameters
    ----------
    particles : ndarray, shape (m, D+1)
    coordinates : Coordinates
        Of the D input weights. If D = 1, the direction is that of w = (a, c) itself; else that
        of a, which the 2-homogeneous activations share with the signed measure of the network.

    Returns
    -------
    ndarray, shape (m, 2) or (m, 3), float64
    """
    vectors = np.asarray(particles, dtype=np.float64)
    if vectors.shape[1] > 2:
        vectors = vectors[:, :-1]
    norm = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(norm > 0.0, norm, np.nan)
    return unit if vectors.shape[1] == 2 and particles.shape[1] == 2 else coordinates(unit)


def _layers(plot: Plot, scene: Scene) -> list[hv.Element]:
    """Declare the teacher's directions, the particles and the total mass."""
    dots = particle_dots(
        scene.dims, ("size", "share"), [("share of mass", "@share{0.00%}")], size="size", alpha=0.75
    )
    return [
        plot.layer("particles", dots, mapper="signs", by="c"),
        teacher_marks(plot, scene.dims),
        plot.layer(
            "total",
            words(2, text_font_size="13px", text_align="left", text_baseline="bottom"),
            text_color="text",
        ),
    ]


def _circle_layers(plot: Plot, scene: Scene) -> list[hv.Element]:
    """Declare the unit circle, the rose on it and the names of the axes."""
    layers = [
        plot.layer("circle", line(2, line_width=1.2), line_color="faint"),
        plot.layer("names", words(2, text_font_size="13px"), text_color="muted"),
    ]
    if scene.round:
        for layer, role in (("rose-", "negative"), ("rose+", "positive")):
            area = hv.Area(np.zeros((0, 2)), "x", "y").opts(alpha=0.55, line_color=None)
            layers.append(plot.layer(layer, area, fill_color=role))
    return layers


def _circle_columns(names: tuple[str, ...], scene: Scene) -> dict[str, Columns]:
    """Return the circle, its cross hairs and the names of its axes."""
    t = np.linspace(0.0, 2 * np.pi, 361)
    circle = broken(np.stack([np.cos(t), np.sin(t)], axis=-1)[None])
    far = REACH["circle"] - 0.06 if scene.round else 1.1
    texts = (names[0], "c" if scene.form == "pair" else names[1])
    return {"circle": circle, "names": named(texts, far * np.eye(2))}


def _total(total: float, scene: Scene) -> Columns:
    """Return the columns of the words that tell the total mass, in a corner of the figure."""
    corner = -0.98 * REACH.get(scene.form, REACH["circle"])
    return named((f"β = {total:.4g}",), np.array([[corner, corner]]))
