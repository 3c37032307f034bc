"""e^x and log(1 + e) without branches: loops vectorise; and what else rests on e^x.

Compiled loops call the C library's functions one number at a time. These forms are sums, products
and selections only.

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
from core.vectors import element, emit_fma, fma, select

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

#: P of atanh(s) = s + s³ P(s²) on s² ≤ 1/9; relative error 4.9e-17.
ATANH_DOUBLE = (
    0.33333333333338855, 0.19999999998023163, 0.142857145291848, 0.11111096442543096,
    0.09091407317938772, 0.0768214307002695, 0.06793202215954279, 0.049511785736543405,
    0.0887037357189166,
)  # fmt: skip

#: log 2 as a sum: a number short enough that its whole multiples are exact, and the rest.
_LOG_2 = {types.float32: 0.693145751953125, types.float64: 0.6931471805598903}
_LOG_2_REST = {types.float32: 1.428606765330187e-06, types.float64: 5.497923018708371e-14}

#: Size of the argument beyond which nothing changes any more: there `splitting` finds the power of
#: two just below the smallest normal number, and gives 0.
_EXP_TOP = {types.float32: 88.73, types.float64: 709.79}

STAMP = stamp(__file__) ^ VECTORS_STAMP

#: Flags of an operation that stays as it is written: Numba gives its own where there are none.
_STRICT = ("nsz",)


def per_type(table: dict[Any, float]) -> Any:
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


def polynomial(single: tuple[float, ...], double: tuple[float, ...], squarings: int) -> Any:
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


def _whole_numbers(kind: Any) -> Any:
    """Return the LLVM type of integers, or vectors of them, as long as floating numbers."""
    if isinstance(kind, ir.VectorType):
        return ir.VectorType(_whole_numbers(kind.element), kind.count)
    return ir.IntType(32 if isinstance(kind, ir.FloatType) else 64)


split, split_lifted = _splitting(0), _splitting(2)
_expm1_rest = polynomial(EXPM1_SINGLE, EXPM1_DOUBLE, 1)
_atanh_rest = polynomial(ATANH_DOUBLE, ATANH_DOUBLE, 1)
log_2, _log_2_rest = per_type(_LOG_2), per_type(_LOG_2_REST)
_exp_top = per_type(_EXP_TOP)


@exact
def size(u, top):
    """Return the lesser of |u| and top; NaN stays."""
    a = abs(u)
    return select(a > top, top, a)


@exact
def expm1_reduced(k, r):
    """Return expm1(r − k · rest of log 2)."""
    r = fma(k, -_log_2_rest(r), r)
    return fma(r * r, _expm1_rest(r), r)


@exact
def exp(x):
    """Return e^x; 0 where it would be below the least normal number, ∞ where it overflows.

    Found is 4e^(−|x|), which is normal as long as e^|x| is.
    """
    four = like(x, 4.0)
    k, power = split_lifted(-size(x, _exp_top(x)))
    q = expm1_reduced(k, fma(k, -log_2(x), -size(x, _exp_top(x))))
    e = fma(power, q, power)
    fallen = select(x < -_exp_top(x), like(x, 0.0), like(x, 0.25) * e)
    return select(x > like(x, 0.0), four / e, fallen)


@exact
def log_of_one_plus(e):
    """Return log(1 + e) of a float64 e in [0, 1], by 2 atanh(e/(2 + e))."""
    s = e / (like(e, 2.0) + e)
    v, twice = s * s, like(e, 2.0) * s
    return fma(twice * v, _atanh_rest(v), twice)
