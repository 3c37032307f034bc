"""Engine of piecewise linear neurons with two input coordinates, and when it is worth it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.activations import ABS, IDENTITY, LEAK, LEAKY_RELU, RELU
from core.jit import apart
from core.kernels import planar
from core.kernels.blocks import padded
from core.kernels.dense_engine import DenseEngine
from core.kernels.move import is_plain
from core.kernels.samples import Samples
from core.kernels.sectors import Plane

if TYPE_CHECKING:
    from core.problem import Problem

#: Slopes of an activation on both sides of its kink, and at it.
SLOPES = {
    RELU: (1.0, 0.0, 0.0),
    LEAKY_RELU: (1.0, LEAK, LEAK),
    ABS: (1.0, -1.0, 0.0),
    IDENTITY: (1.0, 1.0, 1.0),
}

#: A step costs so many dense pairs for each neuron, and for each sample (measured).
PAIRS_OF_NEURON, PAIRS_OF_SAMPLE = 70, 280

#: Below this many pairs no step is slow, and another kernel to compile would be.
FEWEST_PAIRS = 100_000

_SMALLEST_BLOCK = 2048
_MOST_BLOCKS = 16


def pairs_of_step(m: int, n: int) -> int:
    """Return what a planar step of m neurons on n samples costs, in dense particle-sample pairs."""
    return PAIRS_OF_NEURON * m + PAIRS_OF_SAMPLE * n


def pays(code: int, d: int, m: int, n: int) -> bool:
    """Tell whether planar sums serve an activation by its code, and cost less than half of m · n.

    Parameters
    ----------
    code, d : int
        Code of the activation, number of input coordinates.
    m, n : int
        Particles and samples.
    """
    return d == 2 and code in SLOPES and m * n >= max(FEWEST_PAIRS, 2 * pairs_of_step(m, n))


def suits(problem: Problem, m: int) -> bool:
    """Tell whether `PlanarEngine` serves the problem, and is the faster one for m particles."""
    return pays(problem.activation_code, problem.d, m, problem.n)


class PlanarSamples(Samples):
    """Samples in the order of their lines, and what a step on them fills.

    Parameters
    ----------
    plane : Plane
    targets : ndarray, shape (n,)
    blocks : int
        Number of blocks of neurons.
    """

    def __init__(self, plane: Plane, targets: np.ndarray, blocks: int) -> None:
        n, lines = len(targets), len(plane.starts) - 1
        self._plane, self._order = plane.arrays, plane.order
        # In the order of their lines, as all that a step fills.
        self.targets = apart((1, n))
        self.targets[0] = targets[plane.order]
        self._f, self.g, self.force, self.predictions = (apart(n) for _ in range(4))
        partial, pulls = apart((blocks, 2 * lines + 1, 2)), apart((4 * lines + 1, 2))
        rows, after = apart((lines, 4)), apart((lines, 4))
        self._sums = partial, pulls, rows, after

    @property
    def arrays(self) -> tuple[Any, ...]:
        return self._plane, self.targets[0], (*self._sums, self._f, self.g, self.force)

    def finish(self) -> None:
        """Bring the predictions into the order of the problem."""
        self.predictions[self._order] = self._f


class PlanarEngine(DenseEngine):
    """Exact kernel of O(m + n) operations a step, for activations in `SLOPES` and inputs (n, 2).

    Batches, which differ from step to step, take the dense kernel. Both agree to rounding: in
    what a neuron feels of a sample for which a·x is 0 but for rounding, they may take slopes from
    different sides of the kink.
    """

    def __init__(self, problem: Problem, force: int, particles: np.ndarray) -> None:
        m, dtype = len(particles), particles.dtype
        blocks = -(-m // self._block_length(problem, m))
        self._slopes = SLOPES[problem.activation_code]
        self._cells = apart(m, np.int32)
        self._chunk_v = apart((blocks, planar.CHUNK, 2), dtype)
        self._chunk_v_c = apart((blocks, planar.CHUNK), dtype)
        self._dtype = dtype
        super().__init__(problem, force, particles)

    def _block_length(self, problem: Problem, m: int) -> int:
        # Every block has sums over all sectors: few blocks, and longer ones for more samples.
        shortest = max(_SMALLEST_BLOCK, problem.n // 2)
        blocks = 1
        while 2 * blocks <= min(_MOST_BLOCKS, m // shortest):
            blocks *= 2
        return padded(-(-m // blocks))  # whole vectors, for batches

    def _all_samples(self, problem: Problem) -> Samples:
        inputs = problem.inputs.astype(self._dtype).astype(np.float64)
        plane = Plane(inputs, linear=self._activation == IDENTITY)
        return PlanarSamples(plane, problem.targets, len(self._squares))

    def _pairs(self, samples: Samples) -> int:
        if isinstance(samples, PlanarSamples):
            return PAIRS_OF_NEURON * len(self.particles)
        return super()._pairs(samples)

    def _steps(self, threads: bool, samples: Samples, stepsizes: np.ndarray, *about: Any) -> int:
        if not isinstance(samples, PlanarSamples):
            return super()._steps(threads, samples, stepsizes, *about)
        (start, _first, *rest), rule = about
        kernel = planar.step_kernel(self.particles.dtype.name, is_plain(rule), threads)
        done = kernel(
            self.particles,
            self._cells,
            self._chunk_v,
            self._chunk_v_c,
            *samples.arrays,
            self._squares,
            stepsizes,
            (start, *rest, self._slopes),
            rule,
        )
        samples.finish()
        return int(done)
