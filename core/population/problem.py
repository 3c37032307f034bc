"""Population problem: a student network against a teacher, over all inputs of a law."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from core import kernels
from core.datasets import INPUT_LAWS
from core.losses.formulas import SQUARE
from core.model import Model, Scores
from core.penalties import PENALTIES
from core.population.closed_forms import ClosedForm, closed_form
from core.population.engine import PopulationEngine
from core.population.pulls import PopulationPulls
from core.validation import array, choose, integer, number

#: Laws of the inputs.
LAWS = {"gaussian": "N(0, I)", "sphere": "uniform on the unit sphere"}


@dataclass(frozen=True, eq=False)
class PopulationProblem(Model):
    """Fit a teacher f*(x) = (1/m0) Σ_k c*_k σ(a*_k·x) by f(x) = (scale/m) Σ_j c_j σ(a_j·x).

    The risk E[(f − f*)²/2] and its gradient are exact, for the erf on the sphere to 1e-12: there
    are no samples.

    Parameters
    ----------
    teacher : array_like, shape (m0, d+1)
        Particles of the teacher: columns a*, then c*.
    activation : str
        σ of both: relu, leaky_relu, abs, identity, relu2, step or erf.
    law : str
        Law of the inputs in R^d: "gaussian", N(0, I), or "sphere", uniform on the unit sphere.
        No bias. A pair of erf neurons on the sphere takes about a microsecond, another at most a
        tenth of that.
    scale : float
        α > 0: 1 is the mean-field scaling 1/m.
    weight_decay : float
        λ >= 0 in objective = risk/scale² + λ · penalty.
    penalty : str
        "mass": (1/m) Σ_j |w_j|², "path": (2/m) Σ_j |c_j| |a_j|, "l1": (1/m) Σ_j |c_j| ‖a_j‖₁.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.

    Notes
    -----
    Chizat and Bach (2018), "On the global convergence of gradient descent for over-parameterized
    models using optimal transport", section 4.2; kernels in `core.population.closed_forms`.
    """

    teacher: np.ndarray
    activation: str = "relu"
    law: str = "gaussian"
    scale: float = 1.0
    weight_decay: float = 0.0
    penalty: str = "mass"

    #: The only loss with a closed form; its targets are real numbers, and there are no samples.
    loss = "square"
    loss_parameter: ClassVar[None] = None
    labels: ClassVar[bool] = False
    n: ClassVar[int] = 0

    def __post_init__(self) -> None:
        teacher = array("teacher", self.teacher, 2).astype(np.float64)
        if teacher.shape[1] < 2:
            raise ValueError(f"teacher has shape {teacher.shape}; it must be (m0, d+1) with d >= 1")
        teacher.setflags(write=False)
        choose("law", self.law, LAWS)
        closed_form(self.activation, self.law)
        choose("penalty", self.penalty, PENALTIES)
        checked = {
            "teacher": teacher,
            "scale": number("scale", self.scale, 0, 1e12, open_low=True),
            "weight_decay": number("weight_decay", self.weight_decay, 0, 1e12),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    @property
    def d(self) -> int:
        """Number of input coordinates."""
        return self.teacher.shape[1] - 1

    @property
    def m0(self) -> int:
        """Number of particles of the teacher."""
        return self.teacher.shape[0]

    @property
    def form(self) -> ClosedForm:
        """What compiled code must know of the activation."""
        return closed_form(self.activation, self.law)

    @property
    def moment(self) -> float:
        """What divides the Gaussian closed forms: E|x|^(2p) on the sphere, else 1."""
        return self.form.moment(self.law, self.d)

    @cached_property
    def null_risk(self) -> float:
        """Risk of f = 0, E[f*²/2]."""
        alone = PopulationPulls(self.replace(scale=1.0), self.m0, teacher=False)
        return alone.update(self.teacher)

    def predict(self, particles: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        """Return f(x), shape (k,), float64, for every row of inputs (k, d)."""
        particles, inputs = self.check_particles(particles), self._check_inputs(inputs)
        return kernels.predict(self.activation, self.scale, particles, inputs)

    def target(self, inputs: np.ndarray) -> np.ndarray:
        """Return f*(x), shape (k,), float64, for every row of inputs (k, d)."""
        return kernels.predict(self.activation, 1.0, self.teacher, self._check_inputs(inputs))

    def sample(self, rng: Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Draw inputs (count, d) of the law, and return them with their targets (count,)."""
        count = integer("count", count, 1, 10**9)
        inputs = INPUT_LAWS[self.law](rng, count, self.d)
        return inputs, self.target(inputs)

    def risk(self, particles: np.ndarray) -> float:
        """Return E[(f − f*)²/2], to within a few roundings of the null risk and of E[f²/2]."""
        particles = self.check_particles(particles)
        return PopulationPulls(self, len(particles)).update(particles)

    def velocity(self, particles: np.ndarray, force: int | None = None) -> np.ndarray:
        """Return −m ∇(objective), the velocity of every particle under the gradient flow.

        Where σ'(a_j·x) does not exist (a_j = 0) it is the slope from the left, 0 for |u|, as in
        `core.Problem`. With the step the mean over all inputs does have a gradient in a, though
        no sample has one: here a moves, on samples it does not. Parallel neurons then exert no
        force on one another, for they sit on a cone of the objective.

        Parameters
        ----------
        particles : ndarray, shape (m, d+1)
        force : int, optional
            Only the code of the square loss itself is allowed.

        Returns
        -------
        ndarray, shape (m, d+1), float64
        """
        if force not in (None, SQUARE):
            raise ValueError(f"force={force!r} is not the square loss (code {SQUARE}) or None")
        particles = self.check_particles(particles)
        pulls = PopulationPulls(self, len(particles))
        pulls.update(particles)
        particles = particles.astype(np.float64)
        velocity = np.column_stack((particles[:, -1:] * pulls.pull_a, pulls.pull_c))
        return velocity - self.decay_of(particles)

    def _check_inputs(self, inputs: np.ndarray) -> np.ndarray:
        inputs = array("inputs", inputs, 2)
        if inputs.shape[1] != self.d:
            raise ValueError(f"inputs has shape {inputs.shape}; it must be (k, {self.d})")
        return inputs

    @property
    def draws(self) -> Any:
        """Fresh samples, for stochastic gradient descent: `sample`."""
        return self.sample

    def engine(self, force: int, particles: np.ndarray) -> PopulationEngine:
        """Return the state of a run from particles (m, d+1)."""
        return PopulationEngine(self, particles)

    def scores(self, state: Any) -> Scores:
        """Return the risk of a run's state; a law of real targets has no margin."""
        exact = isinstance(state, PopulationEngine)
        risk = state.risk if exact else self.risk(state.particles)
        return Scores(risk, float("nan"), float("nan"))
