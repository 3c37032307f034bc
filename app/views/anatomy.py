"""One neuron taken apart: its weights, mass, active points and velocity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.kernels.move import EUCLIDEAN
from core.population import PopulationProblem
from core.tangent import TangentProblem

#: Pairs of a particle and a sample (or another particle) above which the velocity of a neuron
#: takes too long beside a run that plays.
MOST_PAIRS = 20_000_000


@dataclass(frozen=True)
class Anatomy:
    """What is known of particle j at one step.

    Attributes
    ----------
    j, m : int
    a : ndarray, shape (D,)
    c : float
    mass, share : float
        |w|²/m, and over the total mass.
    active : ndarray of bool, shape (n,)
        a·x_i > 0.
    velocity : ndarray, shape (D+1,), or None
        What the dynamics moves it by, over the stepsize, without noise and masks; None where that
        is too dear.
    """

    j: int
    m: int
    a: np.ndarray
    c: float
    mass: float
    share: float
    active: np.ndarray
    velocity: np.ndarray | None

    @property
    def particle(self) -> np.ndarray:
        """w = (a, c), shape (D+1,)."""
        return np.append(self.a, self.c)

    @property
    def radial(self) -> float:
        """The speed v·w/|w| at which |w| grows; nan for w = 0 or without velocity."""
        size = float(np.linalg.norm(self.particle))
        if self.velocity is None or size == 0.0:
            return float("nan")
        return float(self.velocity @ self.particle) / size

    @property
    def angular(self) -> float:
        """The size of what is left of the velocity: it turns w/|w|, at angular/|w| radian."""
        size = float(np.linalg.norm(self.particle))
        if self.velocity is None or size == 0.0:
            return float("nan")
        return float(np.linalg.norm(self.velocity - self.radial * self.particle / size))


def dissect(simulation: Any, particles: np.ndarray, j: int, total_mass: float) -> Anatomy:
    """Return what is known of particle j of a cloud.

    Parameters
    ----------
    simulation : core.Simulation
        Whose problem and dynamics move the cloud.
    particles : ndarray, shape (m, D+1)
    j : int
        In [0, m − 1].
    total_mass : float
        β.
    """
    problem = simulation.problem
    w = particles[j].astype(np.float64)
    mass = float(w @ w) / len(particles)
    inputs = problem.inputs if problem.n else np.zeros((0, len(w) - 1))
    return Anatomy(
        j=j,
        m=len(particles),
        a=w[:-1],
        c=float(w[-1]),
        mass=mass,
        share=mass / total_mass if total_mass else 0.0,
        active=inputs @ w[:-1] > 0.0,
        velocity=_velocity(simulation, particles, j),
    )


def _velocity(simulation: Any, particles: np.ndarray, j: int) -> np.ndarray | None:
    """Return the velocity of particle j under the dynamics, before noise and masks."""
    problem, dynamics = simulation.problem, simulation.dynamics
    whole = isinstance(problem, PopulationProblem | TangentProblem)
    m = len(particles)
    if m * (m if problem.n == 0 else problem.n) > MOST_PAIRS:
        return None
    force = dynamics.force(problem)
    if whole:
        v = problem.velocity(particles, force)[j]
    else:  # the pull on one particle alone
        w = particles[j : j + 1].astype(np.float64)
        g = problem.forces_of(problem.predict(particles), force)
        v = (problem.sum_of_gradients(w, -g / problem.scale) - problem.decay_of(w))[0]
    return _paced(v, particles[j].astype(np.float64), dynamics.rule(problem, 0))


def _paced(v: np.ndarray, w: np.ndarray, rule: Any) -> np.ndarray:
    """Return a velocity with the speeds of the rule: of a and c, or of radius and direction."""
    if rule.kind == EUCLIDEAN:
        return np.append(rule.first_rate * v[:-1], rule.second_rate * v[-1])
    size = np.linalg.norm(w)
    unit = w / size if size else w
    radial = (v @ unit) * unit
    return rule.first_rate * radial + rule.second_rate * (v - radial)
