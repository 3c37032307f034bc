"""Engine of problems with few input coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.activations import COSTLY, TOLD
from core.jit import apart
from core.kernels import dense
from core.kernels.engine import Engine
from core.kernels.fours import rows_kept
from core.kernels.move import is_plain
from core.kernels.samples import Samples
from core.vectors import BYTES, lanes

if TYPE_CHECKING:
    from core.problem import Problem

#: Most bytes of activations to keep: above, they are found again.
_MOST_KEPT = 160 * 2**20

#: Bytes that the activations of a block may take: two blocks are in the second level of the cache
#: at once, the one in work and the one called for.
_NEAR = 2**19

#: What a pair costs with a costly activation, in pairs with a cheap one.
_COST = 6


class DenseEngine(Engine):
    """Fused kernel; for at most `dense.MOST_COORDINATES` input coordinates."""

    threshold = 60_000  # a step of some 15 µs; threads take 4 to start

    def __init__(self, problem: Problem, force: int, particles: np.ndarray) -> None:
        super().__init__(problem, force, particles)
        m, columns = particles.shape
        width = lanes(particles.dtype)
        self._groups, self._pulls = (
            apart((-(-m // width), columns, width), particles.dtype) for _ in range(2)
        )
        self._kept = apart((len(self._squares), 1, self._numbers, width), particles.dtype)
        self._pushes = apart((1, 1), particles.dtype)
        self.restart(particles)

    def _block_length(self, problem: Problem, m: int) -> int:
        least = dense.LEAST_GROUPS
        if self._activation in COSTLY:
            bytes_of_group = rows_kept(problem.n, 1) * self._numbers * BYTES
            least = min(max(_NEAR // bytes_of_group, 1), least)
        return dense.block_length(m, self.particles.dtype, least)

    @property
    def _numbers(self) -> int:
        """Numbers kept of a pair."""
        return 1 if self._activation in TOLD else 2

    def _layout(self, n: int, d: int) -> tuple[int, int]:
        return n, d

    def _steps(self, threads: bool, samples: Samples, stepsizes: np.ndarray, *about: Any) -> int:
        (start, first, length, *rest), rule = about
        _, n, d = samples.inputs.shape
        groups = length // self._groups.shape[2]
        keep = self._keeps(n, groups)
        kernel = dense.step_kernel(
            self._activation, d, self.particles.dtype.name, keep, is_plain(rule), threads
        )
        return kernel(
            self.particles,
            (self._groups, self._pulls, self._pushes_of(n, d), self._kept),
            *samples.arrays,
            self._squares,
            stepsizes,
            (start, first, groups, *rest),
            rule,
        )

    def _pushes_of(self, n: int, d: int) -> np.ndarray:
        """Return an array for the samples' pushes, kept from call to call."""
        if self._pushes.shape != (n, d):
            self._pushes = apart((n, d), self.particles.dtype)
        return self._pushes

    def _pairs(self, samples: Samples) -> int:
        pairs = super()._pairs(samples)
        return pairs * (_COST if self._activation in COSTLY else 1)

    def _keeps(self, n: int, groups: int) -> bool:
        """Tell whether activations are kept from prediction to pull; make room for them."""
        blocks, rows, *vector = self._kept.shape
        if self._activation not in COSTLY:
            return False
        needed = rows_kept(n, groups)
        if self._kept[0, 0].nbytes * blocks * needed > _MOST_KEPT:
            return False
        if rows < needed:
            self._kept = apart((blocks, needed, *vector), self._kept.dtype)
        return True
