"""Descent in signed square roots of the input weights: sparse neurons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.dynamics.gradient import GradientDescent
from core.kernels import Rule
from core.kernels.move import SQUARED
from core.problem import Problem
from core.validation import number


@dataclass(frozen=True)
class SquaredDescent(GradientDescent):
    """u_j ← u_j − stepsize · m ∇_{u_j} objective for a_j = u_j ∘ |u_j|; c_j stays.

    Coordinates of a_j grow at rates of their own: small ones stay small, and 0 stays 0. Where
    |c_j| = 1 the penalty "l1" is λ(1/m) Σ_j |u_j|², the weight decay of the roots. The part of the
    gradient along u_j and the part across it move at their own speeds α and β, as φ is
    2-homogeneous in u_j. Chizat (2022), "Sparse optimization on measures with over-parameterized
    gradient descent", section 5 (SCIENCE 2.7, 2.8).

    Parameters
    ----------
    radial, angular : float
        α and β, in [0, 10³].
    """

    radial: float = 1.0
    angular: float = 1.0
    name: ClassVar[str] = "squared"
    schedules: ClassVar[tuple[str, ...]] = ("constant", "sqrt", "normalised")

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "radial", number("radial", self.radial, 0, 1e3))
        object.__setattr__(self, "angular", number("angular", self.angular, 0, 1e3))

    def rule(self, problem: Problem, seed: int) -> Rule:
        rule = super().rule(problem, seed)
        return rule._replace(kind=SQUARED, first_rate=self.radial, second_rate=self.angular)
