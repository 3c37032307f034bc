"""Only the input weights move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.dynamics.gradient import GradientDescent
from core.kernels import Rule
from core.problem import Problem


@dataclass(frozen=True)
class HiddenLayerDescent(GradientDescent):
    """a_j ← a_j − stepsize · m ∇_{a_j} objective; c_j stays.

    The committee machine of Mei, Montanari and Nguyen (2018), "A mean field view of the landscape
    of two-layer neural networks".
    """

    name: ClassVar[str] = "hidden"

    def rule(self, problem: Problem, seed: int) -> Rule:
        return super().rule(problem, seed)._replace(second_rate=0.0)
