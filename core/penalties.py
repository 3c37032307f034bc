"""Penalties on a cloud of particles: what weight decay multiplies.

Adding one means one code and one branch in `core.kernels.penalise`, and one row here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.kernels.penalise import L1, MASS, PATH
from core.measure import l1_path_norm, path_norm, total_mass


@dataclass(frozen=True)
class Penalty:
    """One penalty V(μ) = (1/m) Σ_j v(w_j), v homogeneous of degree 2.

    Attributes
    ----------
    name, label, latex : str
    code : int
        In compiled code.
    value, each, gradient : callable
        Of particles (m, d+1): V, all v(w_j) as an array (m,), m ∇V as an array (m, d+1).
    round : bool
        Whether it is the same in all directions of a.
    """

    name: str
    label: str
    latex: str
    code: int
    value: Callable[[np.ndarray], float]
    each: Callable[[np.ndarray], np.ndarray]
    gradient: Callable[[np.ndarray], np.ndarray]
    round: bool = True


def _mass(particles: np.ndarray) -> np.ndarray:
    return np.einsum("ij,ij->i", particles, particles)


def _path(particles: np.ndarray) -> np.ndarray:
    return 2.0 * np.abs(particles[:, -1]) * np.linalg.norm(particles[:, :-1], axis=1)


def _l1(particles: np.ndarray) -> np.ndarray:
    return np.abs(particles[:, -1]) * np.abs(particles[:, :-1]).sum(axis=1)


def _path_gradient(particles: np.ndarray) -> np.ndarray:
    """Return 2 (|c| a/|a|, |a| sign c); 0 for a = 0 in the first, for c = 0 in the second."""
    a, c = particles[:, :-1], particles[:, -1:]
    norm = np.linalg.norm(a, axis=1, keepdims=True)
    unit = a / np.where(norm > 0, norm, 1.0)
    return 2.0 * np.hstack((np.abs(c) * unit, norm * np.sign(c)))


def _l1_gradient(particles: np.ndarray) -> np.ndarray:
    """Return (|c| sign a, ‖a‖₁ sign c), 0 where a coordinate or c is 0."""
    a, c = particles[:, :-1], particles[:, -1:]
    total = np.abs(a).sum(axis=1, keepdims=True)
    return np.hstack((np.abs(c) * np.sign(a), total * np.sign(c)))


PENALTIES: dict[str, Penalty] = {
    entry.name: entry
    for entry in (
        Penalty("mass", "total mass", r"\tfrac1m\sum|w|^2", MASS,
                total_mass, _mass, lambda particles: 2.0 * particles),
        Penalty("path", "path norm", r"\tfrac2m\sum|c||a|", PATH,
                lambda particles: 2.0 * path_norm(particles), _path, _path_gradient),
        Penalty("l1", "ℓ₁ path norm", r"\tfrac1m\sum|c|\|a\|_1", L1,
                l1_path_norm, _l1, _l1_gradient, round=False),
    )
}  # fmt: skip
