"""What the machine could do at most: measured peaks, and the operations a step counts."""

from __future__ import annotations

from time import perf_counter

import numba
import numpy as np

from .case import Case

_DEPTH, _ROUNDS = 64, 2_000


@numba.njit(parallel=True, fastmath=True, nogil=True)
def _multiply_add(x, rounds):
    """Run chains of multiply-adds on every entry of x (threads, k), in registers."""
    for t in numba.prange(x.shape[0]):
        row = x[t]
        for _ in range(rounds):
            for k in range(row.size):
                v = row[k]
                for _step in range(_DEPTH):
                    v = v * v - v
                row[k] = v


def multiply_adds_per_second(dtype: str) -> float:
    """Return the measured peak of multiply-adds in vector registers, all threads together."""
    # A row small enough for the first cache; its entries are independent, which hides latencies.
    x = np.full((numba.get_num_threads(), 1024), 0.25, dtype)
    _multiply_add(x, 10)
    best = 0.0
    for _ in range(5):
        begun = perf_counter()
        _multiply_add(x, _ROUNDS)
        best = max(best, x.size * _DEPTH * _ROUNDS / (perf_counter() - begun))
    return best


def products_per_second(dtype: str, size: int = 1500) -> float:
    """Return the measured peak of multiply-adds in a matrix product of the BLAS in use."""
    a = np.random.default_rng(0).standard_normal((size, size)).astype(dtype)
    out = np.empty_like(a)
    np.matmul(a, a, out=out)
    best = 0.0
    for _ in range(5):
        begun = perf_counter()
        np.matmul(a, a, out=out)
        best = max(best, size**3 / (perf_counter() - begun))
    return best


def fraction(case: Case, seconds: float, peaks: dict[str, tuple[float, float]]) -> float | None:
    """Return the share of the limit that a step of `seconds` reaches; None for tanh.

    A fused step over few coordinates does 3d multiply-adds and 5 other vector operations a pair
    (twice the pre-activation, once the pull; two maxima, one selection, two sums); a step of
    matrix products 2d multiply-adds a pair.
    """
    if case.activation != "relu":
        return None
    vector, product = peaks[case.dtype]
    pairs = case.n * case.m
    if case.d <= 15:
        return pairs * (3 * case.d + 5) / seconds / vector
    return pairs * 2 * case.d / seconds / product
