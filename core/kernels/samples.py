"""Samples: inputs and targets as a kernel takes them, and the arrays of a step on them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from core.jit import apart


class Samples:
    """Inputs and targets in the layout of a kernel, and what a step on them fills.

    Parameters
    ----------
    inputs : ndarray, shape (K, n, d)
        K = 1 where every step sees the same samples.
    targets : ndarray, shape (K, n)
    layout : (rows, columns)
        What the kernel wants in place of n and d, zeros behind.
    blocks : int
        Number of blocks of neurons.
    dtype : dtype
        Precision of the run.
    """

    def __init__(
        self,
        inputs: np.ndarray,
        targets: np.ndarray,
        layout: tuple[int, int],
        blocks: int,
        dtype: DTypeLike,
    ) -> None:
        # All arrays lie apart: compiled loops round otherwise where two nearly touch.
        count, n = targets.shape
        self._inputs, self._targets = apart((count, *layout), dtype), apart((count, n))
        self.predictions, self.g = apart(n), apart(n)
        self.force = apart(layout[0], dtype)  # 0 for rows of zeros
        self.partial = apart((blocks, n), dtype)
        self.fill(inputs, targets)

    def fits(self, inputs: np.ndarray, targets: np.ndarray) -> bool:
        """Tell whether there is room for other samples."""
        count, n = self._targets.shape
        return targets.shape[1] == n and len(targets) <= count

    def fill(self, inputs: np.ndarray, targets: np.ndarray) -> None:
        """Take other samples, for which there is room."""
        count, n, d = inputs.shape
        self.inputs, self.targets = self._inputs[:count], self._targets[:count]
        self.inputs[:, :n, :d] = inputs
        self.targets[:] = targets

    @property
    def arrays(self) -> tuple[Any, ...]:
        """What a kernel takes: inputs, targets, and its working arrays."""
        return (
            self.inputs,
            self.targets,
            (self.partial, self.predictions, self.g, self.force),
        )
