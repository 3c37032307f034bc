"""What a dynamics is: it makes the state of a run and moves it by whole steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.kernels import Engine, make_engine
from core.losses import risk_and_forces
from core.problem import Problem
from core.validation import number


@dataclass(frozen=True)
class FirstOrderDynamics:
    """Particles move along a velocity, w ← w + stepsize_t · velocity.

    Subclasses say which forces move them and how the stepsize depends on the step count.

    Parameters
    ----------
    stepsize : float
        In [0, 10⁶].
    """

    stepsize: float = 0.1
    name: ClassVar[str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "stepsize", number("stepsize", self.stepsize, 0, 1e6))

    def check(self, problem: Problem) -> None:
        """Raise ValueError if this dynamics does not apply to `problem`."""

    def force(self, problem: Problem) -> int:
        """Return the code of what is descended (a loss code, or SOFTMIN)."""
        return problem.loss_code

    def stepsizes(self, start: int, count: int) -> np.ndarray:
        """Return the stepsizes of steps start, …, start + count − 1 as float64 (count,)."""
        return np.full(count, self.stepsize)

    def init(self, problem: Problem, particles: np.ndarray) -> Engine:
        """Return the state of a run from particles (m, d+1)."""
        self.check(problem)
        force = self.force(problem)
        state = make_engine(problem, force, particles)
        risk, _ = risk_and_forces(force, state.predictions, problem.targets)
        if not np.isfinite(np.append(state.predictions, (risk, state.total_mass))).all():
            raise ValueError(
                "particles make predictions, a risk or a total mass that are not finite; "
                "start from a smaller cloud or divide the inputs"
            )
        return state

    def advance(self, state: Engine, problem: Problem, start: int, count: int) -> int:
        """Take steps start, …, start + count − 1; return how many ended finite."""
        # weight_decay·|w|² adds −2·weight_decay·w to the velocity.
        decay = 2.0 * problem.weight_decay
        return state.advance(self.stepsizes(start, count), decay)
