"""Checks of arguments. Each failure names the argument, the value it had and what is allowed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def choose(argument: str, name: object, table: Mapping[str, T]) -> T:
    """Return ``table[name]``, or raise ValueError listing the names there are."""
    if isinstance(name, str) and name in table:
        return table[name]
    raise ValueError(f"{argument}={name!r} is unknown; choose one of {', '.join(table)}")


def number(
    argument: str,
    value: object,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    open_low: bool = False,
) -> float:
    """Return `value` as a float in [low, high] (or ]low, high]), or raise ValueError."""
    allowed = f"a finite number in {']' if open_low else '['}{low:g}, {high:g}]"
    try:
        if isinstance(value, (str, bytes, bool)):
            raise TypeError  # float() would take them
        result = float(value)  # type: ignore[arg-type]  # anything may come in; that is the point
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{argument}={value!r} is not {allowed}") from None
    inside = low < result <= high if open_low else low <= result <= high
    if not (math.isfinite(result) and inside):
        raise ValueError(f"{argument}={value!r} is not {allowed}")
    return result


def integer(argument: str, value: object, low: int, high: int) -> int:
    """Return `value` as an int in [low, high], or raise ValueError."""
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        result: float = int(value)  # not through float, which rounds beyond 2^53
    else:
        result = number(argument, value, low, high)
    if not low <= result <= high or result != int(result):
        raise ValueError(f"{argument}={value!r} is not a whole number in [{low:g}, {high:g}]")
    return int(result)


def array(argument: str, value: object, ndim: int) -> np.ndarray:
    """Return `value` as a finite, non-empty float array of `ndim` axes, or raise ValueError.

    float32 stays float32; everything else becomes float64.
    """
    try:
        result = np.asarray(value)
        if result.dtype.kind not in "fiubO":
            raise TypeError  # complex numbers, texts and dates would be cast
        if result.dtype != np.float32:
            with np.errstate(over="ignore"):  # what overflows is refused below
                result = result.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{argument} must be an array of real numbers with {ndim} axes") from None
    if result.ndim != ndim or result.size == 0:
        raise ValueError(
            f"{argument} has shape {result.shape}; it must have {ndim} axes, none of length 0"
        )
    if not np.isfinite(result).all():
        raise ValueError(f"{argument} holds values that are not finite; remove nan and inf")
    return result
