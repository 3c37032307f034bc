"""Decorators for code in which every operation is rounded as written.

Fast-math flags spread from a function to all that it inlines. So none stands between a kernel and
what must be strict; what it inlines otherwise may have flags of its own, by `jit.inlined`.
"""

from __future__ import annotations

from typing import Any

import numba

from core import jit

_COMMON: dict[str, Any] = {"nogil": True, "error_model": "numpy"}

#: As `jit.inlined`, `jit.serial` and `jit.parallel`.
inlined = numba.njit(forceinline=True, **_COMMON)
serial = numba.njit(cache=True, **_COMMON)
parallel = numba.njit(cache=True, parallel=True, **_COMMON)

STAMP = jit.stamp(__file__)
