"""Whether mass stands where the first variation is negative, from where it must grow.

A cloud that is not a global minimum has directions with F'_μ < 0; a particle there escapes to
them (Chizat and Bach 2018, theorem 3.3). SCIENCE 5.11.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.observables.alignment import drive
from core.observables.base import Observable, Sight
from core.observables.sphere import landscape
from core.penalties import PENALTIES


@dataclass(frozen=True)
class Escape:
    """min F'_μ over the unit sphere of R^{d+1}, and the share of the mass where F'_μ < 0."""

    minimum: float
    share: float

    @property
    def main(self) -> float:
        """The minimum."""
        return self.minimum

    @property
    def inside(self) -> bool:
        """Whether some particle lies where F'_μ < 0."""
        return self.share > 0


def escape(sight: Sight) -> Escape:
    """Return the minimum of F'_μ on the sphere and the share of mass in {F'_μ < 0}.

    F'_μ(w) = c G(a)/α + V(w), V = λ|w|² (or 2λ|c||a| where the path norm is penalised). Since
    |c||a| ≤ 1/2 on the sphere, its minimum is λ − max|G|/(2α), or 0 at c = 0 for the path norm if
    that is less.
    """
    problem = sight.problem
    decay, scale = problem.weight_decay, problem.scale
    minimum = decay - sight.shared(landscape).peak / (2 * scale)
    if problem.penalty == "path":
        minimum = min(0.0, minimum)
    return Escape(minimum, escape_share(sight))


def escape_share(sight: Sight) -> float:
    """Return the share of the mass where F'_μ < 0; 0 for a cloud without mass."""
    mass = sight.total_mass
    return float(sight.mass[first_variation(sight) < 0].sum()) / mass if mass > 0 else 0.0


def first_variation(sight: Sight) -> np.ndarray:
    """Return F'_μ(w_j) (m,) for every particle.

    It is 2-homogeneous, so by Euler ⟨w, ∇F'_μ⟩ = 2 F'_μ, and the velocity is −∇F'_μ. With samples
    G(a) = −a·D(a), which others look at too.
    """
    problem = sight.problem
    if problem.n == 0:
        return -np.einsum("jk,jk->j", sight.velocity, sight.particles) / 2
    potential = -np.einsum("jk,jk->j", sight.a, sight.shared(drive))
    penalty = PENALTIES[problem.penalty].each(sight.particles)
    return sight.c * potential / problem.scale + problem.weight_decay * penalty


ESCAPE = (
    Observable(
        "escape", "first variation, least", r"\min_{|w|=1} F'_\mu(w)", "",
        "Least first variation over the sphere; negative while a descent direction is left"
        " (Chizat and Bach 2018, theorem 3.3).",
        "dear", ("homogeneous", "round"), escape,
    ),
    Observable(
        "escape_share", "mass on its way", r"|\mu|(\{F'_\mu<0\})/\beta", "",
        "Share of the mass, in [0, 1], that stands where the first variation is negative.",
        "cheap", ("homogeneous",), escape_share,
    ),
)  # fmt: skip
