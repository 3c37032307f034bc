"""Samples: inputs and targets as a kernel takes them, and the arrays of a step on them."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.jit import apart


class Samples:
    """Inputs and targets in the layout of a kernel, and what a step on them fills.

    Parameters
    ----------
    inputs : ndarray, shape (K, ≥ n, …)
        In the layout of the kernel; K = 1 where every step sees the same samples.
    targets : ndarray, shape (K, n)
    blocks : int
        Number of blocks of neurons.
    """

    def __init__(self, inputs: np.ndarray, targets: np.ndarray, blocks: int) -> None:
        # All arrays lie apart: compiled loops round otherwise where two nearly touch.
        n = targets.shape[1]
        self.inputs = inputs
        self.targets = apart(targets.shape)
        self.targets[:] = targets
        self.predictions = apart(n)
        self.g = apart(n)
        self.force = apart(inputs.shape[1], inputs.dtype)  # 0 for samples that pad
        self.partial = apart((blocks, n), inputs.dtype)

    @property
    def arrays(self) -> tuple[Any, ...]:
        """What a kernel takes: inputs, targets, and its working arrays."""
        return (
            self.inputs,
            self.targets,
            (self.partial, self.predictions, self.g, self.force),
        )
