"""Vectors in and out of arrays, and tuples of them: one vector for each input coordinate.

Loops over the coordinates are written out as the code is made, so that a tuple stays in registers
whatever its length. Arrays are C-contiguous; `origin` is a tuple of d numbers, which tells d.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from core import jit, vectors
from core.vectors import VectorType, emit_fma, emit_splat

STAMP = jit.stamp(__file__) ^ vectors.STAMP


class _Entries:
    """Emits reads and writes of an array."""

    def __init__(self, context: Any, builder: ir.IRBuilder, kind: Any, array: Any) -> None:
        self._context, self._builder, self._kind = context, builder, kind
        self._array = context.make_array(kind)(context, builder, array)
        self._vector = context.get_value_type(VectorType(kind.dtype))

    def _address(self, *at: Any) -> Any:
        indices = (*at, *[self.constant(0)] * (self._kind.ndim - len(at)))
        return cgutils.get_item_pointer(
            self._context, self._builder, self._kind, self._array, indices
        )

    def constant(self, k: int) -> Any:
        return self._context.get_constant(types.intp, k)

    def spread(self, row: Any, column: Any) -> Any:
        """Emit a vector of one entry."""
        return emit_splat(
            self._builder, self._vector, self._builder.load(self._address(row, column))
        )

    def read(self, *at: Any) -> Any:
        """Emit the vector that starts at an entry."""
        address = self._builder.bitcast(self._address(*at), self._vector.as_pointer())
        return self._builder.load(address, align=self._kind.dtype.bitwidth // 8)

    def write(self, value: Any, *at: Any) -> None:
        """Emit a write of a vector to where an entry starts."""
        address = self._builder.bitcast(self._address(*at), self._vector.as_pointer())
        self._builder.store(value, address, align=self._kind.dtype.bitwidth // 8)


def _has_axes(array: Any, axes: int) -> bool:
    return isinstance(array, types.Array) and array.ndim == axes and array.layout == "C"


@intrinsic
def read(typing, array, group, k):
    """Return the vector array[group, k] of an array (groups, rows, lanes)."""
    assert _has_axes(array, 3)

    def emit(context, builder, sig, args):
        return _Entries(context, builder, array, args[0]).read(*args[1:])

    return VectorType(array.dtype)(array, types.intp, types.intp), emit


@intrinsic
def write(typing, array, group, k, vector):
    """Write a vector to array[group, k] of an array (groups, rows, lanes)."""
    assert _has_axes(array, 3)

    def emit(context, builder, sig, args):
        _Entries(context, builder, array, args[0]).write(args[3], *args[1:3])
        return context.get_dummy_value()

    return types.void(array, types.intp, types.intp, vector), emit


@intrinsic
def read_rows(typing, array, group, origin):
    """Return the vectors array[group, k], k < d, as a tuple."""
    assert _has_axes(array, 3)
    result = types.UniTuple(VectorType(array.dtype), len(origin))

    def emit(context, builder, sig, args):
        entries = _Entries(context, builder, array, args[0])
        rows = [entries.read(args[1], entries.constant(k)) for k in range(len(origin))]
        return context.make_tuple(builder, result, rows)

    return result(array, types.intp, origin), emit


@intrinsic
def write_rows(typing, array, group, rows):
    """Write a tuple of vectors to array[group, k], k < d."""
    assert _has_axes(array, 3)

    def emit(context, builder, sig, args):
        entries = _Entries(context, builder, array, args[0])
        for k, row in enumerate(cgutils.unpack_tuple(builder, args[2])):
            entries.write(row, args[1], entries.constant(k))
        return context.get_dummy_value()

    return types.void(array, types.intp, rows), emit


@intrinsic
def spread(typing, array, row, origin):
    """Return vectors that hold array[row, k] in every lane, k < d, as a tuple."""
    assert _has_axes(array, 2)
    result = types.UniTuple(VectorType(array.dtype), len(origin))

    def emit(context, builder, sig, args):
        entries = _Entries(context, builder, array, args[0])
        rows = [entries.spread(args[1], entries.constant(k)) for k in range(len(origin))]
        return context.make_tuple(builder, result, rows)

    return result(array, types.intp, origin), emit


@intrinsic
def zeros(typing, origin):
    """Return d vectors of zeros as a tuple."""
    result = types.UniTuple(VectorType(origin.dtype), len(origin))

    def emit(context, builder, sig, args):
        return context.get_constant_null(result)

    return result(origin), emit


@intrinsic
def dot(typing, x, y):
    """Return Σ_k x_k y_k of two tuples."""

    def emit(context, builder, sig, args):
        first, *rest = zip(*(cgutils.unpack_tuple(builder, arg) for arg in args), strict=True)
        value = builder.fmul(*first)
        for pair in rest:
            value = emit_fma(builder, *pair, value)
        return value

    return x.dtype(x, y), emit


@intrinsic
def add_scaled(typing, totals, weight, x):
    """Return the tuple of totals_k + weight x_k."""

    def emit(context, builder, sig, args):
        rows = zip(*(cgutils.unpack_tuple(builder, args[i]) for i in (0, 2)), strict=True)
        sums = [emit_fma(builder, args[1], row, before) for before, row in rows]
        return context.make_tuple(builder, totals, sums)

    return totals(totals, weight, x), emit


@intrinsic
def scaled(typing, factor, x):
    """Return the tuple of factor x_k."""

    def emit(context, builder, sig, args):
        rows = [builder.fmul(args[0], row) for row in cgutils.unpack_tuple(builder, args[1])]
        return context.make_tuple(builder, x, rows)

    return x(factor, x), emit
