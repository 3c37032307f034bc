"""Conic particle gradient descent: radius and direction of a particle move at their own speeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.dynamics.gradient import GradientDescent
from core.kernels import Rule
from core.kernels.move import CONIC_CANONICAL, CONIC_MIRROR
from core.problem import Problem
from core.validation import choose, number

#: How the radius moves: r ← r exp(−2hJ') and r ← r (1 − 2hJ').
RETRACTIONS = {"mirror": CONIC_MIRROR, "canonical": CONIC_CANONICAL}


@dataclass(frozen=True)
class ConicDescent(GradientDescent):
    """Gradient descent on the measure Σ_j (r_j²/m) δ_{θ_j}, r = |w|, θ = w/|w| on the sphere.

    With J' = F'_μ(θ) the radius shrinks by exp(−2ηαJ') (mirror) or 1 − 2ηαJ' (canonical), and
    θ ← θ − ηβ∇J'(θ), put back on the sphere. α = β = 1 is gradient descent of a 2-homogeneous
    network up to O(η²); β = 0 is mirror descent on the masses, directions fixed. Chizat (2022),
    "Sparse optimization on measures with over-parameterized gradient descent" (SCIENCE 2.8, 2.9).

    Parameters
    ----------
    radial, angular : float
        α and β, in [0, 10³].
    retraction : str
        "mirror" or "canonical".
    """

    radial: float = 1.0
    angular: float = 1.0
    retraction: str = "mirror"
    name: ClassVar[str] = "conic"

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "radial", number("radial", self.radial, 0, 1e3))
        object.__setattr__(self, "angular", number("angular", self.angular, 0, 1e3))
        choose("retraction", self.retraction, RETRACTIONS)

    def check(self, problem: Problem) -> None:
        super().check(problem)
        problem.check_homogeneous("ConicDescent")

    def rule(self, problem: Problem, seed: int) -> Rule:
        return (
            super()
            .rule(problem, seed)
            ._replace(
                kind=RETRACTIONS[self.retraction], first_rate=self.radial, second_rate=self.angular
            )
        )
