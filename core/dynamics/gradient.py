"""Full-batch gradient descent: the time discretisation of the Wasserstein gradient flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.dynamics.base import FirstOrderDynamics


@dataclass(frozen=True)
class GradientDescent(FirstOrderDynamics):
    """w_j ← w_j − stepsize · m ∇_{w_j} objective.

    Chizat and Bach (2018), "On the global convergence of gradient descent for over-parameterized
    models using optimal transport"; time is stepsize × steps.
    """

    name: ClassVar[str] = "gradient"
