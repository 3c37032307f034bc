"""What a dynamics is: it makes the state of a run and moves it by whole steps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Protocol, Self

import numpy as np

from core.curvature import sharpness
from core.kernels import Rule
from core.problem import Problem
from core.validation import choose, number

#: Schedules of the stepsize: what step t = 0, 1, … takes, in words.
SCHEDULES = {
    "constant": "η at every step",
    "sqrt": "η/√(t+2)",
    "normalised": "η over the slope of the loss at the soft minimum of the margins",
    "auto": "1/λ_max at the start, for as long as the run lasts",
}


class State(Protocol):
    """What a run keeps between steps; `core.kernels.Engine` is the usual one."""

    finite: bool

    @property
    def particles(self) -> np.ndarray: ...
    @property
    def predictions(self) -> np.ndarray: ...
    @property
    def total_mass(self) -> float: ...
    def backup(self) -> None: ...
    def rollback(self) -> None: ...
    def extra(self) -> dict[str, np.ndarray]: ...


@dataclass(frozen=True)
class FirstOrderDynamics:
    """Particles move along a velocity, w ← w + stepsize_t · velocity.

    Subclasses say which forces move them, and how.

    Parameters
    ----------
    stepsize : float
        η, in [0, 10⁶].
    schedule : str
        A key of `SCHEDULES`, of those in `schedules` of the class. "normalised" ascends the soft
        minimum S = ℓ⁻¹(mean ℓ(u)) of the margins, which is the flow of the loss, its time changed.
        "auto" puts 1/λ_max in place of η, λ_max the largest eigenvalue of m ∇²objective at the
        start; a fixed step is stable below 2/λ_max.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.
    """

    stepsize: float = 0.1
    schedule: str = "constant"
    name: ClassVar[str]
    #: Whether a step looks at every pair of a particle and a sample, whatever kernels there are.
    pairwise: ClassVar[bool] = False
    schedules: ClassVar[tuple[str, ...]] = ("constant", "sqrt", "normalised", "auto")

    def __post_init__(self) -> None:
        object.__setattr__(self, "stepsize", number("stepsize", self.stepsize, 0, 1e6))
        choose("schedule", self.schedule, {name: name for name in self.schedules})

    def check(self, problem: Problem) -> None:
        """Raise ValueError if this dynamics does not apply to `problem`."""
        if self.schedule == "normalised" and problem.softmin_code is None:
            raise ValueError(
                f"schedule='normalised' needs a loss that decreases to 0 in the margin "
                f"(logistic, exponential, polynomial), and loss={problem.loss!r} does not"
            )

    def force(self, problem: Problem) -> int:
        """Return the code of what is descended (a loss code, or that of a soft minimum)."""
        if self.schedule == "normalised":
            assert problem.softmin_code is not None
            return problem.softmin_code
        return problem.loss_code

    def rule(self, problem: Problem, seed: int) -> Rule:
        """Return how a particle moves."""
        # weight_decay·|w|² adds −2·weight_decay·w to the velocity.
        decay = 2.0 * problem.weight_decay
        return Rule(decay=decay, penalty=problem.penalty_code, seed=seed)

    def stepsizes(self, start: int, count: int) -> np.ndarray:
        """Return the stepsizes of steps start, …, start + count − 1 as float64 (count,)."""
        if self.schedule == "sqrt":
            return self.stepsize / np.sqrt(np.arange(start + 2, start + count + 2))
        return np.full(count, self.stepsize)

    def settle(self, problem: Problem, particles: np.ndarray) -> tuple[Self, str]:
        """Return the dynamics with what it chooses by itself, and a sentence on the choice.

        Raises ValueError if it does not apply to `problem`.
        """
        self.check(problem)
        if self.schedule != "auto":
            return self, ""
        found = sharpness(problem, particles, self.force(problem))
        if not found.value > 0:
            return self, f"The objective is not convex here: the stepsize stays {self.stepsize:g}."
        chosen = replace(self, stepsize=min(1.0 / found.value, 1e6))
        return chosen, (
            f"The stepsize is {chosen.stepsize:.4g} = 1/λ_max: the largest eigenvalue of "
            f"m∇²objective at the start is {found.value:.4g}."
        )

    def model(self, problem: Problem, particles: np.ndarray) -> Problem:
        """Return the problem whose predictor the particles now stand for."""
        return problem

    def init(
        self,
        problem: Problem,
        particles: np.ndarray,
        seed: int = 0,
        extra: Mapping[str, np.ndarray] | None = None,
    ) -> Any:
        """Return the state of a run from particles (m, d+1).

        Parameters
        ----------
        problem : Problem
            What `model` has returned.
        particles : ndarray, shape (m, d+1)
        seed : int
            Of whatever is random.
        extra : mapping of arrays, optional
            What `State.extra` gave, to go on from there.
        """
        self.check(problem)
        state = self.make_state(problem, particles, seed, extra or {})
        if not state.finite:
            raise ValueError(self._why_not_finite(problem, state))
        return state

    def make_state(
        self,
        problem: Problem,
        particles: np.ndarray,
        seed: int,
        extra: Mapping[str, np.ndarray],
    ) -> Any:
        """Return the state; the checks have been made."""
        return problem.engine(self.force(problem), particles)

    def _why_not_finite(self, problem: Problem, state: Any) -> str:
        """Return what is not finite at the start, and the ways out."""
        ways = "start from a smaller cloud or divide the inputs"
        if self._only_risk_overflows(problem, state):
            return (
                f"particles make a risk that overflows: the {problem.loss} loss is out of range at "
                f"the least margin, {(problem.targets * state.predictions).min():.4g}; choose "
                f"schedule='normalised', which needs the logarithm of the risk only, or {ways}"
            )
        return f"particles make predictions, a risk or a total mass that are not finite; {ways}"

    def _only_risk_overflows(self, problem: Problem, state: Any) -> bool:
        """Tell whether the normalised schedule, which it could have, would go on from here."""
        if problem.softmin_code is None or "normalised" not in self.schedules:
            return False
        others = float(np.abs(state.predictions).sum()) + state.total_mass
        return self.schedule != "normalised" and math.isfinite(others)

    def advance(
        self, state: Any, problem: Problem, start: int, count: int, seed: int = 0
    ) -> np.ndarray:
        """Take steps start, …, start + count − 1; return the stepsizes of those ended finite."""
        taken = self.stepsizes(start, count)
        return taken[: state.advance(taken, self.rule(problem, seed), start)]

    def goes_on_from(self, other: FirstOrderDynamics) -> bool:
        """Tell whether the state of `other` serves this dynamics too: only numbers differ."""
        return type(self) is type(other) and self.schedule == other.schedule != "auto"

    def to_dict(self) -> dict[str, Any]:
        """Return the name and the settings, ready for JSON."""
        return {"name": self.name} | {f.name: getattr(self, f.name) for f in fields(self)}
