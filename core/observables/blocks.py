"""Blocks of neurons, so that no (neurons, samples) matrix outgrows its share of memory."""

from __future__ import annotations

from collections.abc import Iterator

from core.curvature import MOST_PAIRS


def blocks(m: int, n: int) -> Iterator[slice]:
    """Yield slices that cover range(m), each of them times n at most `MOST_PAIRS` entries."""
    length = max(1, MOST_PAIRS // max(1, n))
    for lo in range(0, m, length):
        yield slice(lo, min(m, lo + length))
