"""Engines: the buffers of one run and the choice of its kernel.

An engine owns the particles and everything a step needs, so that stepping allocates nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np

from core.jit import apart
from core.kernels import blas, dense
from core.kernels.blocks import block_count, block_length, padded, padded_inputs
from core.kernels.pace import Pace
from core.kernels.threads import single_threaded_blas, thread_permit

if TYPE_CHECKING:
    from core.problem import Problem


class Engine(ABC):
    """The state of one run under first-order dynamics.

    Parameters
    ----------
    problem : Problem
    force : int
        Code of the loss (or SOFTMIN) whose forces move the particles.
    particles : ndarray, shape (m, d+1)
        The start, copied.

    Attributes
    ----------
    particles : ndarray, shape (m, d+1)
        Current particles; only `advance` and `restart` change them.
    predictions : ndarray, shape (n,), float64
        f(x_i) of the current particles on the training inputs.
    """

    threshold: int

    def __init__(self, problem: Problem, force: int, particles: np.ndarray) -> None:
        m = particles.shape[0]
        n = problem.n
        dtype = particles.dtype
        # All arrays lie apart: compiled loops round otherwise where two nearly touch.
        self.particles = apart(particles.shape, dtype)
        self.predictions = apart(n)
        self._activation = problem.activation_code
        self._scale = float(problem.scale)
        self._loss = force
        self._targets = apart(n)
        self._targets[:] = problem.targets
        self._g = apart(n)
        self._force = apart(padded(n), dtype)
        self._partial = apart((block_count(m), padded(n)), dtype)
        self._squares = apart(block_count(m))
        self._pairs = m * n
        self._pace = Pace()

    @property
    def total_mass(self) -> float:
        """β = (1/m) Σ_j |w_j|² of the current particles."""
        return float(self._squares.sum() / len(self.particles))

    def restart(self, particles: np.ndarray) -> None:
        """Take over a copy of particles (m, d+1); find their predictions and forces."""
        self.particles[...] = particles
        self._force[:] = 0
        self.advance(np.zeros(1), 0.0)  # a step of no length only measures

    def advance(self, stepsizes: np.ndarray, decay: float) -> int:
        """Take one step per entry of `stepsizes` (k,) float64.

        Parameters
        ----------
        decay : float
            Rate subtracted from the velocity as decay · w.

        Returns
        -------
        int
            Steps after which everything was still finite; fewer than k means that the next one
            was not, and that the engine must be restarted from finite particles.
        """
        options = (block_length(len(self.particles)), self._loss, self._scale, float(decay))

        def steps(threads: bool, start: int, stop: int) -> int:
            return int(self._steps(threads, stepsizes[start:stop], options))

        with thread_permit(self._pairs, self.threshold) as threads:
            if threads:
                return self._pace.run(steps, len(stepsizes))
            return steps(False, 0, len(stepsizes))

    @abstractmethod
    def _steps(self, threads: bool, stepsizes: np.ndarray, options: tuple) -> int: ...


class DenseEngine(Engine):
    """Fused kernel; for at most `dense.MOST_COORDINATES` input coordinates."""

    threshold = 300_000

    def __init__(self, problem: Problem, force: int, particles: np.ndarray) -> None:
        super().__init__(problem, force, particles)
        self._inputs = padded_inputs(problem.inputs, particles.dtype)
        self.restart(particles)

    def _steps(self, threads: bool, stepsizes: np.ndarray, options: tuple) -> int:
        kernel = dense.step_kernel(
            self._activation, self._inputs.shape[0], self.particles.dtype.name, threads
        )
        return kernel(
            self.particles,
            self._inputs,
            self._targets,
            self._partial,
            self._squares,
            self.predictions,
            self._g,
            self._force,
            stepsizes,
            options,
        )


class MatrixEngine(Engine):
    """Matrix products; for many input coordinates. Keeps the (m, n) pre-activations."""

    threshold = 20_000

    def __init__(self, problem: Problem, force: int, particles: np.ndarray) -> None:
        super().__init__(problem, force, particles)
        m, columns = particles.shape
        dtype = particles.dtype
        self._inputs = apart((padded(problem.n), columns - 1), dtype)
        self._inputs[: problem.n] = problem.inputs
        self._a = apart((m, columns - 1), dtype)
        self._c = apart(m, dtype)
        self._pull = apart((m, columns - 1), dtype)
        self._pre = apart((m, len(self._inputs)), dtype)
        self.restart(particles)

    def restart(self, particles: np.ndarray) -> None:
        self._a[...] = particles[:, :-1]
        self._c[...] = particles[:, -1]
        self._pre[:] = 0  # nan left by a diverged run would survive the multiplication by 0
        super().restart(particles)

    def _steps(self, threads: bool, stepsizes: np.ndarray, options: tuple) -> int:
        kernel = blas.step_kernel(self._activation, self.particles.dtype.name, threads)
        with single_threaded_blas():
            done = kernel(
                self._a,
                self._c,
                self._pre,
                self._pull,
                self._inputs,
                self._targets,
                self._partial,
                self._squares,
                self.predictions,
                self._g,
                self._force,
                stepsizes,
                options,
            )
        self.particles[:, :-1] = self._a
        self.particles[:, -1] = self._c
        return done


def make_engine(problem: Problem, force: int, particles: np.ndarray) -> Engine:
    """Return the engine that suits the number of input coordinates of `problem`."""
    kind = DenseEngine if problem.d <= dense.MOST_COORDINATES else MatrixEngine
    return kind(problem, force, particles)
