"""Projection Π₂: every neuron's direction on the unit sphere, with its mass.

Of a cloud too large to draw, the mass by direction; on demand the first variation, whose levels
±λ nothing exceeds at an optimum.
"""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np

from app.views.background import Background
from app.views.base import Payload, View
from app.views.camera import eye_axes, give_depth
from app.views.captions import add_caption
from app.views.circle import circle_columns, circle_layers
from app.views.density import (
    MASS_A_PIXEL,
    density_columns,
    density_layer,
    finish,
    show_ends,
)
from app.views.force import force_columns, verdict_words
from app.views.globe import globe_columns, globe_layers
from app.views.hammer import HEIGHT, WIDTH, hammer_density, map_columns, map_layers
from app.views.limits import Growth
from app.views.options import SWITCH, Option
from app.views.orb import REACH, Orb, make_orb
from app.views.plot import Columns, Plot
from app.views.rose import rose_columns, rose_layers
from app.views.solid import (
    SOLID,
    SOLID_TOOLS,
    columns_of,
    particle_dots,
    still_columns,
    teacher_marks,
)
from app.views.variation import (
    curve_layers,
    finish_heat,
    heat_layers,
    rim_columns,
    show_heat_ends,
)
from core.density import sphere_density
from core.measure import path_norm

#: Rows of the picture of the mass: fewer for a smaller cloud, so that some tens of particles meet
#: in a pixel and the mixture of signs is no mere chance.
FEW_ROWS, FEWEST_ROWS, MOST_ROWS = 24, 40, 110
A_PIXEL = 30
#: How depth changes each layer of the globe.
DEPTH: dict[str, dict[str, Any]] = {
    "front": {"side": 1},
    "back": {"side": -1},
    "names": {},
    "ends": {"near": 1.0, "far": 0.3, "hard": True},
    "particles": {"near": 0.85, "far": 0.15, "hard": True, "size": "size"},
}


class SphereView(View):
    """The measure on the sphere: directions, masses and signs of the particles."""

    name = "sphere"
    title = "Sphere Π₂"
    order = 2
    options = (
        Option(
            "form",
            "sphere",
            "Draw the sphere as a globe that a drag turns, or as Hammer's map, which shows all of "
            "it with true areas.",
            {"globe": "globe", "map": "equal-area map"},
            "globe",
            remake=True,
            applies=lambda orb: orb.dimension == 3,
        ),
        Option(
            "mass",
            "mass",
            "Draw the mass of a neuron as the area of its mark, or the mass of all as a density.",
            {"size": "area of a mark", "density": "density"},
            "size",
            remake=True,
            applies=lambda orb: not orb.round and not (orb.dense and not orb.wished),
        ),
        Option(
            "force",
            "first variation",
            "Draw the force field: the first variation F′ of the objective by direction, the "
            "levels ±λ that it keeps to at an optimum, and how far from one the run is at most.",
            SWITCH,
            "0",
            remake=True,
            applies=lambda orb: orb.homogeneous,
        ),
    )

    def prepare(self, setup: Any) -> Orb:
        """Choose the form of the sphere, its coordinates and the particles to show."""
        return make_orb(setup, self.chosen, Background(self._refresh))

    def declare(self, scene: Orb) -> list[Plot]:
        """Declare the sphere, the teacher's directions and the particles."""
        plot = Plot(self.dark, Growth(("fixed", "fixed")), equal=True, tools=SOLID_TOOLS)
        plot.render([*_under(plot, scene), *_layers(plot, scene)], scene.box, **SOLID)
        if scene.pictured:
            finish(plot)
        if scene.heated:
            finish_heat(plot)
        add_caption(plot, "total", "text", top=False)
        if scene.forced:
            add_caption(plot, "verdict", "muted", top=True)  # below the badge, a line further down
            add_caption(plot, "badge", "good", top=True, text_font_style="bold")
        if scene.form == "globe":
            depth = {name: look for name, look in DEPTH.items() if name in plot.renderers}
            give_depth(plot, depth, tell=scene.pictured or scene.heated)
        return [plot]

    def begin(self, scene: Orb) -> Payload:
        """Draw the teacher's directions and what stands still."""
        columns: dict[str, Columns] = {"ends": columns_of(scene.teacher)}
        if not scene.dense:
            rows = np.arange(scene.count)
            columns["particles"] = still_columns(rows, scene.dims, ("size", "share"))
        names = scene.coordinates.plain("a")
        if scene.form == "globe":
            columns |= globe_columns(names)
        elif scene.form == "map":
            columns |= map_columns(names)
        else:
            texts = (names[0], "c" if scene.form == "pair" else names[1])
            far = REACH["circle"][0] - 0.08 if scene.round else 1.1
            columns |= circle_columns(texts, far)
        if scene.heated:
            columns |= rim_columns(WIDTH, HEIGHT) if scene.form == "map" else rim_columns(1.0, 1.0)
        return Payload(columns, [scene.box])

    def draw(self, scene: Orb, frame: Any, history: Any) -> Payload:
        """Place the particles on the sphere and weigh them, or add up their masses."""
        particles, longest = frame.particles, None
        columns: dict[str, Columns] = {}
        if scene.round:
            columns, longest = rose_columns(particles, scene.columns)
        if scene.pictured:
            columns["density"] = self._density(scene, particles)
        elif not scene.dense:
            columns["particles"] = _particles(scene, particles)
        told = {"total": _total(frame, longest)}
        if scene.forced:
            told |= verdict_words(scene, frame)
            if scene.form != "disc":
                columns |= force_columns(scene, frame, self.pose)
        return Payload(columns, words=told)

    def _density(self, scene: Orb, particles: np.ndarray) -> Columns:
        """Return the picture of the mass, seen from the present pose."""
        basis = scene.coordinates.basis
        fewest = FEW_ROWS if scene.wished else FEWEST_ROWS
        rows = int(np.clip(np.sqrt(len(particles) / A_PIXEL), fewest, MOST_ROWS))
        if scene.form == "map":
            density = hammer_density(particles, basis, rows)
            return density_columns(density, (-WIDTH, WIDTH, -HEIGHT, HEIGHT), MASS_A_PIXEL)
        axes = eye_axes(*self.pose) @ basis if scene.form == "globe" else basis
        density = sphere_density(particles, axes, (rows, rows))
        return density_columns(density, (-1.0, 1.0, -1.0, 1.0), MASS_A_PIXEL)

    def update(self, payload: Payload) -> None:
        """Feed the figure."""
        super().update(payload)
        if "density" in payload.columns:
            show_ends(self.plots[0], payload.columns["density"])
        if "heat" in payload.columns:
            show_heat_ends(self.plots[0], payload.columns["heat"])


