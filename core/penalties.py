"""Penalties on a cloud of particles: what weight decay multiplies.

Adding one means one code and one branch in `core.kernels.move`, and one row here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.kernels.move import MASS, PATH
from core.measure import path_norm, total_mass


@dataclass(frozen=True)
class Penalty:
    """One penalty V(μ): names, LaTeX, code, value, and m ∇V as an array (m, d+1)."""

    name: str
    label: str
    latex: str
    code: int
    value: Callable[[np.ndarray], float]
    gradient: Callable[[np.ndarray], np.ndarray]


def _path_gradient(particles: np.ndarray) -> np.ndarray:
    """Return 2 (|c| a/|a|, |a| sign c); 0 for a = 0 in the first, for c = 0 in the second."""
    a, c = particles[:, :-1], particles[:, -1:]
    norm = np.linalg.norm(a, axis=1, keepdims=True)
    unit = a / np.where(norm > 0, norm, 1.0)
    return 2.0 * np.hstack((np.abs(c) * unit, norm * np.sign(c)))


PENALTIES: dict[str, Penalty] = {
    entry.name: entry
    for entry in (
        Penalty("mass", "total mass", r"\tfrac1m\sum|w|^2", MASS,
                total_mass, lambda particles: 2.0 * particles),
        Penalty("path", "path norm", r"\tfrac2m\sum|c||a|", PATH,
                lambda particles: 2.0 * path_norm(particles), _path_gradient),
    )
}  # fmt: skip
