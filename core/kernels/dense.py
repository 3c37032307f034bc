"""Fused kernels for few input coordinates: a vector of neurons stays in registers.

Neurons are held in groups, one to each lane of a vector: groups[g, k, l] is coordinate k of the
l-th neuron of group g, k = d its output weight. Lanes past the last neuron have c = 0. A step reads
the groups once, moves them, and leaves the new predictions of each block of groups behind.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numba import prange
from numpy.typing import DTypeLike

from core import jit, vectors
from core.activations import RELU, TOLD, weighted
from core.jit import like
from core.kernels import fours, lanes, pulls
from core.kernels.blocks import STAMP as BLOCKS_STAMP
from core.kernels.blocks import (
    all_finite,
    block_groups,
    output_norm,
    predictions_from_blocks,
    pull_samples,
)
from core.kernels.fours import four_inputs, four_products, four_samples, row_of
from core.kernels.groups import STAMP as GROUPS_STAMP
from core.kernels.groups import (
    clear_padding,
    gather,
    move_groups,
    move_plainly,
    scatter,
    squares_of,
)
from core.kernels.lanes import prefetch, read, read_run, write
from core.kernels.pulls import pull_block, push_samples
from core.vectors import fma, parts, splat, total

STAMP = jit.stamp(__file__) ^ BLOCKS_STAMP ^ GROUPS_STAMP
STAMP = STAMP ^ pulls.STAMP ^ fours.STAMP ^ lanes.STAMP ^ vectors.STAMP

#: Above this many input coordinates matrix products are faster (measured).
MOST_COORDINATES = 8

#: Groups of a block: it ends with a sum over lanes for each sample, to be little beside them.
LEAST_GROUPS = 32


def block_length(m: int, dtype: DTypeLike, least: int = LEAST_GROUPS) -> int:
    """Return the neurons of a block, whole groups, at least `least` of them if there are."""
    width = vectors.lanes(dtype)
    return block_groups(-(-m // width), least) * width


@jit.inlined
def values_at(code, keep, kept, rows, u):
    """Return σ of four pre-activations; keep it in rows of `kept`, and slopes no value tells."""
    value, slope = weighted(code, u, like(u, 1.0))
    values, slopes = parts(value), parts(slope)
    if keep:
        for k in range(4):
            write(kept, rows[k], 0, 0, values[k])
            if code not in TOLD:
                write(kept, rows[k], 1, 0, slopes[k])
    return values


@jit.inlined
def call_for(code, coming, rows):
    """Ask for what is kept of the block to come, whose pulls read it, while there is much to do."""
    for k in range(4):
        prefetch(coming, rows[k], 0, 0)
        if code not in TOLD:
            prefetch(coming, rows[k], 1, 0)


@jit.inlined
def predict_block(code, keep, origin, groups, weights, inputs, kept, coming, f):
    """Fill f (n,) with Σ_j weights_j σ(a_j·x_i) over a block; weights are rows d of `weights`.

    Four samples at a time: each vector of neurons is read for all of them, and sums of one would
    wait for each other. `coming` is what is kept of the block whose pulls are next.
    """
    n, d, count = inputs.shape[0], len(origin), groups.shape[0]
    for i in range(0, n, 4):
        i0, i1, i2, i3 = four_samples(i, n)
        xs = four_inputs(i, origin, inputs)
        f0 = splat(origin[0])
        f1, f2, f3 = f0, f0, f0
        for g in range(count):
            a, weight = read_run(groups, g, 0, origin), read(weights, g, d, 0)
            rows = (
                row_of(i0, g, count), row_of(i1, g, count),
                row_of(i2, g, count), row_of(i3, g, count),
            )  # fmt: skip
            if keep:
                call_for(code, coming, rows)
            values = values_at(code, keep, kept, rows, four_products(a, xs))
            f0, f1 = fma(weight, values[0], f0), fma(weight, values[1], f1)
            f2, f3 = fma(weight, values[2], f2), fma(weight, values[3], f3)
        f[i0] = total(f0)
        f[i1] = total(f1)
        f[i2] = total(f2)
        f[i3] = total(f3)


@cache
def step_kernel(
    code: int,
    d: int,
    dtype: str,
    keep: bool,
    plain: bool,
    threads: bool,
    stamp: int = STAMP,
) -> Any:
    """Return the compiled loop over steps for one activation, d, precision, sort of rule.

    If `keep`, what the activation gives for a prediction is kept for the pull of the next step.

    It closes over plain numbers only: Numba's disk cache then hits in later processes.
    """
    origin = (np.dtype(dtype).type(0),) * d
    decorate = jit.parallel if threads else jit.serial

    @decorate
    def run(particles, arrays, inputs, targets, work, squares, stepsizes, about, rule):
        """Run steps start, start + 1, … of the given stepsizes; return how many ended finite.

        Step start + t is taken on inputs[first + t] and prepares the step after; where the inputs
        end, the last stay. The stepsizes taken are left in `stepsizes`.
        """
        _ = stamp, threads, plain, keep  # they must be part of the key of the disk cache
        start, first, length, loss, parameter, scale = about
        partial, f, g, force = work
        groups, pulls, pushes, kept = arrays
        m = particles.shape[0]
        last = inputs.shape[0] - 1
        gather(particles, groups)
        done = stepsizes.size
        for t in range(stepsizes.size):
            if rule.output_norm:
                stepsizes[t] *= output_norm(squares, m)
            now, later = min(first + t, last), min(first + t + 1, last)
            h, inputs_now, inputs_later = stepsizes[t], inputs[now], inputs[later]
            if code == RELU:
                push_samples(inputs_now, force, pushes)
            for b in prange(squares.shape[0]):
                lo = b * length
                hi = min(lo + length, groups.shape[0])
                block, pull = groups[lo:hi], pulls[lo:hi]
                if h != 0.0:
                    pull_block(code, keep, origin, block, inputs_now, force, pushes, pull, kept[b])
                clear_padding(pull, m - lo * groups.shape[2])
                if plain:
                    move_plainly(rule, h, origin[0], d, block, pull)
                else:
                    move_groups(rule, start + t, lo, h, m, d, block, pull)
                squares[b, 0], squares[b, 1] = squares_of(origin[0], d, block)
                coming = kept[min(b + 1, squares.shape[0] - 1)]
                predict_block(
                    code, keep, origin, block, pull, inputs_later, kept[b], coming, partial[b]
                )
            predictions_from_blocks(partial, scale / m, f)
            risk = pull_samples(loss, parameter, f, targets[later], scale, g, force)
            if not all_finite(risk, f, squares):
                done = t
                break
        scatter(groups, particles)
        return done

    return run