def _particles(scene: Orb, particles: np.ndarray) -> Columns:
    """Return the particles' places, and their masses as areas."""
    mass = (particles.astype(np.float64) ** 2).sum(axis=1)
    total = mass.sum()
    share = mass / total if total > 0.0 else mass
    size = scene.marker * np.sqrt(share * len(particles))
    return {
        **columns_of(scene.place(particles)),
        "c": particles[:, -1].astype(np.float32),
        "size": np.clip(size, 2.0, 40.0).astype(np.float32),
        "share": share.astype(np.float32),
    }


def _layers(plot: Plot, scene: Orb) -> list[hv.Element]:
    """Declare the teacher's directions and the particles."""
    layers = [teacher_marks(plot, scene.dims)]
    if scene.dense:
        return layers
    dots = particle_dots(
        scene.dims, ("size", "share"), [("share of mass", "@share{0.00%}")], size="size", alpha=0.75
    )
    return [plot.layer("particles", dots, mapper="signs", by="c"), *layers]


def _under(plot: Plot, scene: Orb) -> list[hv.Element]:
    """Declare what lies under the particles: heat, the picture of a large cloud, the sphere."""
    layers = heat_layers(plot) if scene.heated else []
    if scene.pictured:
        layers.append(density_layer(plot, "share of the mass", "{0.000%}"))
    if scene.form in ("globe", "map"):
        layers += globe_layers(plot) if scene.form == "globe" else map_layers(plot)
    else:
        layers += circle_layers(plot)
    layers += rose_layers(plot) if scene.round else []
    return layers + (curve_layers(plot) if scene.round and scene.forced else [])


def _total(frame: Any, longest: float | None) -> str:
    """Return the words in a corner: total mass, path norm, the scale of the bars."""
    texts = [f"β = {frame.total_mass:.4g}", f"P = {path_norm(frame.particles):.4g}"]
    if longest is not None:
        texts.append(f"longest bar {longest:.2%}")
    return " · ".join(texts)
