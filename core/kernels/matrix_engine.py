"""Engine of problems with many input coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.jit import apart
from core.kernels import matrix
from core.kernels.engine import Engine
from core.kernels.move import is_plain
from core.kernels.samples import Samples

if TYPE_CHECKING:
    from core.problem import Problem


class MatrixEngine(Engine):
    """Fused products; for many input coordinates. Keeps the (m, n) pre-activations."""

    threshold = 200_000

    def __init__(self, problem: Problem, force: int, particles: np.ndarray) -> None:
        super().__init__(problem, force, particles)
        m, dtype = len(particles), particles.dtype
        wide = matrix.width(dtype)
        shape = (-(-m // wide), matrix.whole_tiles(problem.d) + 1, wide)
        self._groups, self._pulls = apart(shape, dtype), apart(shape, dtype)
        self._shares = apart((len(self._squares), 1, matrix.ROUND, wide), dtype)
        self._pre = self._sums = apart((0, 0, 0, 0), dtype)
        self.restart(particles)

    def _block_length(self, problem: Problem, m: int) -> int:
        return matrix.block_length(m, self.particles.dtype)

    def _pairs(self, samples: Samples) -> int:
        return super()._pairs(samples) * samples.inputs.shape[2]

    def _layout(self, n: int, d: int) -> tuple[int, int]:
        return matrix.whole_tiles(n), matrix.whole_tiles(d)

    def _make_room(self, n: int) -> None:
        """Have arrays for n samples: batches and all samples differ in number."""
        groups, _, wide = self._groups.shape
        if self._pre.shape[1] != n:
            dtype = self.particles.dtype
            self._pre = apart((groups, n, wide), dtype)
            self._sums = apart((len(self._squares), 1, n, wide // matrix.WIDE), dtype)

    def _steps(self, threads: bool, samples: Samples, stepsizes: np.ndarray, *about: Any) -> int:
        (start, first, length, *rest), rule = about
        self._make_room(samples.inputs.shape[1])
        kernel = matrix.step_kernel(
            self._activation, self.particles.dtype.name, is_plain(rule), threads
        )
        return kernel(
            self.particles,
            (self._groups, self._pulls, self._pre, self._sums, self._shares),
            *samples.arrays,
            self._squares,
            stepsizes,
            (start, first, length // self._groups.shape[2], *rest),
            rule,
        )
