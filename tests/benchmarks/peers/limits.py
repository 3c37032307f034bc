"""What the machine could do at most: measured peaks, and the operations a step counts."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import numba
import numpy as np

from core import vectors
from core.kernels.lanes import add_scaled, read_run, write_run
from core.vectors import splat

from .case import Case

#: Vectors whose multiply-adds do not wait for one another, and rounds over them.
_CHAINS, _ROUNDS = 12, 200_000


@numba.njit(parallel=True, nogil=True)
def _multiply_add(values, factor, like, rounds):
    """Run chains of multiply-adds in registers, on every thread."""
    for t in numba.prange(values.shape[0]):
        x = read_run(values, t, 0, like)
        start = x
        for _ in range(rounds):
            x = add_scaled(start, splat(factor), x)
        write_run(values, t, 0, x)


def _least(run: Callable[[], object], times: int = 7) -> float:
    """Return the least seconds of some runs: a peak, whatever else the machine does."""
    run()
    seconds = []
    for _ in range(times):
        begun = perf_counter()
        run()
        seconds.append(perf_counter() - begun)
    return min(seconds)


def multiply_adds_per_second(dtype: str) -> float:
    """Return the measured peak of multiply-adds in vector registers, all threads together."""
    lanes, kind = vectors.lanes(dtype), np.dtype(dtype).type
    values = np.full((numba.get_num_threads(), _CHAINS, lanes), 0.25, dtype)
    like = (kind(0),) * _CHAINS
    seconds = _least(lambda: _multiply_add(values, kind(0.5), like, _ROUNDS))
    return values.size * _ROUNDS / seconds


def products_per_second(dtype: str, size: int = 1500) -> float:
    """Return the measured peak of multiply-adds in a matrix product of the BLAS in use."""
    a = np.random.default_rng(0).standard_normal((size, size)).astype(dtype)
    out = np.empty_like(a)
    return size**3 / _least(lambda: np.matmul(a, a, out=out))


def vector_operations(case: Case) -> int:
    """Return the vector operations that a pair of neuron and sample takes at least.

    Twice the pre-activation (d multiply-adds), once the pull on a (d), and on relu three more: a
    maximum, the sum of the prediction and a comparison. The pull on c is a times the pull on a.
    """
    return 3 * case.d + 3


def fraction(case: Case, seconds: float, peaks: dict[str, tuple[float, float]]) -> float | None:
    """Return the share of the limit that a step of `seconds` reaches; None for tanh.

    Up to d = 15 the limit counts vector operations at the rate of multiply-adds, above the two
    products of matrices (d multiply-adds a pair each) at the rate of the library's product.
    """
    if case.activation != "relu":
        return None
    vector, product = peaks[case.dtype]
    pairs = case.n * case.m
    if case.d <= 15:
        return pairs * vector_operations(case) / seconds / vector
    return pairs * 2 * case.d / seconds / product
