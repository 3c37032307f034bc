"""Every Numba flag of the project, and the helpers that compiled code shares."""

from __future__ import annotations

import math
import zlib
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba import types
from numba.cpython.unsafe.tuple import tuple_setitem
from numba.extending import lower_builtin, type_callable
from numpy.typing import DTypeLike

# Reassociation and contraction let sums vectorise. 'nnan' and 'ninf' are left out on purpose:
# with them the compiler may delete the test that detects a diverging run.
FASTMATH = {"reassoc", "contract", "nsz", "arcp", "afn"}

_COMMON: dict[str, Any] = {
    "nogil": True,
    "fastmath": FASTMATH,
    "error_model": "numpy",
}

#: A function that is inlined wherever it is called; constants passed to it become constants inside.
#: The compiler has no choice: it may not keep a copy of its own, which would be compiled otherwise
#: than the one in the disk cache, so that the first process would round otherwise than the next.
inlined = numba.njit(forceinline=True, **_COMMON)

#: As `inlined`, but every operation rounds by itself, whatever stands around it: without this two
#: kernels (on threads and serial, of one dynamics and of another) may fuse different products and
#: sums of the same formula, and a run would depend on where it was cut.
exact = numba.njit(forceinline=True, nogil=True, error_model="numpy")

#: A function of whole numbers, which rounds nothing: the compiler may inline it or not, which keeps
#: what calls it often short.
whole = numba.njit(**_COMMON)

#: A kernel on one thread, kept in the disk cache.
serial = numba.njit(cache=True, **_COMMON)

#: A kernel whose prange loops run on several threads, kept in the disk cache.
parallel = numba.njit(cache=True, parallel=True, **_COMMON)

#: ``with_item(t, k, v)`` is the tuple t with entry k replaced by v. In compiled code a tuple of
#: known length lives in registers, where an array would not.
with_item: Any = tuple_setitem


def like(u: float, constant: float) -> float:
    """Return `constant` in the type of `u` (compiled code would promote float32 to float64)."""
    return type(u)(constant)


@type_callable(like)
def _type_like(context):
    return lambda u, constant: u


@lower_builtin(like, types.Float, types.Number)
def _emit_like(context, builder, sig, args):
    return context.cast(builder, args[1], sig.args[1], sig.args[0])


#: Distance that `apart` keeps, in bytes: more than any compiled loop handles at a time.
_APART = 1024

#: Bytes of a line of the cache: a vector that lies across two of them is read twice.
_LINE = 64


def apart(shape: int | tuple[int, ...], dtype: DTypeLike = np.float64) -> np.ndarray:
    """Return zeros that lie a kilobyte from every other array, from a line of the cache on.

    A vectorised loop first compares where its arrays start, and takes a scalar path if one that
    is written stands within a few registers of another. Sums round otherwise on that path, so
    that the bits of a run with few samples would depend on where the allocator put them.
    """
    size = math.prod(shape) if isinstance(shape, tuple) else shape
    length = size * np.dtype(dtype).itemsize
    room = np.zeros(length + 3 * _APART, np.uint8)
    start = _APART - room.ctypes.data % _LINE + _LINE
    return room[start : start + length].view(dtype).reshape(shape)


def stamp(*files: str) -> int:
    """Return a number that changes when one of the source `files` changes.

    Numba's disk cache watches only the file a kernel stands in, not the files of the functions
    it inlines. A kernel factory that closes over this number misses the cache when those change.
    """
    return zlib.crc32(b"".join(Path(file).read_bytes() for file in files))
