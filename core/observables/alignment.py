"""Early alignment: whether neurons point where the forces at the start drive them, SCIENCE 5.10.

While f is near 0 the direction of a_j follows sign(c_j) D(a_j), D(a) = −Σ_i g_i σ'(a·x_i) x_i, and
comes to rest at extremal vectors, those parallel to their own D.
"""

from __future__ import annotations

import math

import numpy as np

from core.activations import activation
from core.features import blocks
from core.observables.base import Observable, Sight

#: Cosine above which a neuron counts as at rest at an extremal vector.
EXTREMAL = 0.99


def drive(sight: Sight) -> np.ndarray:
    """Return D(a_j) = −Σ_i g_i σ'(a_j·x_i) x_i (m, d), σ of degree 1.

    Its slope is p on the positive side and q on the other, so one sum over the active samples
    does. A kink counts to the other side.
    """
    inputs = sight.problem.inputs
    p, q = activation(sight.problem.activation)(np.array([1.0, -1.0])) * [1, -1]
    pulls = -sight.forces[:, None] * inputs
    result = np.empty_like(sight.a)
    for rows in blocks(sight.m, len(inputs)):
        active = (sight.a[rows] @ inputs.T > 0).astype(np.float64)
        result[rows] = (p - q) * (active @ pulls)
    return result + q * pulls.sum(axis=0)


def cosines(sight: Sight) -> np.ndarray:
    """Return sign(c_j) cos∠(a_j, D(a_j)) (m,); 0 where a_j, c_j or D(a_j) is 0."""
    force = sight.shared(drive)
    sizes = sight.radius * np.linalg.norm(force, axis=1)
    products = np.einsum("jk,jk->j", sight.a, force)
    return np.sign(sight.c) * np.divide(products, sizes, np.zeros_like(sizes), where=sizes > 0)


def alignment(sight: Sight) -> float:
    """Return the mean cosine, weighted by mass; nan for a cloud without mass."""
    return (
        float(sight.mass @ sight.shared(cosines)) / sight.total_mass
        if sight.total_mass
        else math.nan
    )


def extremal_share(sight: Sight) -> float:
    """Return the share of the mass whose cosine exceeds `EXTREMAL` in size; nan without mass."""
    extremal = np.abs(sight.shared(cosines)) > EXTREMAL
    return float(sight.mass @ extremal) / sight.total_mass if sight.total_mass else math.nan


ALIGNMENT = (
    Observable(
        "alignment", "early alignment", r"\langle \mathrm{sign}(c)\cos\angle(a, D(a))\rangle", "",
        "Mean over the mass, in [−1, 1], of the cosine between a neuron and the force that turns it"
        " (Boursier and Flammarion 2024, \"Early alignment in two-layer networks training is a"
        " two-edged sword\").",
        "cheap", ("samples", "homogeneous"), alignment,
    ),
    Observable(
        "extremal_share", "mass at extremal vectors", r"|\mu|(|\cos\angle(a,D(a))|>0.99)/\beta", "",
        "Share of the mass, in [0, 1], parallel to its own force within 0.14 rad (Boursier and"
        " Flammarion 2024).",
        "cheap", ("samples", "homogeneous"), extremal_share,
    ),
)  # fmt: skip
