"""Matrix-product kernels for many input coordinates.

Two products a step: pre-activations U = A Xᵀ and the pull on the input weights Gᵀ X. Every block of
neurons makes its own single-threaded products, so the bits do not depend on the thread count.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numba import prange

from core import jit
from core.activations import evaluate
from core.kernels.blocks import STAMP, all_finite, predictions_from_blocks, pull


@jit.inlined
def step_block(code, zero, a, c, u, pull_a, inputs, force, stepsize, decay, partial):
    """Move a block of neurons by one step; return the block's sum of |w|².

    a (k, d), c (k,), u (k, n) pre-activations kept from the step before, inputs (n, d).
    """
    n = inputs.shape[0]
    h = jit.like(zero, stepsize)
    shrink = jit.like(zero, 1.0 - stepsize * decay)
    for j in range(c.size):
        pull_c = zero
        row = u[j]
        for i in range(n):
            value, slope = evaluate(code, row[i])
            pull_c += force[i] * value
            row[i] = c[j] * force[i] * slope
        c[j] = shrink * c[j] + h * pull_c
    np.dot(u, inputs, pull_a)
    squares = 0.0
    for j in range(c.size):
        square = c[j] * c[j]
        for k in range(a.shape[1]):
            a[j, k] = shrink * a[j, k] + h * pull_a[j, k]
            square += a[j, k] * a[j, k]
        squares += square
    np.dot(a, inputs.T, u)
    partial[:] = zero
    for j in range(c.size):
        row = u[j]
        for i in range(n):
            value, _slope = evaluate(code, row[i])
            partial[i] += c[j] * value
    return squares


@cache
def step_kernel(code: int, dtype: str, threads: bool, stamp: int = STAMP) -> Any:
    """Return the compiled loop over steps for one activation and precision."""
    zero = np.dtype(dtype).type(0)
    decorate = jit.parallel if threads else jit.serial

    @decorate
    def run(a, c, u, pull_a, inputs, targets, partial, squares, f, g, force, stepsizes, options):
        """Run one step per entry of stepsizes; return the number completed with finite results."""
        _ = stamp, threads  # both must be part of the key of the disk cache
        length, loss, scale, decay = options
        m = c.size
        for t in range(stepsizes.size):
            for b in prange(squares.size):
                lo = b * length
                hi = min(lo + length, m)
                squares[b] = step_block(
                    code,
                    zero,
                    a[lo:hi],
                    c[lo:hi],
                    u[lo:hi],
                    pull_a[lo:hi],
                    inputs,
                    force,
                    stepsizes[t],
                    decay,
                    partial[b],
                )
            predictions_from_blocks(partial, scale / m, f)
            risk = pull(loss, f, targets, scale, g, force)
            if not all_finite(risk, f, squares):
                return t
        return stepsizes.size

    return run
