"""The cloud of particle space as one run needs it: coordinates, particles drawn, limits, words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.views.coordinates import Coordinates, subset
from app.views.density import MOST_DRAWN, counted, told
from app.views.limits import Box, Growth, square_box
from app.views.placing import Place, positions
from app.views.planes import (
    Material,
    Wish,
    follow_principal,
    make_coordinates,
    share_shown,
    weights_offered,
)
from app.views.trails import MOST_PARTICLES, REBUILD, Followed, Trails

#: Particles followed where only the density of all is drawn.
FEW_FOLLOWED = 60
MOST_TEACHERS = 60


@dataclass
class Cloud:
    """What the paths of one run need; ``kind`` tells figures apart that look different.

    ``rows`` are the particles drawn, or those that set the limits where ``followed`` is not None:
    then the density of all is drawn. ``box`` are the limits of the figure. ``weights`` are the
    input weights that can be drawn, 0 that of a bias; ``wish`` what was asked for.
    """

    kind: tuple
    wish: Wish
    weights: list[int]
    dimension: int
    count: int
    place: Place
    rows: np.ndarray
    trails: Trails
    followed: Followed | None
    has_teacher: bool
    teacher: np.ndarray
    box: Box
    simulation: Any
    _looked: int = -1

    @property
    def coordinates(self) -> Coordinates:
        """The coordinates drawn."""
        return self.place.coordinates

    @property
    def dims(self) -> int:
        """Number of drawn coordinates: two on a line (position and c), else theirs."""
        return self.coordinates.drawn

    @property
    def flat(self) -> bool:
        """Whether the second coordinate is c, so that units differ."""
        return self.coordinates.count == 1

    @property
    def projected(self) -> bool:
        """Whether there are more input weights than coordinates."""
        return self.coordinates.count < self.dimension

    @property
    def growth(self) -> Growth:
        """How the limits follow the data."""
        return Growth(square=not self.flat)

    @property
    def note(self) -> str:
        """What the figure draws, before its first frame."""
        return self.tell(float("nan"))

    def see(self, particles: np.ndarray, step: int) -> tuple[np.ndarray, float]:
        """Return where particles (k, D+1) are drawn, and the share of Σ|q|² that the plane shows.

        The principal plane is kept up to date.
        """
        if not self.projected:
            return self.place(particles), 1.0
        points = self.place.whole(particles)
        if self.wish.plane == "principal" and not self._looked <= step <= self._next:
            self._looked = step
            found = follow_principal(points, self.coordinates)
            if found is not self.coordinates:
                self.place = Place(found, self.place.squashed)
                self.trails.move(self.place)
        drawn = self.coordinates(points)
        return drawn, share_shown(points, drawn)

    @property
    def _next(self) -> float:
        """The last step at which the plane that was found is still thought to do."""
        return REBUILD * self._looked

    def tell(self, share: float) -> str:
        """Return what the figure draws, in one line.

        How many comes first: the end of a note is cut where there is no room.
        """
        dense = self.followed is not None
        parts = [told(self.count) if dense else counted(self.count)]
        if self.projected:
            parts[0] += f"{self._part(share)} on {self.coordinates.note}"
        parts.append("q = |c|·a" if self.projected or self.place.squashed else "at |c|·a")
        if self.place.squashed:
            parts.append("radius: tanh(|q|/2)")
        if dense:
            parts.append("colour: particles a pixel")
        parts.append(f"tails: the past of {FEW_FOLLOWED}." if dense else "tails: their past.")
        turn = " Drag to turn." if self.coordinates.count == 3 else ""
        return "; ".join(parts) + turn

    def _part(self, share: float) -> str:
        """Return the words for the share of the plane, of a large cloud that of a sample."""
        about = "≈ " if self.followed else ""
        return "" if np.isnan(share) else f" ({about}{share:.0%} of Σ|q|²)"

    def need(self, points: np.ndarray) -> Box:
        """Return the limits that drawn points need."""
        finite = points[np.isfinite(points).all(axis=1)]
        if not len(finite):
            return (0.0, 0.0, 0.0, 0.0)
        if not self.flat:
            reach = float(np.sqrt((finite.astype(np.float64) ** 2).sum(axis=1).max()))
            return (-reach, reach, -reach, reach)
        low, high = finite.min(axis=0), finite.max(axis=0)
        return (float(low[0]), float(high[0]), float(low[1]), float(high[1]))


def wish_of(chosen: Mapping[str, str], dimension: int) -> Wish:
    """Return what the options of the figure ask for, of neurons with D input weights."""
    usual = 3 if dimension == 3 else 2
    dims = usual if chosen["dims"] == "auto" else int(chosen["dims"])
    return Wish(chosen["plane"], dims, tuple(int(chosen[axis]) for axis in "xyz"))


def make_cloud(setup: Any, chosen: Mapping[str, str], known: Cloud | None = None) -> Cloud:
    """Return the cloud of a run as the options `chosen` of the figure have it.

    Worker thread. If `known` is the cloud of the same run, the past that it has followed is kept.
    """
    simulation, dataset = setup.simulation, setup.dataset
    particles = simulation.frame.particles
    dimension = particles.shape[1] - 1
    wish = wish_of(chosen, dimension)
    rows = subset(len(particles), MOST_DRAWN)
    material = Material(dimension, dataset.bias, dataset.teacher, positions(particles[rows]))
    coordinates = make_coordinates(wish, material)
    squashed = chosen["radius"] == "tanh" and coordinates.count > 1
    place = Place(coordinates, squashed)
    has_teacher = dataset.teacher is not None
    shown = dataset.teacher[:MOST_TEACHERS] if has_teacher and chosen["teacher"] == "1" else []
    teacher = place(np.reshape(shown, (-1, dimension + 1)))
    dense = len(rows) < len(particles)
    few = rows[subset(len(rows), FEW_FOLLOWED if dense else MOST_PARTICLES)]
    same = known is not None and known.simulation is simulation
    return Cloud(
        kind=(coordinates.symbols, len(teacher) > 0, dense, squashed),
        wish=wish,
        weights=weights_offered(dimension, dataset.bias),
        dimension=dimension,
        count=len(particles),
        place=place,
        rows=rows,
        trails=Trails(np.arange(len(few)) if dense else few, place),
        followed=(known.followed if known and same else Followed(few)) if dense else None,
        has_teacher=has_teacher,
        teacher=teacher,
        box=_first_box(place, rows, teacher, simulation),
        simulation=simulation,
    )


def _first_box(place: Place, rows: np.ndarray, teacher: np.ndarray, simulation: Any) -> Box:
    """Return limits that show the first cloud, the present one and the teacher."""
    clouds = [simulation.frame.particles, *simulation.history.snapshots()[1][:1]]
    points = np.concatenate([teacher, *(place(cloud[rows]) for cloud in clouds)])
    if place.coordinates.count > 1:
        return square_box(float(np.linalg.norm(points, axis=1).max()))
    reach = 1.15 * np.abs(points).max(axis=0)
    return (-reach[0], reach[0], -reach[1], reach[1])
