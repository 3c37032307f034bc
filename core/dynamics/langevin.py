"""Noisy particle gradient descent: mean-field Langevin dynamics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.dynamics.gradient import GradientDescent
from core.kernels import Rule
from core.problem import Problem
from core.validation import number


@dataclass(frozen=True)
class Langevin(GradientDescent):
    """w_j ← w_j + η velocity_j + √(2ητ) ξ_j with standard Gaussian ξ_j, new at every step.

    The free energy F(μ) + τ ∫ log μ decreases along the flow, and with a weight decay its minimum
    is the Gibbs law μ ∝ exp(−F'_μ/τ). Mei, Montanari and Nguyen (2018); Chizat (2022), "Mean-field
    Langevin dynamics: exponential convergence and annealing".

    Parameters
    ----------
    temperature : float
        τ, in [0, 10⁶].
    """

    temperature: float = 0.01
    name: ClassVar[str] = "langevin"
    schedules: ClassVar[tuple[str, ...]] = ("constant", "sqrt", "auto")

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "temperature", number("temperature", self.temperature, 0, 1e6))

    def rule(self, problem: Problem, seed: int) -> Rule:
        return super().rule(problem, seed)._replace(temperature=self.temperature)
