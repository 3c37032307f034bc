"""Vectors for compiled code: 64 bytes of one floating type, a value like any number.

A loop over numbers is vectorised when the compiler can prove that it may and guesses that it pays.
A loop over these is vectorised by its writer: sums have the order they are written in, so that
bits depend neither on the compiler's taste nor on where arrays lie. Processors with shorter
registers take two or four for each vector.

In compiled code vectors are added, subtracted, multiplied, divided, compared and selected from like
numbers; a tuple of them holds one vector for each input coordinate.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models, register_default
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic as numba_intrinsic
from numba.extending import lower_builtin
from numpy.typing import DTypeLike

from core.jit import like, stamp

#: Bytes of a vector.
BYTES = 64

STAMP = stamp(__file__)

#: Makes a function of compiled code from one that emits it; the typing context it takes is not
#: among the arguments of a call, which no type checker knows.
intrinsic: Any = numba_intrinsic


def lanes(dtype: DTypeLike) -> int:
    """Return how many numbers of a type a vector holds."""
    return BYTES // np.dtype(dtype).itemsize


def whole_vectors(length: int, dtype: DTypeLike) -> int:
    """Return `length` rounded up to whole vectors."""
    return -(-length // lanes(dtype)) * lanes(dtype)


class VectorType(types.Type):
    """The type of a vector of `element`, float32 or float64; of `count` vectors joined to one."""

    def __init__(self, element: Any, count: int = 1) -> None:
        self.element = element
        self.lanes = count * BYTES * 8 // element.bitwidth
        super().__init__(name=f"vector({element} x {self.lanes})")


class MaskType(types.Type):
    """The type of a vector of truth values, from comparing vectors."""

    def __init__(self, lanes: int) -> None:
        self.lanes = lanes
        super().__init__(name=f"mask({lanes})")


@register_default(VectorType)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: VectorType) -> None:
        kind = dmm.lookup(fe_type.element).get_value_type()
        super().__init__(dmm, fe_type, ir.VectorType(kind, fe_type.lanes))


@register_default(MaskType)
class _MaskModel(models.PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: MaskType) -> None:
        super().__init__(dmm, fe_type, ir.VectorType(ir.IntType(1), fe_type.lanes))


def element(kind: Any) -> Any:
    """Return the Numba type of the numbers in a Numba type: that of a vector's, or itself."""
    return kind.element if isinstance(kind, VectorType) else kind


def _declare(function: Any, emit: Callable, result: Callable) -> None:
    """Give an operator its meaning for two vectors of one type."""

    @infer_global(function)
    class _Binary(AbstractTemplate):
        def generic(self, args: Any, kws: Any) -> Any:
            if len(args) == 2 and isinstance(args[0], VectorType) and args[0] == args[1]:
                return signature(result(args[0]), *args)
            return None

    lower_builtin(function, VectorType, VectorType)(emit)


def _arithmetic(name: str) -> Callable:
    return lambda context, builder, signature, args: getattr(builder, name)(*args)


def _comparison(sign: str) -> Callable:
    return lambda context, builder, signature, args: builder.fcmp_ordered(sign, *args)


