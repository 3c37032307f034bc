"""What the sphere of directions of a run looks like: pair, circle, globe, map or disc."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.views.background import Background
from app.views.circle import directions
from app.views.coordinates import Coordinates, choose
from app.views.density import MOST_DRAWN, counted, told
from app.views.hammer import HEIGHT, WIDTH, hammer
from app.views.limits import Box
from core.activations import ACTIVATIONS

MOST_TEACHERS = 60
#: Half-width and half-height of the figure: room for the rose and for the names of the axes.
REACH = {
    "pair": (1.65, 1.65),
    "circle": (1.65, 1.65),
    "globe": (1.25, 1.25),
    "disc": (1.2, 1.2),
    "map": (1.14 * WIDTH, 1.3 * HEIGHT),
}
WORDS = {
    "pair": "at w/|w| in the plane (a, c)",
    "circle": "at a/|a| on the circle",
    "globe": "at a/|a| on the sphere",
    "map": "at a/|a| on an equal-area map of the sphere",
    "disc": "at a/|a|",
}
BARS = "bars: mass by angle, c < 0 inwards"


@dataclass(frozen=True)
class Orb:
    """What the sphere of one run needs; ``form`` is a key of `REACH`.

    ``dense`` tells that the mass is drawn as a density, not each of ``count`` particles, ``wished``
    that this is the user's wish, ``forced`` that the first variation is drawn; ``dimension`` is the
    number D of input weights.
    """

    kind: tuple
    form: str
    coordinates: Coordinates
    dimension: int
    count: int
    dense: bool
    wished: bool
    forced: bool
    homogeneous: bool
    marker: float
    teacher: np.ndarray
    simulation: Any
    background: Background

    @property
    def round(self) -> bool:
        """Whether all directions lie on the circle, so that a rose can be drawn."""
        return self.form in ("pair", "circle")

    @property
    def heated(self) -> bool:
        """Whether the first variation is drawn as heat."""
        return self.forced and self.form in ("globe", "map")

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

    @property
    def box(self) -> Box:
        """The limits of the figure."""
        x, y = REACH[self.form]
        return (-x, x, -y, y)

    def place(self, particles: np.ndarray) -> np.ndarray:
        """Return where particles (m, D+1) are drawn, (m, dims)."""
        aims = directions(particles, self.coordinates)
        return hammer(aims) if self.form == "map" else aims

    @property
    def note(self) -> str:
        """What the figure draws, in one line."""
        where = f" {self.coordinates.note}" if self.form == "disc" else ""
        turn = " Drag to turn." if self.form == "globe" else ""
        if self.round:
            rest = BARS if self.dense else f"area: mass |w|²/m; {BARS}"
        else:
            rest = "colour: share of the mass a pixel" if self.dense else "area: mass |w|²/m"
        what = told(self.count) if self.dense else counted(self.count)
        force = "" if not self.forced or self.form == "disc" else (
            "; force: c > 0 grows where η > λ, c < 0 where η < −λ"
        )  # fmt: skip
        return f"{what} {WORDS[self.form]}{where}; {rest}{force}.{turn}"


def make_orb(setup: Any, chosen: Mapping[str, str], background: Background) -> Orb:
    """Return the sphere of a run as the options `chosen` of the figure have it. Worker thread."""
    simulation, dataset = setup.simulation, setup.dataset
    count, columns = simulation.frame.particles.shape
    form = {1: "pair", 2: "circle", 3: chosen["form"]}.get(columns - 1, "disc")
    coordinates = choose(columns - 1, dataset.bias, dataset.teacher)
    large = count > MOST_DRAWN
    wanted = chosen["mass"] == "density" and not large and form not in ("pair", "circle")
    dense = large or wanted
    homogeneous = ACTIVATIONS[setup.problem.activation].degree == 1
    forced = chosen["force"] == "1" and homogeneous
    teacher = np.zeros((0, columns)) if dataset.teacher is None else dataset.teacher
    aims = directions(teacher[:MOST_TEACHERS], coordinates)
    return Orb(
        kind=(form, coordinates.symbols, dense, forced),
        form=form,
        coordinates=coordinates,
        dimension=columns - 1,
        count=count,
        dense=dense,
        wished=wanted,
        forced=forced,
        homogeneous=homogeneous,
        marker=float(np.clip(160.0 / np.sqrt(count), 4.0, 14.0)),
        teacher=hammer(aims) if form == "map" else aims,
        simulation=simulation,
        background=background,
    )
