"""Predictions of a cloud of particles on any inputs, compiled."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from core import activations, jit
from core.activations import evaluate
from core.features import blocks
from core.jit import with_item
from core.kernels.blocks import STAMP, padded_inputs
from core.kernels.dense import MOST_COORDINATES
from core.kernels.planar_engine import SLOPES, pays
from core.kernels.planar_predict import predict_planar
from core.kernels.threads import single_threaded_blas

#: Particle-input pairs below which no prediction is slow, and one more kernel to compile would be.
FEWEST_PAIRS = 4_000_000


@cache
def _dense_kernel(code: int, d: int, dtype: str, stamp: int = STAMP) -> Any:
    origin = (np.dtype(dtype).type(0),) * d

    @jit.serial
    def predict(particles, inputs, f):
        """Add Σ_j c_j σ(a_j·x_i) to f (padded n,); inputs are columns (d, padded n)."""
        _ = stamp
        for j in range(particles.shape[0]):
            a = origin
            for k in range(d):
                a = with_item(a, k, particles[j, k])
            c = particles[j, d]
            for i in range(inputs.shape[1]):
                u = a[0] * inputs[0, i]
                for k in range(1, d):
                    u += a[k] * inputs[k, i]
                value, _slope = evaluate(code, u)
                f[i] += c * value

    return predict


def predict(name: str, scale: float, particles: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Return f(x) = (scale/m) Σ_j c_j σ(a_j·x) for every row x of inputs.

    Parameters
    ----------
    name : str
        Name of the activation σ.
    scale : float
    particles : ndarray, shape (m, d+1)
        Its precision is that of the computation, or the latter is double.
    inputs : ndarray, shape (k, d)

    Returns
    -------
    ndarray, shape (k,), float64
    """
    act = activations.activation(name)
    m, columns = particles.shape
    k = len(inputs)
    if m * k >= FEWEST_PAIRS and pays(act.code, columns - 1, m, k):
        return predict_planar(SLOPES[act.code], scale, particles, np.asarray(inputs, np.float64))
    if columns - 1 <= MOST_COORDINATES:
        x = padded_inputs(inputs, particles.dtype)
        f = jit.apart(x.shape[1], particles.dtype)
        kernel = _dense_kernel(act.code, columns - 1, particles.dtype.name)
        kernel(np.ascontiguousarray(particles), x, f)
        total = f[: len(inputs)]
    else:
        total = np.zeros(len(inputs), particles.dtype)
        x = inputs.astype(particles.dtype)
        with single_threaded_blas():  # its bits depend on the number of threads
            for rows in blocks(m, len(inputs)):
                block = particles[rows]
                total += act(x @ block[:, :-1].T) @ block[:, -1]
    return total.astype(np.float64) * (scale / m)
