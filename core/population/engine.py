"""The run of a population problem: closed-form pulls, and the moves of every other engine."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from core import jit
from core.jit import apart
from core.kernels import Rule
from core.kernels.blocks import STAMP
from core.kernels.move import is_plain, move_block, plain_block
from core.kernels.threads import single_threaded_blas
from core.population.pulls import PopulationPulls

if TYPE_CHECKING:
    from core.population.problem import PopulationProblem


@cache
def _move_kernel(plain: bool, stamp: int = STAMP) -> Any:
    @jit.serial
    def move(particles, v, v_c, h, step, rule):
        """Move particles (m, d+1) by one step; return their sums of |a|² and c²."""
        _ = stamp, plain  # they must be part of the key of the disk cache
        d = v.shape[1]
        a, c = particles[:, :d], particles[:, d]
        if plain:
            return plain_block(rule, h, d, a, c, v, v_c)
        return move_block(rule, step, 0, h, a, c, v, v_c)

    return move


class PopulationEngine:
    """The state of one run on a `PopulationProblem`.

    Parameters
    ----------
    problem : PopulationProblem
    particles : ndarray, shape (m, d+1)
        The start, copied.

    Attributes
    ----------
    particles : ndarray, shape (m, d+1)
    risk : float
        Of the current particles.
    total_mass : float
    finite : bool
        Whether the start has a finite risk.
    """

    def __init__(self, problem: PopulationProblem, particles: np.ndarray) -> None:
        self.particles = apart(particles.shape, particles.dtype)
        self._backup = apart(particles.shape, particles.dtype)
        self._pulls = PopulationPulls(problem, len(particles))
        self.risk = self.total_mass = math.nan
        self._restart(particles)
        self.finite = math.isfinite(self.risk + self.total_mass)

    def _restart(self, particles: np.ndarray) -> None:
        self.particles[...] = particles
        self.advance(np.zeros(1), Rule())

    def backup(self) -> None:
        """Keep the particles for `rollback`."""
        self._backup[...] = self.particles

    def rollback(self) -> None:
        """Go back to the particles of the last `backup`."""
        self._restart(self._backup)

    def extra(self) -> dict[str, np.ndarray]:
        """Return what the particles do not tell of the state: nothing."""
        return {}

    def advance(self, stepsizes: np.ndarray, rule: Rule, start: int = 0) -> int:
        """Take one step for each entry of `stepsizes`; return how many ended finite."""
        pulls, kernel = self._pulls, _move_kernel(is_plain(rule))
        with single_threaded_blas():
            for t, h in enumerate(stepsizes):
                squares = kernel(
                    self.particles, pulls.pull_a, pulls.pull_c, float(h), start + t, rule
                )
                self.total_mass = sum(squares) / len(self.particles)
                self.risk = pulls.update(self.particles)
                if not math.isfinite(self.risk + self.total_mass):
                    return t
        return len(stepsizes)