for _function, _name in (
    (operator.add, "fadd"), (operator.sub, "fsub"), (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):  # fmt: skip
    _declare(_function, _arithmetic(_name), lambda kind: kind)
for _function, _name in ((operator.gt, ">"), (operator.lt, "<")):
    _declare(_function, _comparison(_name), lambda kind: MaskType(kind.lanes))


@infer_global(abs)
@infer_global(operator.neg)
class _Unary(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        return signature(args[0], *args) if isinstance(args[0], VectorType) else None


def llvm_function(builder: ir.IRBuilder, name: str, kind: Any, count: int) -> Any:
    """Return LLVM's intrinsic of `count` arguments of one type, numbers or vectors."""
    scalar = kind.element if isinstance(kind, ir.VectorType) else kind
    suffix = scalar.intrinsic_name
    if isinstance(kind, ir.VectorType):
        suffix = f"v{kind.count}{suffix}"
    function = ir.FunctionType(kind, (kind,) * count)
    return builder.module.declare_intrinsic(f"{name}.{suffix}", (), function)


@lower_builtin(abs, VectorType)
def _abs(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> Any:
    return builder.call(llvm_function(builder, "llvm.fabs", args[0].type, 1), args)


@lower_builtin(operator.neg, VectorType)
def _negative(context: Any, builder: ir.IRBuilder, sig: Any, args: Any) -> Any:
    return builder.fneg(args[0])


def emit_fma(builder: ir.IRBuilder, x: Any, y: Any, z: Any) -> Any:
    """Emit x y + z, rounded once, of numbers or vectors."""
    return builder.call(llvm_function(builder, "llvm.fma", x.type, 3), (x, y, z))


def _typed_fma(typing, x, y, z):
    """Return x y + z of numbers or vectors, rounded once, whatever fast flags there are."""
    return x(x, y, z), lambda context, builder, sig, args: emit_fma(builder, *args)


def _typed_select(typing, condition, x, y):
    """Return x where the condition holds, y elsewhere."""
    return x(condition, x, x), lambda context, builder, sig, args: builder.select(*args)


def emit_splat(builder: ir.IRBuilder, kind: Any, value: Any) -> Any:
    """Emit the vector of LLVM type `kind` whose numbers all are `value`."""
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), value, ir.IntType(32)(0))
    mask = ir.Constant(ir.VectorType(ir.IntType(32), kind.count), [0] * kind.count)
    return builder.shuffle_vector(one, ir.Constant(kind, ir.Undefined), mask)


def _typed_splat(typing, value):
    """Return the vector whose numbers all are `value`."""
    kind = VectorType(value)

    def emit(context, builder, sig, args):
        return emit_splat(builder, context.get_value_type(kind), args[0])

    return kind(value), emit


def _halved(builder: ir.IRBuilder, value: Any) -> list[Any]:
    """Emit the two halves of a vector."""
    count = value.type.count // 2
    halves = (list(range(at, at + count)) for at in (0, count))
    indices = (ir.Constant(ir.VectorType(ir.IntType(32), count), half) for half in halves)
    return [builder.shuffle_vector(value, value, index) for index in indices]


def _typed_total(typing, vector):
    """Return the sum of a vector's numbers: halves are added until one is left."""

    def emit(context, builder, sig, args):
        value = args[0]
        while value.type.count > 1:
            value = builder.fadd(*_halved(builder, value))
        return builder.extract_element(value, ir.IntType(32)(0))

    return vector.element(vector), emit


def _typed_joined(typing, vectors):
    """Return the vectors of a tuple (1, 2, 4 … of them) as one.

    What is found of them all is found side by side: a processor that looks ahead only so far then
    always has something to do, where one long chain of operations would make it wait.
    """
    result = VectorType(vectors.dtype.element, len(vectors))

    def emit(context, builder, sig, args):
        rows = cgutils.unpack_tuple(builder, args[0])
        while len(rows) > 1:
            count = 2 * rows[0].type.count
            every = ir.Constant(ir.VectorType(ir.IntType(32), count), list(range(count)))
            pairs = zip(rows[::2], rows[1::2], strict=True)
            rows = [builder.shuffle_vector(*pair, every) for pair in pairs]
        return rows[0]

    return result(vectors), emit


def _typed_parts(typing, vector):
    """Return the vectors that are joined in one, as a tuple."""
    part = VectorType(vector.element)
    result = types.UniTuple(part, vector.lanes // part.lanes)

    def emit(context, builder, sig, args):
        rows = [args[0]]
        while len(rows) < len(result):
            rows = [half for row in rows for half in _halved(builder, row)]
        return context.make_tuple(builder, result, rows)

    return result(vector), emit


def _typed_lanes_of(typing, value):
    """Return how many numbers like `value` a vector holds."""
    count = VectorType(value).lanes
    return types.intp(value), lambda context, *_: context.get_constant(types.intp, count)


fma: Any = intrinsic(_typed_fma)
select: Any = intrinsic(_typed_select)
splat: Any = intrinsic(_typed_splat)
total: Any = intrinsic(_typed_total)
joined: Any = intrinsic(_typed_joined)
parts: Any = intrinsic(_typed_parts)
lanes_of: Any = intrinsic(_typed_lanes_of)


@lower_builtin(like, VectorType, types.Number)
def _emit_like(context, builder, sig, args):
    kind, constant = sig.args
    value = context.cast(builder, args[1], constant, kind.element)
    return emit_splat(builder, context.get_value_type(kind), value)
