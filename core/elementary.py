"""tanh, sigmoid and erf with their slopes, without branches: loops vectorise.

Every value and slope is within 4 units in the last place in float32, within 1e-14 of its size in
float64: near 0, in the tails, down to the smallest normal number. Below that slopes fade to 0
through the subnormal numbers; NaN stays NaN, infinities reach the limits.

Each value takes one division. It runs beside the sums and products of other numbers, and takes no
longer than they do. See core/exponential.py for e^x.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic

from core import exponential
from core.exponential import (
    expm1_reduced,
    log_2,
    per_type,
    polynomial,
    size,
    split,
    split_lifted,
)
from core.jit import exact, like, stamp
from core.vectors import fma, llvm_function, select

#: N and D of (1 − e^(a²) erfc(a))/a = N(a)/D(a) for a ≥ 0, so close that the relative errors of
#: erf(a) = −expm1(−a²) + e^(−a²) a N(a)/D(a) are 1.4e-8 (8.8e-9 before rounding) and 3.9e-15.
#: Those for float32 have the factor 1.65625 in common: N(0)/D(0), rounded, stays next to 2/√π.
ERF_SINGLE = (
    (1.8688780069351196, 1.2444555759429932, 0.3077447712421417, -0.0005043499986641109),
    (1.65625, 2.5706849098205566, 1.4467482566833496, 0.30199098587036133),
)
ERF_DOUBLE = (
    (1.1283791670955083, 1.5931296098012555, 1.046059013237709, 0.380843604231995,
     0.07639840520399946, 0.00676818449550373),
    (1.0, 2.298101281393676, 2.2970182295075374, 1.2842392008241046, 0.42614115138007747,
     0.08021359490264646, 0.006768322384967916),
)  # fmt: skip

#: Sizes of the argument beyond which nothing changes any more, as there e^x is 0.
_TANH_TOP = {types.float32: 44.7, types.float64: 355.24}
_SIGMOID_TOP = {types.float32: 88.0, types.float64: 709.1}
_ERF_TOP = {types.float32: 9.38, types.float64: 26.63}

STAMP = stamp(__file__) ^ exponential.STAMP

_TWO_OVER_SQRT_PI = 1.1283791670955126


def _typed_with_sign(typing, size, u):
    """Return |size| with the sign of u."""

    def emit(context, builder, signature, args):
        return builder.call(llvm_function(builder, "llvm.copysign", args[0].type, 2), args)

    return size(size, u), emit


_with_sign: Any = intrinsic(_typed_with_sign)
_erf_numerator = polynomial(ERF_SINGLE[0], ERF_DOUBLE[0], 0)
_erf_denominator = polynomial(ERF_SINGLE[1], ERF_DOUBLE[1], 0)
_tanh_top, _sigmoid_top = per_type(_TANH_TOP), per_type(_SIGMOID_TOP)
_erf_top = per_type(_ERF_TOP)


@exact
def tanh(u):
    """Return tanh(u) and its slope.

    With e = e^(−2|u|) and s = e/(1 + e) ≤ 1/2: |tanh| = (1 − e)/(1 + e) and the slope 4s(1 − s),
    both without cancellation. Computed is 4e, which stays normal as long as the slope does.
    """
    x = like(u, -2.0) * size(u, _tanh_top(u))
    k, power = split_lifted(x)
    q = expm1_reduced(k, fma(k, -log_2(x), x))
    minus = fma(power, q, power - like(u, 4.0))  # 4 expm1(x)
    whole = like(u, 8.0) + minus
    s = fma(power, q, power) / whole
    most = like(u, 4.0) * s
    return _with_sign(minus / whole, u), fma(-most, s, most)


@exact
def sigmoid(u):
    """Return 1/(1 + e^(−u)) and its slope.

    With e = e^(−|u|) and s = e/(1 + e) ≤ 1/2: the value is 1/(1 + e) or s, the slope s(1 − s).
    """
    one = like(u, 1.0)
    x = -size(u, _sigmoid_top(u))
    k, power = split(x)
    q = expm1_reduced(k, fma(k, -log_2(x), x))
    e = fma(power, q, power)
    s = e / (one + e)
    return select(u < like(u, 0.0), e, one) / (one + e), fma(-s, s, s)


@exact
def erf(u):
    """Return erf(u) and its slope (2/√π) e^(−u²).

    e^(a²) erfc(a) = 1 − a N/D gives erf = (1 − e) + e a N/D with e = e^(−a²): a sum of positive
    terms. The argument −a² − k log 2 is rounded once: rounding a² first would cost up to a² units.
    """
    a = size(u, _erf_top(u))
    k, power = split(-a * a)
    q = expm1_reduced(k, fma(-a, a, k * -log_2(a)))
    e = fma(power, q, power)
    minus = fma(power, q, power - like(u, 1.0))
    ratio = a * _erf_numerator(a) / _erf_denominator(a)
    return _with_sign(fma(e, ratio, -minus), u), like(u, _TWO_OVER_SQRT_PI) * e
