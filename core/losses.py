"""Losses ℓ(f, y): value and derivative in f, and which targets they take.

Adding one means one code, one branch in `evaluate` and one row in `LOSSES`, all in this file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.jit import apart, inlined, serial, stamp
from core.validation import choose

SQUARE, LOGISTIC, EXPONENTIAL, HINGE, SQUARED_HINGE = range(5)

#: Not a loss of single samples: −log mean exp(−y f), whose forces need all samples at once.
SOFTMIN = 5


@inlined
def evaluate(code, f, y):
    """Return (ℓ(f, y), ∂ℓ/∂f) in float64; `y` is ±1 for all but the square loss."""
    if code == SQUARE:
        e = f - y
        return 0.5 * e * e, e
    u = y * f
    if code == LOGISTIC:
        # Both exponentials have a non-positive argument: no overflow at any margin.
        small = math.exp(-abs(u))
        value = math.log1p(small) + max(-u, 0.0)
        tail = small / (1.0 + small) if u > 0.0 else 1.0 / (1.0 + small)
        return value, -y * tail
    if code == EXPONENTIAL:
        value = math.exp(-u)
        return value, -y * value
    slack = max(1.0 - u, 0.0)
    if code == HINGE:
        return slack, (-y if u < 1.0 else 0.0)
    return 0.5 * slack * slack, -y * slack


@inlined
def softmin_forces(f, y, g):
    """Fill g_i = −y_i q_i, q = softmax(−y f), the gradient of −S; return −S = log mean exp(−y f).

    The largest exponent is taken out first, so nothing overflows (SCIENCE 2.3, Chizat and Bach
    2020, "Implicit bias of gradient descent for wide two-layer neural networks").
    """
    n = y.size
    lowest = math.inf
    for i in range(n):
        lowest = min(lowest, y[i] * f[i])
    total = 0.0
    for i in range(n):
        weight = math.exp(lowest - y[i] * f[i])
        total += weight
        g[i] = -y[i] * weight
    for i in range(n):
        g[i] /= total
    return math.log(total / n) - lowest


@inlined
def forces(code, f, y, g):
    """Fill g_i = ∂R/∂f_i for the risk R of loss `code` and return R. Arrays have length n."""
    n = y.size
    if code == SOFTMIN:
        return softmin_forces(f, y, g)
    total = 0.0
    for i in range(n):
        value, slope = evaluate(code, f[i], y[i])
        total += value
        g[i] = slope / n
    return total / n


@serial
def _forces(code, f, y, g):
    return forces(code, f, y, g)


def risk_and_forces(code: int, f: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the risk and its gradient in the predictions, both in float64.

    Parameters
    ----------
    code : int
        A loss code, or SOFTMIN.
    f, y : ndarray, shape (n,)
        Predictions and targets.

    Returns
    -------
    risk : float
    g : ndarray, shape (n,)
        ∂R/∂f_i.
    """
    predictions, targets, g = (apart(len(y)) for _ in range(3))
    predictions[:], targets[:] = f, y
    return _forces(code, predictions, targets, g), g


@dataclass(frozen=True)
class Loss:
    """One loss: its names, its formula in f, y (LaTeX), its code; `labels`: needs targets ±1."""

    name: str
    label: str
    latex: str
    code: int
    labels: bool


LOSSES: dict[str, Loss] = {
    entry.name: entry
    for entry in (
        Loss("square", "square", r"\tfrac12 (f-y)^2", SQUARE, False),
        Loss("logistic", "logistic", r"\log(1+e^{-yf})", LOGISTIC, True),
        Loss("exponential", "exponential", r"e^{-yf}", EXPONENTIAL, True),
        Loss("hinge", "hinge", r"\max(1-yf, 0)", HINGE, True),
        Loss("squared_hinge", "squared hinge", r"\tfrac12\max(1-yf, 0)^2", SQUARED_HINGE, True),
    )
}

#: Changes with this file; kernels that inline `forces` close over it (see core.jit.stamp).
STAMP = stamp(__file__)


def loss(name: str) -> Loss:
    """Return the loss called `name`.

    Raises
    ------
    ValueError
        If there is none, naming those there are.
    """
    return choose("loss", name, LOSSES)
