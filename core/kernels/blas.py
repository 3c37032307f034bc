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
from core.kernels.blocks import (
    STAMP,
    all_finite,
    output_norm,
    predictions_from_blocks,
    pull_samples,
)
from core.kernels.move import move_block, plain_block


@jit.inlined
def pull_on(code, zero, u, force):
    """Return Σ_i force_i σ(u_i) of a row u of pre-activations, which becomes force_i σ'(u_i)."""
    pull_c = zero
    for i in range(u.size):
        value, slope = evaluate(code, u[i])
        pull_c += force[i] * value
        u[i] = force[i] * slope
    return pull_c


@jit.inlined
def pull_block(code, zero, u, inputs, force, v, v_c):
    """Fill v (k, d) and v_c (k,) with the pulls on a block; u (k, n) pre-activations, used up."""
    for j in range(v_c.size):
        v_c[j] = pull_on(code, zero, u[j], force)
    np.dot(u, inputs, v)


@jit.inlined
def predict_block(code, zero, a, weights, inputs, u, f):
    """Fill u (k, n) with the pre-activations and f (n,) with Σ_j weights_j σ(u_ji) of a block."""
    np.dot(a, inputs.T, u)
    f[:] = zero
    for j in range(weights.size):
        row = u[j]
        for i in range(row.size):
            value, _slope = evaluate(code, row[i])
            f[i] += weights[j] * value


@cache
def step_kernel(code: int, dtype: str, plain: bool, threads: bool, stamp: int = STAMP) -> Any:
    """Return the compiled loop over steps for one activation, precision and sort of rule."""
    zero = np.dtype(dtype).type(0)
    decorate = jit.parallel if threads else jit.serial

    @decorate
    def run(a, c, u, v, v_c, inputs, targets, work, squares, stepsizes, about, rule):
        """Run steps start, start + 1, … of the given stepsizes; return how many ended finite.

        As `core.kernels.dense.step_kernel`, but for a, c and the pre-activations u.
        """
        _ = stamp, threads, plain  # they must be part of the key of the disk cache
        start, first, length, loss, parameter, scale = about
        partial, f, g, force = work
        m = c.size
        last = inputs.shape[0] - 1
        for t in range(stepsizes.size):
            if rule.output_norm:
                stepsizes[t] *= output_norm(squares, m)
            now, later = min(first + t, last), min(first + t + 1, last)
            h, inputs_now, inputs_later = stepsizes[t], inputs[now], inputs[later]
            for b in prange(squares.shape[0]):
                lo = b * length
                hi = min(lo + length, m)
                pull, pull_c = v[lo:hi], v_c[lo:hi]
                if h != 0.0:
                    pull_block(code, zero, u[lo:hi], inputs_now, force, pull, pull_c)
                if plain:
                    sums = plain_block(rule, h, a.shape[1], a[lo:hi], c[lo:hi], pull, pull_c)
                else:
                    sums = move_block(rule, start + t, lo, h, a[lo:hi], c[lo:hi], pull, pull_c)
                squares[b, 0], squares[b, 1] = sums
                predict_block(code, zero, a[lo:hi], pull_c, inputs_later, u[lo:hi], partial[b])
            predictions_from_blocks(partial, scale / m, f)
            risk = pull_samples(loss, parameter, f, targets[later], scale, g, force)
            if not all_finite(risk, f, squares):
                return t
        return stepsizes.size

    return run
