"""Only the output weights move: random features, a convex problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.dynamics.gradient import GradientDescent
from core.dynamics.softmin import SoftminAscent
from core.kernels import Rule
from core.problem import Problem


@dataclass(frozen=True)
class OutputLayerDescent(GradientDescent):
    """c_j ← c_j − stepsize · m ∂_{c_j} objective; a_j stays.

    Gradient descent on random features: for many neurons, kernel regression with the conjugate
    kernel (Chizat and Bach 2020, section 3.2).
    """

    name: ClassVar[str] = "output_descent"

    def rule(self, problem: Problem, seed: int) -> Rule:
        return super().rule(problem, seed)._replace(first_rate=0.0)


@dataclass(frozen=True)
class OutputLayerAscent(SoftminAscent):
    """c_j ← c_j + η_t b_t Σ_i q_i y_i σ(a_j·x_i), b_t = max(1, ‖c‖₂/√m); a_j stays.

    Ascent of the soft minimum in the output weights; the stepsize grows with their norm, so that
    the direction keeps moving. It tends to the largest F₂ margin, that of the kernel support
    vector machine (Chizat and Bach 2020, section 5; SCIENCE 2.4). Time is Σ η_t b_t.
    """

    name: ClassVar[str] = "output_ascent"

    def rule(self, problem: Problem, seed: int) -> Rule:
        return super().rule(problem, seed)._replace(first_rate=0.0, output_norm=1)
