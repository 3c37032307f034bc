"""What an observable may look at, and what an entry of the table of observables says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Literal, Protocol, TypeVar

import numpy as np

from core.activations import activation
from core.measure import project_sphere
from core.penalties import PENALTIES
from core.problem import Problem
from core.validation import array, number

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Sight:
    """A cloud at one step of a run, and what it may be compared with.

    Properties that several observables share are computed once, when first asked for.

    Parameters
    ----------
    problem : Problem or PopulationProblem
    particles : array_like, shape (m, d+1)
        Any precision; observables compute in float64.
    initial : array_like, shape (m, d+1), optional
        The same particles at step 0.
    step, time : int, float
        Steps taken, and the sum of their stepsizes.
    stepsize : float, optional
        The current one, positive.
    force : int, optional
        Code of what is descended in place of the loss, as in `Problem.velocity`.
    ceiling : float, optional
        The largest F1-margin γ₁ > 0 of the data (`core.references.max_margin`).
    reference : array_like, shape (M, d+1), optional
        Another cloud, such as one of many particles at the same time.
    history : mapping of str to (k,) arrays, optional
        "time" and "objective" at recorded steps, as `Recorder.scalars` returns them.
    floor : float
        The least objective that is known, taken off the history's.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.
    """

    problem: Problem
    particles: np.ndarray
    initial: np.ndarray | None = None
    step: int = 0
    time: float = 0.0
    stepsize: float | None = None
    force: int | None = None
    ceiling: float | None = None
    reference: np.ndarray | None = None
    history: Mapping[str, np.ndarray] | None = None
    floor: float = 0.0

    def __post_init__(self) -> None:
        for name in ("particles", "initial", "reference"):
            if (value := getattr(self, name)) is not None:
                object.__setattr__(self, name, self._cloud(name, value))
        if self.initial is not None and self.initial.shape != self.particles.shape:
            raise ValueError(
                f"initial has shape {self.initial.shape}; it must be that of the particles, "
                f"{self.particles.shape}"
            )
        for name in ("stepsize", "ceiling"):
            if (value := getattr(self, name)) is not None:
                object.__setattr__(self, name, number(name, value, 0, 1e300, open_low=True))

    def _cloud(self, name: str, value: np.ndarray) -> np.ndarray:
        cloud = array(name, value, 2).astype(np.float64, copy=False)
        if cloud.shape[1] != self.problem.d + 1:
            raise ValueError(
                f"{name} has shape {cloud.shape}; it must be (m, {self.problem.d + 1})"
            )
        return cloud

    @property
    def m(self) -> int:
        """Number of particles."""
        return len(self.particles)

    @property
    def a(self) -> np.ndarray:
        """Input weights (m, d)."""
        return self.particles[:, :-1]

    @property
    def c(self) -> np.ndarray:
        """Output weights (m,)."""
        return self.particles[:, -1]

    @cached_property
    def _shared(self) -> dict[Callable[[Sight], Any], Any]:
        return {}

    def shared(self, part: Callable[[Sight], T]) -> T:
        """Return part(self), computed once for all observables that share it."""
        if part not in self._shared:
            self._shared[part] = part(self)
        return self._shared[part]

    @cached_property
    def radius(self) -> np.ndarray:
        """|a_j| (m,)."""
        return np.linalg.norm(self.a, axis=1)

    @cached_property
    def predictions(self) -> np.ndarray:
        """f(x_i) (n,)."""
        return self.problem.predict(self.particles)

    @cached_property
    def loss_forces(self) -> np.ndarray:
        """g_i = ∂R/∂f_i of the loss (n,)."""
        return self.problem.forces_of(self.predictions)

    @cached_property
    def forces(self) -> np.ndarray:
        """g_i = ∂R/∂f_i of what is descended (n,)."""
        if self.force is None:
            return self.loss_forces
        return self.problem.forces_of(self.predictions, self.force)

    @cached_property
    def velocity(self) -> np.ndarray:
        """−m ∇objective (m, d+1)."""
        return self.problem.velocity(self.particles, self.force)

    @cached_property
    def _projected(self) -> tuple[np.ndarray, np.ndarray]:
        return project_sphere(self.particles)

    @property
    def mass(self) -> np.ndarray:
        """|w_j|²/m (m,)."""
        return self._projected[0]

    @property
    def direction(self) -> np.ndarray:
        """w_j/|w_j| (m, d+1), 0 for a particle at the origin."""
        return self._projected[1]

    @cached_property
    def total_mass(self) -> float:
        """β = Σ_j |w_j|²/m."""
        return float(self.mass.sum())

    @cached_property
    def path_norm(self) -> float:
        """P = (1/m) Σ_j |c_j| |a_j|."""
        return float(np.abs(self.c) @ self.radius) / self.m


class HasMain(Protocol):
    """A result of several parts, one of which is the number to plot."""

    @property
    def main(self) -> float:
        """The number to plot."""


@dataclass(frozen=True)
class Need:
    """Something an observable may need: what to say where it is missing, and the test for it."""

    missing: str
    met: Callable[[Problem], bool]


#: Needs that a problem meets or not.
OF_PROBLEM: dict[str, Need] = {
    "samples": Need("training samples", lambda p: p.n > 0),
    "labels": Need("targets of ±1", lambda p: p.labels),
    "square": Need("the square loss", lambda p: p.loss == "square"),
    "homogeneous": Need(
        "an activation of degree 1 (relu, leaky_relu, abs, identity)",
        lambda p: activation(p.activation).degree == 1,
    ),
    "power": Need(
        "a positively homogeneous activation", lambda p: activation(p.activation).degree is not None
    ),
    "positive": Need("a loss that is never negative", lambda p: p.loss != "unhinged"),
    "planar": Need("inputs of two columns (d = 2)", lambda p: p.d == 2),
    "round": Need(
        "a penalty that is the same in all directions (mass, path)",
        lambda p: p.weight_decay == 0 or PENALTIES[p.penalty].round,
    ),
    "decay": Need("a positive weight_decay", lambda p: p.weight_decay > 0),
}

#: Needs that are fields of a `Sight` left out by default.
OF_SIGHT = tuple(f.name for f in fields(Sight) if f.default is None and f.name != "force")


@dataclass(frozen=True)
class Observable:
    """One observable of a cloud.

    Attributes
    ----------
    name, label, latex : str
        The name in code and URLs, the name on the page, the symbol.
    unit : str
        "" for a pure number; else such as "mass" or "1/time".
    doc : str
        One sentence: what it is, its range, its source.
    cost : "cheap" or "dear"
        Cheap: a number, in O(n m d) with a small constant, to be taken at every recorded step.
    needs : tuple of str
        Keys of `OF_PROBLEM` and fields of `Sight` in `OF_SIGHT`.
    compute : callable
        ``compute(sight)`` returns a float, or a result with a `main` number.
    """

    name: str
    label: str
    latex: str
    unit: str
    doc: str
    cost: Literal["cheap", "dear"]
    needs: tuple[str, ...]
    compute: Callable[[Sight], float | HasMain]

    def applies(self, problem: Problem, given: tuple[str, ...] = OF_SIGHT) -> bool:
        """Return whether `problem`, seen with the fields `given`, has all that is needed."""
        return all(
            OF_PROBLEM[need].met(problem) if need in OF_PROBLEM else need in given
            for need in self.needs
        )

    def __call__(self, sight: Sight) -> float | HasMain:
        """Return the observable of `sight`, or raise ValueError saying what it lacks."""
        for need in self.needs:
            if need in OF_PROBLEM and not OF_PROBLEM[need].met(sight.problem):
                raise ValueError(f"observable {self.name!r} needs {OF_PROBLEM[need].missing}")
            if need not in OF_PROBLEM and getattr(sight, need) is None:
                raise ValueError(f"observable {self.name!r} needs sight.{need}, which is None")
        return self.compute(sight)
