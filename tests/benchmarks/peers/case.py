"""One cell of the comparison: sizes, precision, activation, loss; the same data for every peer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Case:
    """Sizes n, m, d; dtype "float32" or "float64"; activation "relu" or "tanh"; loss "square" or
    "exponential". A step is full-batch gradient descent of f(x) = (1/m) Σ c σ(a·x)."""

    n: int
    m: int
    d: int
    dtype: str
    activation: str
    loss: str

    stepsize = 1e-3

    def data(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return inputs (n, d), labels (n,) and particles (m, d+1)."""
        rng = np.random.default_rng(0)
        inputs = rng.standard_normal((self.n, self.d)) / np.sqrt(self.d)
        labels = np.where(rng.standard_normal(self.n) > 0, 1.0, -1.0)
        particles = rng.standard_normal((self.m, self.d + 1))
        return tuple(array.astype(self.dtype) for array in (inputs, labels, particles))
