"""How many distinct directions carry the mass, SCIENCE 5.5."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.observables.base import Observable, Sight

#: Directions within this angle (radians) of the heaviest of them count as one.
ANGLE = 1e-2

#: Clusters with a smaller share of the mass are not counted.
LEAST_SHARE = 1e-3


@dataclass(frozen=True)
class Directions:
    """Clusters of directions, the heaviest first.

    Attributes
    ----------
    count : int
        Those with a share of the mass above `LEAST_SHARE`.
    effective : float
        exp(−Σ p log p) of all shares p: the number of equal clusters of the same entropy.
    share : ndarray, shape (k,)
        Of all clusters; sum 1.
    direction : ndarray, shape (k, d+1)
        w/|w| of the heaviest particle of each.
    """

    count: int
    effective: float
    share: np.ndarray
    direction: np.ndarray

    @property
    def main(self) -> float:
        """The count."""
        return float(self.count)


def directions(sight: Sight) -> Directions:
    """Return the clusters of the directions w_j/|w_j| by mass |w_j|²/m.

    The heaviest particle not yet in a cluster founds the next and takes all free ones within
    `ANGLE`. A chain of neighbours would count a dense circle of directions as one; this does not.
    """
    some = sight.mass > 0
    mass, direction = sight.mass[some], sight.direction[some]
    if len(mass) == 0:
        return Directions(0, 0.0, np.zeros(0), np.zeros((0, sight.problem.d + 1)))
    # Ties are broken by direction, so that the order of particles does not matter.
    order = np.lexsort((*direction.T, -mass))
    mass, direction = mass[order] / mass.sum(), direction[order]
    founders, cluster = _found(direction)
    share = np.bincount(cluster, mass, len(founders))
    by_share = np.argsort(-share, kind="stable")
    share, founders = share[by_share], founders[by_share]
    count = int((share > LEAST_SHARE).sum())
    return Directions(count, _effective(share), share, direction[founders])


def _found(direction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the founders' rows and every row's cluster; rows come heaviest first."""
    from scipy.spatial import cKDTree  # when it is needed: SciPy is slow to load

    tree = cKDTree(direction)
    chord = 2 * np.sin(ANGLE / 2)
    cluster = np.full(len(direction), -1)
    founders: list[int] = []
    for row in range(len(direction)):
        if cluster[row] < 0:
            near = np.array(tree.query_ball_point(direction[row], chord))
            cluster[near[cluster[near] < 0]] = len(founders)
            founders.append(row)
    return np.array(founders), cluster


def _effective(share: np.ndarray) -> float:
    share = share[share > 0]
    return float(np.exp(-(share @ np.log(share))))


DIRECTIONS = (
    Observable(
        "directions", "distinct directions", r"\#\{\mathrm{directions}\}", "",
        "Clusters of w/|w| within 0.01 rad that hold more than 0.001 of the mass |w|²; few at a"
        " sparse solution (Chizat and Bach 2020, section 5).",
        "dear", (), lambda sight: sight.shared(directions),
    ),
    Observable(
        "effective_directions", "effective directions", r"e^{H}", "",
        "Exponential of the entropy of the clusters' shares of mass, at least 1.",
        "dear", (), lambda sight: sight.shared(directions).effective,
    ),
)  # fmt: skip
