"""Soft-min ascent: the dynamics of the implicit bias towards the largest margin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core import losses
from core.dynamics.base import FirstOrderDynamics
from core.problem import Problem


@dataclass(frozen=True)
class SoftminAscent(FirstOrderDynamics):
    """Ascent of S = −log mean_i exp(−y_i f(x_i)) with stepsize η/√(t+2), whatever the loss named.

    It is the flow of the exponential loss, its time changed by the loss. Chizat and Bach (2020),
    "Implicit bias of gradient descent for wide two-layer neural networks trained with the
    logistic loss", section 5.

    Parameters
    ----------
    stepsize : float
        η, in [0, 10⁶]; step t = 0, 1, … uses η/√(t+2).
    schedule : str
        "sqrt" as above, or "constant", or "auto".
    """

    schedule: str = "sqrt"
    name: ClassVar[str] = "softmin"
    schedules: ClassVar[tuple[str, ...]] = ("sqrt", "constant", "auto")

    def check(self, problem: Problem) -> None:
        if not problem.labels:
            raise ValueError(f"{type(self).__name__} needs targets of ±1, and these are not")

    def force(self, problem: Problem) -> int:
        return losses.SOFTMIN
