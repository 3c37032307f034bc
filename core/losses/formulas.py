"""The formulas of the losses, compiled: of single samples, and soft minima of all of them."""

from __future__ import annotations

import math

import numpy as np

from core.exponential import STAMP as EXPONENTIAL_STAMP
from core.exponential import exp, log_of_one_plus
from core.jit import apart, exact, serial, stamp

(
    SQUARE, HUBER, ABSOLUTE, QUANTILE,
    LOGISTIC, EXPONENTIAL, HINGE, SQUARED_HINGE, UNHINGED, POLYNOMIAL,
) = range(10)  # fmt: skip

#: Not losses of single samples but −S, the negative soft minimum S = ℓ⁻¹(mean ℓ(y f)) of the
#: margins for the exponential, logistic and polynomial ℓ: its forces need all samples at once.
SOFTMIN, LOGISTIC_SOFTMIN, POLYNOMIAL_SOFTMIN = range(10, 13)

#: What the parameter of a loss is where it is not given.
DEFAULTS = {HUBER: 1.0, QUANTILE: 0.5, POLYNOMIAL: 2.0, POLYNOMIAL_SOFTMIN: 2.0}

#: Margins above which the logistic loss is the exponential one to the last bit: e⁻⁴⁰ < 2⁻⁵³.
_ALIKE = 40.0


@exact
def evaluate(code, parameter, f, y):
    """Return (ℓ(f, y), ∂ℓ/∂f) in float64; `y` is ±1 for the losses of classification.

    At a kink the derivative is 0 (absolute), that of y > f (quantile), of u > 1 (hinge).
    """
    e = f - y
    u = y * f
    if code == SQUARE:
        return 0.5 * e * e, e
    if code == HUBER:
        size = abs(e)
        near = min(size, parameter)
        return near * (size - 0.5 * near), math.copysign(near, e)
    if code == ABSOLUTE:
        return abs(e), (1.0 if e > 0.0 else (-1.0 if e < 0.0 else 0.0))
    if code == QUANTILE:
        slope = 1.0 - parameter if e > 0.0 else -parameter
        return slope * e, slope
    if code == LOGISTIC:
        # Both exponentials have a non-positive argument: no overflow at any margin.
        small = exp(-abs(u))
        value = log_of_one_plus(small) + max(-u, 0.0)
        tail = (small if u > 0.0 else 1.0) / (1.0 + small)
        return value, -y * tail
    if code == EXPONENTIAL:
        value = exp(-u)
        return value, -y * value
    if code == UNHINGED:
        return 1.0 - u, -y
    if code == POLYNOMIAL:
        base = 1.0 + max(u, 0.0)
        value = base**-parameter
        return value - parameter * min(u, 0.0), -y * parameter * (value / base)
    slack = max(1.0 - u, 0.0)
    if code == HINGE:
        return slack, (-y if u < 1.0 else 0.0)
    return 0.5 * slack * slack, -y * slack


@exact
def lowest_margin(f, y):
    """Return min_i y_i f_i."""
    lowest = math.inf
    for i in range(y.size):
        lowest = min(lowest, y[i] * f[i])
    return lowest


@exact
def softmin_forces(f, y, g):
    """Fill g_i = −y_i q_i, q = softmax(−y f), the gradient of −S; return −S = log mean exp(−y f).

    The largest exponent is taken out first, so nothing overflows (SCIENCE 2.3, Chizat and Bach
    2020, "Implicit bias of gradient descent for wide two-layer neural networks").
    """
    n = y.size
    lowest = lowest_margin(f, y)
    total = 0.0
    for i in range(n):
        weight = exp(lowest - y[i] * f[i])
        total += weight
        g[i] = -y[i] * weight
    for i in range(n):
        g[i] /= total
    return math.log(total / n) - lowest


@exact
def _mean_of(code, parameter, f, y, g):
    n = y.size
    total = 0.0
    for i in range(n):
        value, slope = evaluate(code, parameter, f[i], y[i])
        total += value
        g[i] = slope / n
    return total / n


@exact
def mean_forces(code, parameter, f, y, g):
    """Fill g_i = ∂R/∂f_i for the mean R of loss `code` and return R."""
    # Loops of their own, which know their loss when they are compiled.
    if code == LOGISTIC:
        return _mean_of(LOGISTIC, parameter, f, y, g)
    if code == EXPONENTIAL:
        return _mean_of(EXPONENTIAL, parameter, f, y, g)
    return _mean_of(code, parameter, f, y, g)


@exact
def at_soft_minimum(code, parameter, risk):
    """Return −S and |ℓ'(S)|, where ℓ(S) = risk, ℓ logistic or polynomial (SCIENCE 3)."""
    if code == LOGISTIC_SOFTMIN:
        slope = -math.expm1(-risk)
        return risk + math.log(slope), slope
    if risk < 1.0:
        root = risk ** (-1.0 / parameter)
        return 1.0 - root, parameter * risk / root
    return (risk - 1.0) / parameter, parameter


@exact
def forces(code, parameter, f, y, g):
    """Fill g_i = ∂R/∂f_i for the R that `code` names, and return R. Arrays have length n.

    For a soft minimum R = −S, and ∂S/∂u_i = ℓ'(u_i) / (n ℓ'(S)).
    """
    # Every formula stands here once: what is inlined twice is compiled twice.
    if code == SOFTMIN or (code == LOGISTIC_SOFTMIN and lowest_margin(f, y) > _ALIKE):
        return softmin_forces(f, y, g)
    single = LOGISTIC if code == LOGISTIC_SOFTMIN else min(code, POLYNOMIAL)
    risk = mean_forces(single, parameter, f, y, g)
    if code <= POLYNOMIAL:
        return risk
    value, slope = at_soft_minimum(code, parameter, risk)
    for i in range(y.size):
        g[i] /= slope
    return value


@serial
def _forces(code, parameter, f, y, g):
    return forces(code, parameter, f, y, g)


def risk_and_forces(
    code: int, f: np.ndarray, y: np.ndarray, parameter: float | None = None
) -> tuple[float, np.ndarray]:
    """Return the risk and its gradient in the predictions, both in float64.

    Parameters
    ----------
    code : int
        A loss code, or that of a soft minimum.
    f, y : ndarray, shape (n,)
        Predictions and targets.
    parameter : float, optional
        That of the loss; for None its default, if it has one.

    Returns
    -------
    risk : float
    g : ndarray, shape (n,)
        ∂R/∂f_i.
    """
    predictions, targets, g = (apart(len(y)) for _ in range(3))
    predictions[:], targets[:] = f, y
    if parameter is None:
        parameter = DEFAULTS.get(code, 1.0)
    return _forces(code, parameter, predictions, targets, g), g


#: Changes with this file; kernels that inline `forces` close over it (see core.jit.stamp).
STAMP = stamp(__file__) ^ EXPONENTIAL_STAMP
