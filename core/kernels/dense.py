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
    output_norm,
    predictions_from_blocks,
    pull_samples,
)
from core.kernels.move import move_block, plain_block

#: Above this many input coordinates a neuron no longer fits in registers (measured: 8 vectorises
#: at 0.14 ns per coordinate and pair, 15 falls off a cliff): the matrix-product path takes over.
MOST_COORDINATES = 8


@jit.inlined
def pull_on(code, origin, a, inputs, force, v):
    """Fill v with Σ_i force_i σ'(a·x_i) x_i and return Σ_i force_i σ(a·x_i)."""
    zero = origin[0]
    pull_a = origin
    pull_c = zero
    for i in range(inputs.shape[1]):
        u = a[0] * inputs[0, i]
        for k in range(1, len(origin)):
            u += a[k] * inputs[k, i]
        value, slope = evaluate(code, u)
        pull_c += force[i] * value
        weight = force[i] * slope
        for k in range(len(origin)):
            pull_a = with_item(pull_a, k, pull_a[k] + weight * inputs[k, i])
    for k in range(len(origin)):
        v[k] = pull_a[k]
    return pull_c


@jit.inlined
def add_prediction(code, a, c, inputs, f):
    """Add c σ(a·x_i) to f (n,); a is a tuple."""
    for i in range(inputs.shape[1]):
        u = a[0] * inputs[0, i]
        for k in range(1, len(a)):
            u += a[k] * inputs[k, i]
        value, _slope = evaluate(code, u)
        f[i] += c * value


@jit.inlined
def registers(origin, row):
    """Return the first entries of `row` as a tuple of the length of `origin`."""
    a = origin
    for k in range(len(origin)):
        a = with_item(a, k, row[k])
    return a


@jit.inlined
def pull_block(code, origin, particles, inputs, force, v, v_c):
    """Fill v (k, d) and v_c (k,) with the pulls on a block of particles (k, d+1)."""
    for j in range(particles.shape[0]):
        a = registers(origin, particles[j])
        v_c[j] = pull_on(code, origin, a, inputs, force, v[j])


@jit.inlined
def predict_block(code, origin, particles, weights, inputs, f):
    """Fill f (n,) with the sum of weights_j σ(a_j·x_i) over a block of particles (k, d+1)."""
    f[:] = origin[0]
    for j in range(particles.shape[0]):
        add_prediction(code, registers(origin, particles[j]), weights[j], inputs, f)


@cache
def step_kernel(
    code: int, d: int, dtype: str, plain: bool, threads: bool, stamp: int = STAMP
) -> Any:
    """Return the compiled loop over steps for one activation, d, precision, sort of rule.

    It closes over plain numbers only: Numba's disk cache then hits in later processes.
    """
    origin = (np.dtype(dtype).type(0),) * d
    decorate = jit.parallel if threads else jit.serial

    @decorate
    def run(particles, v, v_c, inputs, targets, work, squares, stepsizes, about, rule):
        """Run steps start, start + 1, … of the given stepsizes; return how many ended finite.

        Step start + t is taken on inputs[first + t] and prepares the step after; where the inputs
        end, the last stay. The stepsizes taken are left in `stepsizes`.
        """
        _ = stamp, threads, plain  # they must be part of the key of the disk cache
        start, first, length, loss, parameter, scale = about
        partial, f, g, force = work
        m = particles.shape[0]
        last = inputs.shape[0] - 1
        for t in range(stepsizes.size):
            if rule.output_norm:
                stepsizes[t] *= output_norm(squares, m)
            now, later = min(first + t, last), min(first + t + 1, last)
            h, inputs_now, inputs_later = stepsizes[t], inputs[now], inputs[later]
            for b in prange(squares.shape[0]):
                lo = b * length
                hi = min(lo + length, m)
                block, pull, pull_c = particles[lo:hi], v[lo:hi], v_c[lo:hi]
                if h != 0.0:
                    pull_block(code, origin, block, inputs_now, force, pull, pull_c)
                if plain:
                    sums = plain_block(rule, h, d, block[:, :d], block[:, d], pull, pull_c)
                else:
                    sums = move_block(
                        rule, start + t, lo, h, block[:, :d], block[:, d], pull, pull_c
                    )
                squares[b, 0], squares[b, 1] = sums
                predict_block(code, origin, block, pull_c, inputs_later, partial[b])
            predictions_from_blocks(partial, scale / m, f)
            risk = pull_samples(loss, parameter, f, targets[later], scale, g, force)
            if not all_finite(risk, f, squares):
                return t
        return stepsizes.size

    return run
