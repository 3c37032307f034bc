"""Second derivatives of the activations, where they exist; adding one is one row of the table."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.validation import choose


def _flat(u: np.ndarray) -> np.ndarray:
    return np.zeros_like(u)


def _tanh(u: np.ndarray) -> np.ndarray:
    t = np.tanh(u)
    return -2 * t * (1 - t * t)


def _sigmoid(u: np.ndarray) -> np.ndarray:
    from scipy.special import expit  # when it is needed: SciPy is slow to load

    s = expit(u)
    return s * (1 - s) * (1 - 2 * s)


def _erf(u: np.ndarray) -> np.ndarray:
    return -4 / np.sqrt(np.pi) * u * np.exp(-u * u)


def _relu2(u: np.ndarray) -> np.ndarray:
    return np.where(u > 0, 2.0, 0.0)


#: σ'' by name of activation. Piecewise linear ones have 0 off their kink.
SECOND_DERIVATIVES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "relu": _flat,
    "leaky_relu": _flat,
    "abs": _flat,
    "identity": _flat,
    "step": _flat,
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "erf": _erf,
    "relu2": _relu2,
}


def second_derivative(name: str, u: np.ndarray) -> np.ndarray:
    """Return σ''(u) elementwise for the activation called `name`, 0 at a kink.

    Raises
    ------
    ValueError
        If its second derivative is not in the table.
    """
    return choose("activation", name, SECOND_DERIVATIVES)(np.asarray(u, dtype=np.float64))
