"""Gradient descent of the tangent model: what lazy training tends to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from core.dynamics.gradient import GradientDescent
from core.kernels.tangent import MOST_SAMPLES, TangentEngine
from core.problem import Problem
from core.tangent import TangentProblem


@dataclass(frozen=True)
class TangentFlow(GradientDescent):
    """Gradient descent of R(αh̄)/α², h̄ the network made linear at the particles of the start.

    Run it beside `GradientDescent` from the same start to see how lazy a network trains: the gap
    shrinks with the scale α. A step costs n² operations, whatever m. Chizat, Oyallon and Bach
    (2019), "On lazy training in differentiable programming" (SCIENCE 2.5).
    """

    name: ClassVar[str] = "tangent"
    pairwise: ClassVar[bool] = True  # every picture of it does

    def check(self, problem: Problem) -> None:
        super().check(problem)
        if not 0 < problem.n <= MOST_SAMPLES:
            raise ValueError(
                f"TangentFlow needs 1 to {MOST_SAMPLES} samples, and the problem has {problem.n}"
            )
        if problem.penalty != "mass":
            raise ValueError(f"TangentFlow needs penalty='mass', not {problem.penalty!r}")

    def settle(self, problem: Problem, particles: np.ndarray) -> tuple[Self, str]:
        self.check(problem)
        # The stepsize "auto" is that of the tangent model, not of the network.
        return super().settle(self.model(problem, particles), particles)

    def model(self, problem: Problem, particles: np.ndarray) -> Problem:
        return TangentProblem.at(problem, particles)

    def make_state(
        self,
        problem: Problem,
        particles: np.ndarray,
        seed: int,
        extra: Mapping[str, np.ndarray],
    ) -> Any:
        assert isinstance(problem, TangentProblem)
        force = self.force(problem)
        return TangentEngine(problem, force, particles, extra.get("response"), extra.get("shrink"))
