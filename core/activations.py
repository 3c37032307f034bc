"""Activation functions: value, derivative and what is known of each.

Adding one means one code, one branch in `weighted` and one row in `ACTIVATIONS`, all in this file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core import elementary
from core.jit import exact, like, serial, stamp
from core.validation import choose
from core.vectors import fma, select

RELU, LEAKY_RELU, ABS, TANH, SIGMOID, ERF, IDENTITY, RELU2, STEP = range(9)

#: Those that cost several times as much as the rest of what a kernel does with a pair.
COSTLY = (TANH, SIGMOID, ERF)

#: Those whose value tells the slope: a kernel that keeps values need not keep slopes.
TOLD = (TANH, SIGMOID)

#: Slope of the leaky ReLU on the negative side.
LEAK = 0.1


@exact
def weighted(code, u, g):
    """Return (σ(u), g σ'(u)) of numbers or vectors; at a kink the slope from the left, 0 for |u|.

    Written with selections instead of branches so that a loop over u vectorises.
    """
    zero = like(u, 0.0)
    if code == RELU:
        on = u > zero
        return select(on, u, zero), select(on, g, zero)
    if code == LEAKY_RELU:
        on, leak = u > zero, like(u, LEAK)
        return select(on, u, leak * u), select(on, g, leak * g)
    if code == ABS:
        return abs(u), select(u > zero, g, select(u < zero, -g, zero))
    if code == TANH:
        value, slope = elementary.tanh(u)
        return value, g * slope
    if code == SIGMOID:
        value, slope = elementary.sigmoid(u)
        return value, g * slope
    if code == ERF:
        value, slope = elementary.erf(u)
        return value, g * slope
    if code == RELU2:
        v = select(u > zero, u, zero)
        return v * v, g * (v + v)
    if code == STEP:
        return select(u > zero, like(u, 1.0), zero), zero
    return u, g


@exact
def evaluate(code, u):
    """Return (σ(u), σ'(u)), as `weighted` does."""
    return weighted(code, u, like(u, 1.0))


@exact
def slope_told(code, value):
    """Return σ'(u) by σ(u), for activations in `TOLD`.

    Where σ levels off it has the absolute precision of σ, no longer the relative one of `weighted`.
    """
    if code == TANH:
        return fma(-value, value, like(value, 1.0))
    return fma(-value, value, value)


@exact
def weighed(code, u, g):
    """Return (σ(u), g σ'(u)) as `weighted` does, but slopes by values where these tell them."""
    value, share = weighted(code, u, g)
    if code in TOLD:
        return value, g * slope_told(code, value)
    return value, share


@serial
def _fill(code, u, values, derivatives):
    for i in range(u.size):
        values[i], derivatives[i] = evaluate(code, u[i])


@dataclass(frozen=True)
class Activation:
    """One activation function.

    Attributes
    ----------
    name, label, latex : str
        The name in code and URLs, the name on the page, the formula.
    code : int
        Its branch in `weighted`.
    degree : int or None
        p if σ(ru) = r^p σ(u) for every r > 0, None if σ is not positively homogeneous.
    """

    name: str
    label: str
    latex: str
    code: int
    degree: int | None

    def both(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (σ(u), σ'(u)) elementwise, in the shape and floating type of u."""
        u = np.asarray(u)
        flat = np.ascontiguousarray(u, dtype=np.result_type(u, np.float32)).ravel()
        values, derivatives = np.empty_like(flat), np.empty_like(flat)
        _fill(self.code, flat, values, derivatives)
        return values.reshape(u.shape), derivatives.reshape(u.shape)

    def __call__(self, u: np.ndarray) -> np.ndarray:
        """Return σ(u) elementwise, in the shape and floating type of u."""
        return self.both(u)[0]


ACTIVATIONS: dict[str, Activation] = {
    entry.name: entry
    for entry in (
        Activation("relu", "ReLU", r"\max(u, 0)", RELU, 1),
        Activation("leaky_relu", "leaky ReLU", r"\max(u, 0.1\,u)", LEAKY_RELU, 1),
        Activation("abs", "absolute value", r"|u|", ABS, 1),
        Activation("tanh", "tanh", r"\tanh u", TANH, None),
        Activation("sigmoid", "sigmoid", r"1/(1+e^{-u})", SIGMOID, None),
        Activation("erf", "erf", r"\mathrm{erf}(u)", ERF, None),
        Activation("identity", "identity", r"u", IDENTITY, 1),
        Activation("relu2", "ReLU squared", r"\max(u, 0)^2", RELU2, 2),
        Activation("step", "step", r"1_{u>0}", STEP, 0),
    )
}

#: Changes with these files; kernels that inline `weighted` close over it (see core.jit.stamp).
STAMP = stamp(__file__) ^ elementary.STAMP


def activation(name: str) -> Activation:
    """Return the activation called `name`.

    Raises
    ------
    ValueError
        If there is none, naming those there are.
    """
    return choose("activation", name, ACTIVATIONS)
