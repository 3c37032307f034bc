"""Distance to another cloud, such as one of very many particles at the same time, SCIENCE 5.4."""

from __future__ import annotations

import math

import numpy as np

from core.measure import project_sphere
from core.observables.base import Observable, Sight
from core.observables.transport import circular_w1, cone_distance, sliced_w2

#: Most particles on each side of an optimal matching, copies counted.
MOST_MATCHED = 1000


def _other(sight: Sight) -> np.ndarray:
    assert sight.reference is not None  # Observable.__call__ has checked
    return sight.reference


def predictor_distance(sight: Sight) -> float:
    """Return ‖f − f_reference‖ in L²(data)."""
    gap = sight.predictions - sight.problem.predict(_other(sight))
    return math.sqrt(np.mean(gap**2))


def circle_distance(sight: Sight) -> float:
    """Return W₁, in radians, between the masses |w_j|² at the angles of a_j, total mass 1.

    Particles with a_j = 0 have no angle and are left out; nan where none is left.
    """
    angles, masses = [], []
    for cloud in (sight.particles, _other(sight)):
        cloud = cloud[(cloud[:, :-1] != 0).any(axis=1)]
        if len(cloud) == 0:
            return math.nan
        angles.append(np.arctan2(cloud[:, 1], cloud[:, 0]))
        masses.append(project_sphere(cloud)[0])
    return circular_w1(angles[0], masses[0], angles[1], masses[1])


def sphere_distance(sight: Sight) -> float:
    """Return sliced W₂ between the projections Π₂ on the sphere, total mass 1; nan without mass."""
    mass, direction = project_sphere(_other(sight))
    if not (mass.sum() > 0 and sight.total_mass > 0):
        return math.nan
    return sliced_w2(sight.direction, sight.mass, direction, mass)


def matched_distance(sight: Sight) -> float:
    """Return the cone distance of particles matched at least cost: W₂ of the clouds in R^{d+1}.

    A cloud of fewer particles has each copied, which leaves its measure.
    """
    first, second = sight.particles, _other(sight)
    size = math.lcm(len(first), len(second))
    if size > MOST_MATCHED:
        raise ValueError(
            f"reference has {len(second)} particles and the cloud {len(first)}; their least common"
            f" multiple must be at most {MOST_MATCHED} for observable 'matched_distance'"
        )
    first = np.repeat(first, size // len(first), axis=0)
    second = np.repeat(second, size // len(second), axis=0)
    # When they are needed: SciPy is slow to load.
    from scipy.optimize import linear_sum_assignment
    from scipy.spatial.distance import cdist

    rows, columns = linear_sum_assignment(cdist(first, second, "sqeuclidean"))
    return _cone(first[rows], second[columns])


def _cone(first: np.ndarray, second: np.ndarray) -> float:
    (p, u), (q, v) = project_sphere(first), project_sphere(second)
    angles = 2 * np.arctan2(np.linalg.norm(u - v, axis=1), np.linalg.norm(u + v, axis=1))
    return cone_distance(np.sqrt(p * len(p)), np.sqrt(q * len(q)), angles)


REFERENCE_DISTANCE = (
    Observable(
        "predictor_distance", "distance to the reference predictor",
        r"\|f-f_{\mathrm{ref}}\|_{L^2}", "target",
        "Root mean square of f − f_ref on the training inputs, at least 0: about 1/√m against a"
        " cloud of many particles (Chizat and Bach 2018).",
        "dear", ("samples", "reference"), predictor_distance,
    ),
    Observable(
        "circle_distance", "distance of masses on the circle", r"W_1(\Pi_2\mu,\Pi_2\nu)", "radian",
        "W₁, in [0, π], between normalised masses |w|² at the angles of a.",
        "dear", ("planar", "reference"), circle_distance,
    ),
    Observable(
        "sphere_distance", "distance of masses on the sphere",
        r"SW_2(\Pi_2\mu,\Pi_2\nu)", "",
        "Sliced W₂ between normalised masses |w|² at w/|w|, over 64 fixed lines (Bonneel et al."
        " 2015).",
        "dear", ("reference",), sphere_distance,
    ),
    Observable(
        "matched_distance", "cone distance of matched particles",
        r"W_2(\mu,\nu)", "weight",
        "Root mean square cone distance of particles matched at least cost (Chizat 2022).",
        "dear", ("reference",), matched_distance,
    ),
)  # fmt: skip
