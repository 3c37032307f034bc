"""tanh, sigmoid and erf with their slopes, exp and log(1 + e), without branches: loops vectorise.

Compiled loops call the C library's functions one number at a time. These forms are sums, products
and selections only. Every value and slope is within 4 units in the last place in float32, within
1e-14 of its size in float64: near 0, in the tails, down to the smallest normal number. Below that
slopes fade to 0 through the subnormal numbers; NaN stays NaN, infinities reach the limits.

All rest on e^x = 2^k (1 + q) with k whole, |x − k log 2| ≤ (log 2)/2 and q = expm1(x − k log 2) a
polynomial. Then expm1(x) = 2^k q + (2^k − 1) loses nothing, even near x = 0 where k = 0. The
coefficients are minimax, found by tests/core/minimax.py; tests/core/test_elementary.py finds
their errors anew with many digits.
"""

from __future__ import annotations

import math
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from core.jit import exact, like, stamp
from core.vectors import STAMP as VECTORS_STAMP
from core.vectors import element, emit_fma, fma, llvm_function, select

#: P of expm1(r) = r + r² P(r) on |r| ≤ (log 2)/2; relative errors of expm1: 1.7e-8 and 1.4e-15.
EXPM1_SINGLE = (
    0.4999999701976776, 0.1666654348373413, 0.04166720062494278, 0.008366520516574383,
    0.0013882523635402322,
)  # fmt: skip
EXPM1_DOUBLE = (
    0.4999999999999964, 0.16666666666630475, 0.04166666666710371, 0.008333333362687757,
    0.001388888876484884, 0.00019841195900071395, 2.4801695869183187e-05, 2.763066775488593e-06,
    2.755419359960893e-07,
)  # fmt: skip

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

#: P of atanh(s) = s + s³ P(s²) on s² ≤ 1/9; relative error 4.9e-17.
ATANH_DOUBLE = (
    0.33333333333338855, 0.19999999998023163, 0.142857145291848, 0.11111096442543096,
    0.09091407317938772, 0.0768214307002695, 0.06793202215954279, 0.049511785736543405,
    0.0887037357189166,
)  # fmt: skip

#: log 2 as a sum: a number short enough that its whole multiples are exact, and the rest.
_LOG_2 = {types.float32: 0.693145751953125, types.float64: 0.6931471805598903}
_LOG_2_REST = {types.float32: 1.428606765330187e-06, types.float64: 5.497923018708371e-14}

#: Sizes of the argument beyond which nothing changes any more: there `_splitting` finds the power
#: of two just below the smallest normal number, and gives 0.
_TANH_TOP = {types.float32: 44.7, types.float64: 355.24}
_SIGMOID_TOP = {types.float32: 88.0, types.float64: 709.1}
_EXP_TOP = {types.float32: 88.73, types.float64: 709.79}
_ERF_TOP = {types.float32: 9.38, types.float64: 26.63}

STAMP = stamp(__file__) ^ VECTORS_STAMP

_TWO_OVER_SQRT_PI = 1.1283791670955126

#: Flags of an operation that stays as it is written: Numba gives its own where there are none.
_STRICT = ("nsz",)


def _per_type(table: dict[Any, float]) -> Any:
    """Return a compiled function of u: the entry of `table` for its type, in that type."""

    @intrinsic
    def constant(typing, u):
        value = table[element(u)]
        return u(u), lambda context, builder, signature, args: args[0].type(value)

    return constant


