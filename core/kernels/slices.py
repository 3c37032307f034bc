"""Predictions over a rectangle of two inputs: by scan lines where they serve, else pixel by pixel.

Here is chosen which; `time_of_slice` tells what the choice costs.
"""

from __future__ import annotations

import numpy as np

from core.activations import activation
from core.kernels.planar_engine import SLOPES
from core.kernels.predict import predict
from core.kernels.scanline import predict_grid

#: Measured: of a scan, a neuron on a row and a pixel; of planar sums, a neuron and an input; of a
#: pixel by itself, a neuron.
SECONDS_ON_ROW, SECONDS_OF_PIXEL = 2e-9, 3e-9
SECONDS_OF_NEURON, SECONDS_OF_SAMPLE = 15e-9, 100e-9
SECONDS_OF_PAIR = 1e-9


def slice_inputs(x: np.ndarray, y: np.ndarray, d: int, bias: bool) -> np.ndarray:
    """Return the inputs of the pixels (x_k, y_r), row after row.

    Parameters
    ----------
    x : ndarray, shape (columns,)
    y : ndarray, shape (rows,)
    d : int
        Number of input columns, the constant counted, at least 2 + bias; those not drawn are 0.
    bias : bool
        Whether column 0 is the constant 1; x and y are the two that follow it.

    Returns
    -------
    ndarray, shape (rows · columns, d)
    """
    inputs = np.zeros((len(y), len(x), d))
    inputs[..., : int(bias)] = 1.0
    inputs[..., int(bias)] = x
    inputs[..., int(bias) + 1] = y[:, None]
    return inputs.reshape(-1, d)


def predict_slice(
    name: str, scale: float, particles: np.ndarray, x: np.ndarray, y: np.ndarray, bias: bool
) -> np.ndarray:
    """Return f at all pixels (x_k, y_r), shape (rows, columns), float64.

    Parameters
    ----------
    name : str
        Name of the activation.
    scale : float
    particles : ndarray, shape (m, d+1)
    x : ndarray, shape (columns,)
        Equidistant; values of the first input.
    y : ndarray, shape (rows,)
        Equidistant; values of the second input. Further ones are 0.
    bias : bool
        Whether column 0 of the particles belongs to the constant input 1.
    """
    m, d = len(particles), particles.shape[1] - 1
    if _way(name, d, m, len(y), len(x))[0]:
        if d > 2 + bias:
            particles = np.hstack((particles[:, : 2 + bias], particles[:, -1:]))
        return predict_grid(name, scale, particles, x, y, bias)
    inputs = slice_inputs(x, y, d, bias)
    return predict(name, scale, particles, inputs).reshape(len(y), len(x))


def time_of_slice(name: str, d: int, m: int, rows: int, columns: int) -> float:
    """Return about how long `predict_slice` takes, in seconds."""
    return _way(name, d, m, rows, columns)[1]


def _way(name: str, d: int, m: int, rows: int, columns: int) -> tuple[bool, float]:
    """Return whether to scan lines, and the seconds of the way taken."""
    pixels = rows * columns
    if activation(name).code not in SLOPES:
        return False, m * pixels * SECONDS_OF_PAIR
    scan = SECONDS_ON_ROW * m * rows + SECONDS_OF_PIXEL * pixels
    planar = SECONDS_OF_NEURON * m + SECONDS_OF_SAMPLE * pixels
    return (False, planar) if d == 2 and planar < scan else (True, scan)
