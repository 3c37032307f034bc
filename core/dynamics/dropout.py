"""Dropout: every step keeps each particle with some probability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.dynamics.gradient import GradientDescent
from core.kernels import Rule
from core.kernels.move import NO_MASK, SAME_MASK, TWO_MASKS, UPDATE_MASK
from core.problem import Problem
from core.validation import choose, number

#: Where masks act: in prediction and update, in the update alone (random masking), in both but
#: drawn apart (propagation noise and random masking), nowhere.
MASKINGS = {
    "dropout": SAME_MASK,
    "update": UPDATE_MASK,
    "independent": TWO_MASKS,
    "none": NO_MASK,
}


@dataclass(frozen=True)
class Dropout(GradientDescent):
    """w_j ← w_j − η ξ_j ∇φ(w_j)·R'((1/m) Σ_k ξ_k φ(w_k)), ξ_j = 1/q with probability q, else 0.

    The mean drift for the square loss is the flow of F + ((1−q)/(2qm)) ∫‖φ(w,·)‖² dμ. Five phases
    in (stepsize, q, m) were studied by Marion and Chizat (SCIENCE 2.11). Weight decay acts on every
    particle.

    Parameters
    ----------
    keep : float
        q, in ]0, 1].
    masking : str
        "dropout" (one mask for prediction and update), "update" (RaM), "independent" (PN + RaM),
        "none".
    """

    keep: float = 0.7
    masking: str = "dropout"
    name: ClassVar[str] = "dropout"
    schedules: ClassVar[tuple[str, ...]] = ("constant", "sqrt")

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "keep", number("keep", self.keep, 0, 1, open_low=True))
        choose("masking", self.masking, MASKINGS)

    def check(self, problem: Problem) -> None:
        super().check(problem)
        if problem.n == 0:
            raise ValueError("Dropout needs samples, and the problem has none; use core.Problem")

    def rule(self, problem: Problem, seed: int) -> Rule:
        masking = MASKINGS[self.masking]
        return super().rule(problem, seed)._replace(keep=self.keep, masking=masking)