def _emit_polynomial(builder: ir.IRBuilder, powers: list[Any], coefficients: Any) -> Any:
    """Emit Σ c_i x^i, given x, x², x⁴, …; sums of even and odd powers run beside each other."""
    x, *higher = powers
    if higher and len(coefficients) > 3:
        even, odd = (_emit_polynomial(builder, higher, coefficients[i::2]) for i in (0, 1))
        return emit_fma(builder, odd, x, even)
    total = x.type(coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        total = emit_fma(builder, total, x, x.type(coefficient))
    return total


def _polynomial(single: tuple[float, ...], double: tuple[float, ...], squarings: int) -> Any:
    """Return a compiled polynomial in x with these coefficients, lowest power first."""

    @intrinsic
    def evaluate(typing, x):
        coefficients = single if element(x) == types.float32 else double

        def emit(context, builder, signature, args):
            powers = [args[0]]
            for _ in range(squarings):
                powers.append(builder.fmul(powers[-1], powers[-1]))
            return _emit_polynomial(builder, powers, coefficients)

        return x(x), emit

    return evaluate


def _typed_with_sign(typing, size, u):
    """Return |size| with the sign of u."""

    def emit(context, builder, signature, args):
        return builder.call(llvm_function(builder, "llvm.copysign", args[0].type, 2), args)

    return size(size, u), emit


def _splitting(lift: int) -> Any:
    """Return a compiled function of x: the whole k next to x/log 2, and 2^(k + lift).

    Adding 1.5 · 2^(digits − 1) leaves k in the lowest bits of the sum; with the bias of exponents
    added too, a shift makes them an exponent. No conversion to integers, which not every processor
    has for vectors. The power is 0 where k + lift is one below the least exponent.
    """

    @intrinsic
    def split(typing, x):
        digits, bias = (24, 127) if element(x) == types.float32 else (53, 1023)
        magic = 1.5 * 2.0 ** (digits - 1) + bias + lift

        def emit(context, builder, signature, args):
            kind, whole = args[0].type, _whole_numbers(args[0].type)
            total = emit_fma(builder, args[0], kind(1 / math.log(2.0)), kind(magic))
            k = builder.fsub(total, kind(magic), flags=_STRICT)
            bits = builder.shl(builder.bitcast(total, whole), whole(digits - 1))
            power = builder.bitcast(bits, kind)
            return context.make_tuple(builder, signature.return_type, (k, power))

        return types.UniTuple(x, 2)(x), emit

    return split


def _typed_reciprocal(typing, d):
    """Return 1/d of a normal d > 0, within a unit. A division would keep all else waiting.

    The bits of d, subtracted from a constant, are those of an x with d x between √2 and
    (3 + 2√2)/4: the closest that a subtraction comes. Of y = d x the product y (sum of the two − y)
    is the same at both ends; scaled, it is 1 within 1.2e-4. Steps of Newton's square that.
    """
    single = element(d) == types.float32
    digits, bias = (24, 127) if single else (53, 1023)
    magic = round((2 * bias + math.sqrt(2.0) - 1.0) * 2.0 ** (digits - 1))
    least, most = math.sqrt(2.0), (3.0 + math.sqrt(8.0)) / 4.0
    scale = 2.0 / (least * most + (least + most) ** 2 / 4.0)

    def emit(context, builder, signature, args):
        value, kind = args[0], args[0].type
        whole = _whole_numbers(kind)
        x = builder.bitcast(builder.sub(whole(magic), builder.bitcast(value, whole)), kind)
        minus = builder.fneg(value)
        factor = emit_fma(builder, minus, x, kind(least + most))
        x = builder.fmul(builder.fmul(x, kind(scale)), factor)
        for _ in range(1 if single else 2):
            x = emit_fma(builder, x, emit_fma(builder, minus, x, kind(1.0)), x)
        return x

    return d(d), emit


def _whole_numbers(kind: Any) -> Any:
    """Return the LLVM type of integers, or vectors of them, as long as floating numbers."""
    if isinstance(kind, ir.VectorType):
        return ir.VectorType(_whole_numbers(kind.element), kind.count)
    return ir.IntType(32 if isinstance(kind, ir.FloatType) else 64)


_with_sign: Any = intrinsic(_typed_with_sign)
_reciprocal: Any = intrinsic(_typed_reciprocal)
_split, _split_lifted = _splitting(0), _splitting(2)
_expm1_rest = _polynomial(EXPM1_SINGLE, EXPM1_DOUBLE, 1)
_erf_numerator = _polynomial(ERF_SINGLE[0], ERF_DOUBLE[0], 0)
_erf_denominator = _polynomial(ERF_SINGLE[1], ERF_DOUBLE[1], 0)
_log_2, _log_2_rest = _per_type(_LOG_2), _per_type(_LOG_2_REST)
_tanh_top, _sigmoid_top = _per_type(_TANH_TOP), _per_type(_SIGMOID_TOP)
_erf_top, _exp_top = _per_type(_ERF_TOP), _per_type(_EXP_TOP)
_atanh_rest = _polynomial(ATANH_DOUBLE, ATANH_DOUBLE, 1)


@exact
def _size(u, top):
    """Return the lesser of |u| and top; NaN stays."""
    a = abs(u)
    return select(a > top, top, a)


@exact
def _expm1_reduced(k, r):
    """Return expm1(r − k · rest of log 2)."""
    r = fma(k, -_log_2_rest(r), r)
    return fma(r * r, _expm1_rest(r), r)


@exact
def exp(x):
    """Return e^x; 0 where it would be below the least normal number, ∞ where it overflows.

    Found is 4e^(−|x|), which is normal as long as e^|x| is.
    """
    four = like(x, 4.0)
    k, power = _split_lifted(-_size(x, _exp_top(x)))
    q = _expm1_reduced(k, fma(k, -_log_2(x), -_size(x, _exp_top(x))))
    e = fma(power, q, power)
    fallen = select(x < -_exp_top(x), like(x, 0.0), like(x, 0.25) * e)
    return select(x > like(x, 0.0), four / e, fallen)


@exact
def log_of_one_plus(e):
    """Return log(1 + e) of a float64 e in [0, 1], by 2 atanh(e/(2 + e))."""
    s = e / (like(e, 2.0) + e)
    v, twice = s * s, like(e, 2.0) * s
    return fma(twice * v, _atanh_rest(v), twice)


@exact
def tanh(u):
    """Return tanh(u) and its slope.

    With e = e^(−2|u|) and s = e/(1 + e) ≤ 1/2: |tanh| = (1 − e)/(1 + e) and the slope 4s(1 − s),
    both without cancellation. Computed is 4e, which stays normal as long as the slope does.
    """
    x = like(u, -2.0) * _size(u, _tanh_top(u))
    k, power = _split_lifted(x)
    q = _expm1_reduced(k, fma(k, -_log_2(x), x))
    minus = fma(power, q, power - like(u, 4.0))  # 4 expm1(x)
    inverse = _reciprocal(like(u, 8.0) + minus)
    s = fma(power, q, power) * inverse
    most = like(u, 4.0) * s
    return _with_sign(minus * inverse, u), fma(-most, s, most)


@exact
def sigmoid(u):
    """Return 1/(1 + e^(−u)) and its slope.

    With e = e^(−|u|) and s = e/(1 + e) ≤ 1/2: the value is 1/(1 + e) or s, the slope s(1 − s).
    """
    one = like(u, 1.0)
    x = -_size(u, _sigmoid_top(u))
    k, power = _split(x)
    q = _expm1_reduced(k, fma(k, -_log_2(x), x))
    e = fma(power, q, power)
    inverse = _reciprocal(one + e)
    s = e * inverse
    return select(u < like(u, 0.0), s, inverse), fma(-s, s, s)


@exact
def erf(u):
    """Return erf(u) and its slope (2/√π) e^(−u²).

    e^(a²) erfc(a) = 1 − a N/D gives erf = (1 − e) + e a N/D with e = e^(−a²): a sum of positive
    terms. The argument −a² − k log 2 is rounded once: rounding a² first would cost up to a² units.
    """
    a = _size(u, _erf_top(u))
    k, power = _split(-a * a)
    q = _expm1_reduced(k, fma(-a, a, k * -_log_2(a)))
    e = fma(power, q, power)
    minus = fma(power, q, power - like(u, 1.0))
    ratio = a * _erf_numerator(a) * _reciprocal(_erf_denominator(a))
    return _with_sign(fma(e, ratio, -minus), u), like(u, _TWO_OVER_SQRT_PI) * e
