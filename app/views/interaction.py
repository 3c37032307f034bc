"""The pair potential: how much two neurons act on each other, by the angle between them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import holoviews as hv
import numpy as np

from app.views.base import Payload, View
from app.views.coordinates import subset
from app.views.limits import Box, Growth
from app.views.options import SWITCH, Option
from app.views.plot import Columns, Plot
from app.views.solid import dots, line
from core.activations import ACTIVATIONS, activation
from core.population import pair_potential

SAMPLES = 181
#: Particles whose pairs are marked, and samples that each pair is averaged over.
MOST_PARTICLES = 30
MOST_SAMPLES = 2000
LAWS = {"sphere": "uniform on a sphere", "gaussian": "Gaussian"}
TICKS = [(math.pi * k / 4, name) for k, name in enumerate(("0", "π/4", "π/2", "3π/4", "π"))]


@dataclass
class Scene:
    """What the potential of one run needs.

    ``length`` is the root mean square of the inputs; ``inputs`` are those that pairs are averaged
    over, None where the run has no samples; ``rows`` the particles whose pairs are marked.
    """

    kind: tuple
    note: str
    activation: str
    angles: np.ndarray
    potential: np.ndarray
    inputs: np.ndarray | None
    radius: float
    law: str
    rows: np.ndarray
    box: Box


class InteractionView(View):
    """The pair potential k against angle, and the pairs of some particles of the run."""

    name = "interaction"
    title = "Interaction"
    order = 6
    shown = False
    options = (
        Option(
            "law",
            "inputs",
            "Law of the inputs of the curve. Their mean square is that of the training inputs.",
            LAWS,
            "sphere",
            remake=True,
        ),
        Option(
            "pairs",
            "pairs of the run",
            f"Pairs among {MOST_PARTICLES} of the present particles, averaged over the training "
            "inputs. They leave the curve where the data are not alike in all directions.",
            SWITCH,
            "1",
            remake=True,
        ),
    )

    def prepare(self, setup: Any) -> Scene:
        """Compute the curve, and choose the particles whose pairs are marked."""
        problem, law = setup.problem, self.chosen["law"]
        d, name = problem.d, problem.activation
        inputs = np.asarray(problem.inputs, dtype=float) if problem.n else None
        length = _length(inputs, law, d)
        radius = length if law == "sphere" else length / math.sqrt(d)
        angles = np.linspace(0.0, math.pi, SAMPLES if d > 1 else 0)
        potential = pair_potential(name, angles, d, law, radius) if d > 1 else angles
        marked = self.chosen["pairs"] == "1"
        particles = setup.simulation.frame.particles
        return Scene(
            kind=(name, marked),
            note=_note(d, law, length, marked),
            activation=name,
            angles=angles,
            potential=potential,
            inputs=None if inputs is None else inputs[subset(len(inputs), MOST_SAMPLES)],
            radius=radius,
            law=law,
            rows=subset(len(particles), MOST_PARTICLES if marked and d > 1 else 0),
            box=_box(potential),
        )

    def declare(self, scene: Scene) -> list[Plot]:
        """Declare the curve over the angle, and the pairs."""
        plot = Plot(self.dark, Growth(("fixed", "linear")))
        curve = line(2, f"{ACTIVATIONS[scene.activation].label}, exact", line_width=2.5).opts(
            tools=["hover"],
            hover_mode="vline",
            hover_tooltips=[("θ", "@x{0.000}"), ("k", "@y{0.0000e+0}")],
        )
        layers: list[hv.Element] = _pair_layers(plot) if scene.kind[1] else []
        layers = [*layers, plot.layer("potential", curve, line_color="accent")]
        plot.render(
            layers,
            scene.box,
            xlabel="$$\\theta = \\angle(a, a')$$",
            ylabel="$$k=E\\,\\sigma(\\hat a\\cdot x)\\,\\sigma(\\hat a'\\cdot x)$$",
            xticks=TICKS,
        )
        return [plot]

    def begin(self, scene: Scene) -> Payload:
        """Draw the curve."""
        columns = {"potential": {"x": scene.angles, "y": scene.potential}}
        return Payload(columns, [scene.box])

    def draw(self, scene: Scene, frame: Any, history: Any) -> Payload:
        """Place the pairs of the present particles."""
        if not len(scene.rows):
            return Payload()
        shown = frame.particles[scene.rows].astype(np.float64)
        angles, potential, alike = pairs(scene, shown)
        columns: dict[str, Columns] = {
            f"pairs{sign}": {"x": angles[rows], "y": potential[rows]}
            for sign, rows in (("+", alike), ("-", ~alike))
        }
        known = potential[np.isfinite(potential)]
        low, high = (known.min(), known.max()) if len(known) else (np.nan, np.nan)
        return Payload(columns, [(np.nan, np.nan, float(low), float(high))])


def pairs(scene: Scene, particles: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return angles, potentials and whether signs of c are alike, of all pairs of particles.

    The potential is the mean over the inputs of the run, or that of the law where there are none.
    Particles with a = 0 have no direction and are left out.
    """
    norm = np.linalg.norm(particles[:, :-1], axis=1)
    some = norm > 0.0
    unit, c = particles[some, :-1] / norm[some, None], particles[some, -1]
    j, k = np.triu_indices(len(unit), 1)
    apart = np.linalg.norm(unit[j] - unit[k], axis=1)
    together = np.linalg.norm(unit[j] + unit[k], axis=1)
    angles = 2.0 * np.arctan2(apart, together)
    if scene.inputs is None:
        d = unit.shape[1]
        potential = pair_potential(scene.activation, angles, d, scene.law, scene.radius)
    else:
        features = activation(scene.activation)(unit @ scene.inputs.T)
        potential = np.einsum("ji,ki->jk", features, features)[j, k] / len(scene.inputs)
    return angles, potential, c[j] * c[k] > 0.0


def _length(inputs: np.ndarray | None, law: str, d: int) -> float:
    """Return the root mean square of the norm of the inputs; that of the law without any."""
    if inputs is None:
        return 1.0 if law == "sphere" else math.sqrt(d)
    return math.sqrt(float((inputs**2).sum(axis=1).mean())) or 1.0


def _box(potential: np.ndarray) -> Box:
    """Return limits a little wider than the curve."""
    low, high = (potential.min(), potential.max()) if len(potential) else (0.0, 1.0)
    room = 0.08 * (float(high - low) or 1.0)
    return (-0.06, math.pi + 0.06, float(low) - room, float(high) + room)


def _note(d: int, law: str, length: float, marked: bool) -> str:
    """Return what the figure draws, in one line."""
    if d == 1:
        return "one input weight: every angle is 0 or π."
    where = f"inputs {LAWS[law]}" + (f" of radius {length:.3g}" if law == "sphere" else "")
    tail = "; marks: pairs on the training inputs" if marked else ""
    return f"line: {where}, |a| = 1{tail}."


def _pair_layers(plot: Plot) -> list[hv.Element]:
    """Declare the pairs, by whether their signs of c are alike."""
    look: dict[str, Any] = {"size": 5, "alpha": 0.6, "line_width": 1.2}
    return [
        plot.layer(
            "pairs+",
            dots(2, label="c c' > 0", **look),
            fill_color="positive",
            line_color="positive",
        ),
        plot.layer("pairs-", dots(2, label="c c' < 0", marker="x", **look), line_color="negative"),
    ]
