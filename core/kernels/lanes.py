"""Vectors in and out of arrays, and tuples of them.

Loops over a tuple are written out as the code is made, so that it stays in registers whatever its
length. Arrays are C-contiguous. `like` is a tuple of numbers that tells the length of a result.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from core import jit, vectors
from core.vectors import VectorType, emit_fma, emit_splat, intrinsic

STAMP = jit.stamp(__file__) ^ vectors.STAMP


class _Entries:
    """Emits reads and writes of an array."""

    def __init__(self, context: Any, builder: ir.IRBuilder, kind: Any, array: Any) -> None:
        self._context, self._builder, self._kind = context, builder, kind
        self._array = context.make_array(kind)(context, builder, array)
        self._vector = context.get_value_type(VectorType(kind.dtype))

    def address(self, *indices: Any) -> Any:
        """Emit the address of an entry."""
        return cgutils.get_item_pointer(
            self._context, self._builder, self._kind, self._array, indices
        )

    def _run(self, indices: Any, count: int) -> list[Any]:
        first = self._builder.bitcast(self.address(*indices), self._vector.as_pointer())
        return [cgutils.gep_inbounds(self._builder, first, k) for k in range(count)]

    def spread(self, row: Any, column: Any, by: tuple[int, int]) -> Any:
        """Emit a vector of one entry, the one `by` rows and columns from an entry."""
        at = [
            self._builder.add(index, self._context.get_constant(types.intp, step))
            for index, step in zip((row, column), by, strict=True)
        ]
        return emit_splat(self._builder, self._vector, self._builder.load(self.address(*at)))

    def read(self, indices: Any, count: int) -> list[Any]:
        """Emit consecutive vectors that start at an entry."""
        align = self._kind.dtype.bitwidth // 8
        return [self._builder.load(at, align=align) for at in self._run(indices, count)]

    def write(self, indices: Any, rows: Any) -> None:
        """Emit a write of consecutive vectors to where an entry starts."""
        align = self._kind.dtype.bitwidth // 8
        for at, row in zip(self._run(indices, len(rows)), rows, strict=True):
            self._builder.store(row, at, align=align)


def _check(array: Any, axes: int) -> None:
    assert isinstance(array, types.Array) and array.ndim == axes and array.layout == "C"


def _tuple_of(array: Any, like: Any) -> Any:
    return types.UniTuple(VectorType(array.dtype), len(like))


@intrinsic
def read(typing, array, i, j, lane):
    """Return the vector that starts at array[i, j, lane]."""
    _check(array, 3)

    def emit(context, builder, sig, args):
        return _Entries(context, builder, array, args[0]).read(args[1:], 1)[0]

    return VectorType(array.dtype)(array, types.intp, types.intp, types.intp), emit


@intrinsic
def write(typing, array, i, j, lane, vector):
    """Write a vector to where array[i, j, lane] starts."""
    _check(array, 3)

    def emit(context, builder, sig, args):
        _Entries(context, builder, array, args[0]).write(args[1:4], args[4:])
        return context.get_dummy_value()

    return types.void(array, types.intp, types.intp, types.intp, vector), emit


@intrinsic
def prefetch(typing, array, i, j, lane):
    """Ask for the vector that starts at array[i, j, lane], to be near when it is read."""
    _check(array, 3)

    def emit(context, builder, sig, args):
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        at = _Entries(context, builder, array, args[0]).address(*args[1:])
        kind = ir.FunctionType(ir.VoidType(), (byte, number, number, number))
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        about = [number(k) for k in (0, 2, 1)]  # to read, into the second level, of data
        builder.call(function, [builder.bitcast(at, byte), *about])
        return context.get_dummy_value()

    return types.void(array, types.intp, types.intp, types.intp), emit


@intrinsic
def read_run(typing, array, i, j, like):
    """Return the consecutive vectors from array[i, j, 0] on."""
    _check(array, 3)
    result = _tuple_of(array, like)

    def emit(context, builder, sig, args):
        start = (*args[1:3], context.get_constant(types.intp, 0))
        rows = _Entries(context, builder, array, args[0]).read(start, len(like))
        return context.make_tuple(builder, result, rows)

    return result(array, types.intp, types.intp, like), emit


@intrinsic
def write_run(typing, array, i, j, rows):
    """Write a tuple of vectors, one after the other, from array[i, j, 0] on."""
    _check(array, 3)

    def emit(context, builder, sig, args):
        start = (*args[1:3], context.get_constant(types.intp, 0))
        vectors = cgutils.unpack_tuple(builder, args[3])
        _Entries(context, builder, array, args[0]).write(start, vectors)
        return context.get_dummy_value()

    return types.void(array, types.intp, types.intp, rows), emit


def _spread_by(rows: int, columns: int, doc: str) -> Any:
    """Return what spreads entries that follow each other by so many rows and columns."""

    def typed(typing, array, i, j, like):
        _check(array, 2)
        result = _tuple_of(array, like)

        def emit(context, builder, sig, args):
            entries = _Entries(context, builder, array, args[0])
            spread = [
                entries.spread(args[1], args[2], (k * rows, k * columns)) for k in range(len(like))
            ]
            return context.make_tuple(builder, result, spread)

        return result(array, types.intp, types.intp, like), emit

    typed.__doc__ = doc
    return intrinsic(typed)


spread_along = _spread_by(0, 1, "Return vectors that hold array[i, j], array[i, j + 1], ….")
spread_down = _spread_by(1, 0, "Return vectors that hold array[i, j], array[i + 1, j], ….")


@intrinsic
def zeros(typing, like):
    """Return vectors of zeros."""
    result = types.UniTuple(VectorType(like.dtype), len(like))
    return result(like), lambda context, *_: context.get_constant_null(result)


@intrinsic
def dot(typing, x, y):
    """Return Σ_k x_k y_k of two tuples."""

    def emit(context, builder, sig, args):
        first, *rest = zip(*(cgutils.unpack_tuple(builder, arg) for arg in args), strict=True)
        value = builder.fmul(*first)
        for one, other in rest:
            value = emit_fma(builder, one, other, value)
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
def add_where(typing, condition, totals, x):
    """Return the tuple of totals_k + x_k where the condition holds, totals_k elsewhere."""

    def emit(context, builder, sig, args):
        rows = zip(*(cgutils.unpack_tuple(builder, arg) for arg in args[1:]), strict=True)
        sums = [builder.select(args[0], builder.fadd(before, row), before) for before, row in rows]
        return context.make_tuple(builder, totals, sums)

    return totals(condition, totals, x), emit


@intrinsic
def add_products(typing, totals, x, y):
    """Return the totals with x_s y_r added to entry s · len(y) + r."""

    def emit(context, builder, sig, args):
        sums, left, right = (cgutils.unpack_tuple(builder, arg) for arg in args)
        pairs = [(one, other) for one in left for other in right]
        rows = [emit_fma(builder, *pair, row) for pair, row in zip(pairs, sums, strict=True)]
        return context.make_tuple(builder, totals, rows)

    return totals(totals, x, y), emit
