"""Engines: the particles of one run, the buffers of a step, and the choice of its kernel.

An engine owns everything a step needs, so that stepping allocates nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

from core.jit import apart
from core.kernels.move import NO_MASK, Rule, is_plain
from core.kernels.pace import Pace
from core.kernels.samples import Samples
from core.kernels.threads import thread_permit

if TYPE_CHECKING:
    from core.problem import Problem

#: Measures, moves nothing, masks nothing.
_AT_REST = Rule()

#: A launch copies the particles in and out, at the cost of a step on some 60 samples: a piece of at
#: least so many steps times samples spends a tenth on it.
_LAUNCH = 500


class Engine(ABC):
    """The state of one run whose particles are pulled by samples.

    Parameters
    ----------
    problem : Problem
    force : int
        Code of the loss (or soft minimum) whose forces move the particles.
    particles : ndarray, shape (m, d+1)
        The start, copied.

    Attributes
    ----------
    particles : ndarray, shape (m, d+1)
        Current particles; only `advance` and `restart` change them.
    finite : bool
        Whether the last `restart` found finite predictions, risk and mass.
    """

    threshold: int

    def __init__(self, problem: Problem, force: int, particles: np.ndarray) -> None:
        m = len(particles)
        # All arrays lie apart: compiled loops round otherwise where two nearly touch.
        self.particles = apart(particles.shape, particles.dtype)
        self.finite = True
        self._activation = problem.activation_code
        parameter = 1.0 if problem.loss_parameter is None else problem.loss_parameter
        length = self._block_length(problem, m)
        self._about = (length, force, parameter, float(problem.scale))
        self._squares = apart((-(-m // length), 2))
        self._all = self._all_samples(problem)
        self._measured = False  # whether self._all is that of the current particles
        self._paces: dict[tuple[bool, bool], Pace] = {}
        self._backup = apart(particles.shape, particles.dtype)
        self._batches: Samples | None = None
        self.kept_batches: Any = None  # of the dynamics that draws them

    @property
    def predictions(self) -> np.ndarray:
        """f(x_i) of the current particles on the training inputs, (n,) float64."""
        if not self._measured:
            self._measure(self._all, _AT_REST, 0)
            self._measured = True
        return self._all.predictions

    @property
    def total_mass(self) -> float:
        """β = (1/m) Σ_j |w_j|² of the current particles."""
        return float(self._squares.sum() / len(self.particles))

    def restart(self, particles: np.ndarray) -> None:
        """Take over a copy of particles (m, d+1); find their predictions and forces."""
        self.particles[...] = particles
        self.finite = self._measure(self._all, _AT_REST, 0)
        if self._pace(self._all, _AT_REST).half_loaded:
            self._measure(self._all, _AT_REST, 0)  # nothing is left to load amid the steps
        self._measured = True

    def backup(self) -> None:
        """Keep the particles for `rollback`."""
        self._backup[...] = self.particles

    def rollback(self) -> None:
        """Go back to the particles of the last `backup`; the same steps give the same bits."""
        self.restart(self._backup)

    def extra(self) -> dict[str, np.ndarray]:
        """Return what the particles do not tell of the state: nothing."""
        return {}

    def advance(
        self,
        stepsizes: np.ndarray,
        rule: Rule = _AT_REST,
        start: int = 0,
        batches: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> int:
        """Take steps start, start + 1, …, one for each entry of `stepsizes` (k,) float64.

        Parameters
        ----------
        stepsizes : ndarray, shape (k,), float64
            Overwritten by the stepsizes taken, where `rule` changes them.
        rule : Rule
            How particles move.
        start : int
            Number of the first step: it names the random draws.
        batches : (inputs (k, b, d), targets (k, b)), optional
            Samples of each step, in place of all samples at each.

        Returns
        -------
        int
            Steps after which everything was still finite; fewer than k means that the next one
            was not, and that the engine must be restarted from finite particles.
        """
        plain = batches is None and rule.masking == NO_MASK
        samples = self._all if batches is None else self._batch(*batches)
        ready = plain and self._measured
        # Otherwise forces must be those of the mask and the batch of the first step.
        if not (ready or self._measure(samples, rule, start)):
            return 0
        self._measured = plain
        return self._run(samples, stepsizes, rule, start)

    def _measure(self, samples: Samples, rule: Rule, step: int) -> bool:
        """Find predictions and forces before `step` by a step of no length; tell if finite."""
        # It is taken "on batch -1", so that what it prepares is batch 0.
        return self._run(samples, np.zeros(1), rule, step - 1, first=-1) == 1

    def _run(
        self, samples: Samples, stepsizes: np.ndarray, rule: Rule, start: int, first: int = 0
    ) -> int:
        def steps(threads: bool, lo: int, hi: int) -> int:
            where = (start + lo, first + lo, *self._about)
            return int(self._steps(threads, samples, stepsizes[lo:hi], where, rule))

        with thread_permit(self._pairs(samples), self.threshold) as threads:
            if threads:
                return self._pace(samples, rule).run(steps, len(stepsizes))
            return steps(False, 0, len(stepsizes))

    def _pace(self, samples: Samples, rule: Rule) -> Pace:
        """Return the pace of such steps; those of another kernel have their own."""
        kind = samples is self._all, is_plain(rule)
        if kind not in self._paces:
            self._paces[kind] = Pace(4 + _LAUNCH // samples.targets.shape[1])
        return self._paces[kind]

    def _pairs(self, samples: Samples) -> int:
        """Return what a step costs, in particle-sample pairs."""
        return len(self.particles) * samples.targets.shape[1]

    @abstractmethod
    def _block_length(self, problem: Problem, m: int) -> int:
        """Return the neurons of a block."""

    def _all_samples(self, problem: Problem) -> Samples:
        return self._samples(problem.inputs[None], problem.targets[None])

    def _samples(self, inputs: np.ndarray, targets: np.ndarray) -> Samples:
        n, d = inputs.shape[1:]
        blocks, dtype = len(self._squares), self.particles.dtype
        return Samples(inputs, targets, self._layout(n, d), blocks, dtype)

    def _batch(self, inputs: np.ndarray, targets: np.ndarray) -> Samples:
        """Return batches as the kernel takes them, where those before them stood if they fit."""
        if self._batches is None or not self._batches.fits(inputs, targets):
            self._batches = self._samples(inputs, targets)
        else:
            self._batches.fill(inputs, targets)
        return self._batches

    @abstractmethod
    def _layout(self, n: int, d: int) -> tuple[int, int]:
        """Return the rows and columns that the kernel wants of n samples of d coordinates."""

    @abstractmethod
    def _steps(self, threads: bool, samples: Samples, stepsizes: np.ndarray, *about: Any) -> int:
        """Call the kernel."""
