"""Fused kernels for few input coordinates: everything about a neuron stays in registers.

For every neuron the loop over the samples is innermost and vectorised; a step reads the particles
once, moves them, and leaves the new predictions of each block behind.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numba import prange

from core import jit
from core.activations import evaluate
from core.jit import with_item
from core.kernels.blocks import (
    STAMP,
    all_finite,
    predictions_from_blocks,
    pull,
)

#: Above this many input coordinates a neuron no longer fits in registers (measured: 8 vectorises
#: at 0.14 ns per coordinate and pair, 15 falls off a cliff): the matrix-product path takes over.
MOST_COORDINATES = 8


@jit.inlined
def step_block(code, origin, particles, inputs, force, stepsize, decay, partial):
    """Move a block (k, d+1) by one step, fill partial (n,), return the block's sum of |w|².

    `code` must be a constant and `origin` a tuple of d zeros: both are compiled in.
    """
    d = len(origin)
    n = inputs.shape[1]
    zero = origin[0]
    h = jit.like(zero, stepsize)
    shrink = jit.like(zero, 1.0 - stepsize * decay)
    squares = 0.0
    partial[:] = zero
    for j in range(particles.shape[0]):
        a = origin
        pull_a = origin
        pull_c = zero
        for k in range(d):
            a = with_item(a, k, particles[j, k])
        c = particles[j, d]
        for i in range(n):
            u = a[0] * inputs[0, i]
            for k in range(1, d):
                u += a[k] * inputs[k, i]
            value, slope = evaluate(code, u)
            pull_c += force[i] * value
            weight = force[i] * slope
            for k in range(d):
                pull_a = with_item(pull_a, k, pull_a[k] + weight * inputs[k, i])
        square = zero
        for k in range(d):
            moved = shrink * a[k] + h * (c * pull_a[k])
            a = with_item(a, k, moved)
            particles[j, k] = moved
            square += moved * moved
        c = shrink * c + h * pull_c
        particles[j, d] = c
        squares += square + c * c
        for i in range(n):
            u = a[0] * inputs[0, i]
            for k in range(1, d):
                u += a[k] * inputs[k, i]
            value, _slope = evaluate(code, u)
            partial[i] += c * value
    return squares


@cache
def step_kernel(code: int, d: int, dtype: str, threads: bool, stamp: int = STAMP) -> Any:
    """Return the compiled loop over steps for one activation, d, precision.

    It closes over plain numbers only: Numba's disk cache then hits in later processes.
    """
    origin = (np.dtype(dtype).type(0),) * d
    decorate = jit.parallel if threads else jit.serial

    @decorate
    def run(particles, inputs, targets, partial, squares, f, g, force, stepsizes, options):
        """Run one step per entry of stepsizes; return the number completed with finite results."""
        _ = stamp, threads  # both must be part of the key of the disk cache
        length, loss, scale, decay = options
        m = particles.shape[0]
        for t in range(stepsizes.size):
            for b in prange(squares.size):
                squares[b] = step_block(
                    code,
                    origin,
                    particles[b * length : (b + 1) * length],
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
