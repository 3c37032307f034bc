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
from core.activations import COSTLY, RELU, TOLD, slope_told, weighted
from core.jit import like
from core.kernels import lanes
from core.kernels.blocks import STAMP as BLOCKS_STAMP
from core.kernels.blocks import (
    all_finite,
    block_groups,
    output_norm,
    predictions_from_blocks,
    pull_samples,
)
from core.kernels.groups import STAMP as GROUPS_STAMP
from core.kernels.groups import (
    clear_padding,
    gather,
    move_groups,
    move_plainly,
    scatter,
    squares_of,
)
from core.kernels.lanes import (
    add_scaled,
    add_where,
    dot,
    read,
    read_run,
    spread_along,
    write,
    write_run,
    zeros,
)
from core.vectors import fma, joined, parts, splat, total

STAMP = jit.stamp(__file__) ^ BLOCKS_STAMP ^ GROUPS_STAMP ^ lanes.STAMP ^ vectors.STAMP

#: Above this many input coordinates matrix products are faster (measured).
MOST_COORDINATES = 8

#: Groups of a block: it ends with a sum over lanes for each sample, to be little beside them.
_LEAST_GROUPS = 32

#: Samples whose values one group keeps side by side: a pull reads along runs, a prediction writes
#: across them, and either walks fewer pages of memory than columns or rows as a whole would.
_RUN = 32


def block_length(m: int, dtype: DTypeLike) -> int:
    """Return the neurons of a block, whole groups."""
    width = vectors.lanes(dtype)
    return block_groups(-(-m // width), _LEAST_GROUPS) * width


def rows_kept(n: int, groups: int) -> int:
    """Return the rows of `kept` for n samples and a block of so many groups."""
    return -(-n // _RUN) * _RUN * groups


@jit.inlined
def row_of(i, g, count):
    """Return the row of `kept` for sample i and group g of a block of `count` groups."""
    return (i // _RUN * count + g) * _RUN + i % _RUN


@jit.inlined
def four_samples(i, n):
    """Return i, i + 1, i + 2, i + 3, the last of n in place of those past it."""
    return i, min(i + 1, n - 1), min(i + 2, n - 1), min(i + 3, n - 1)


@jit.inlined
def four_inputs(i, origin, inputs):
    """Return the inputs of four samples, spread over the lanes."""
    i0, i1, i2, i3 = four_samples(i, inputs.shape[0])
    return (
        spread_along(inputs, i0, 0, origin), spread_along(inputs, i1, 0, origin),
        spread_along(inputs, i2, 0, origin), spread_along(inputs, i3, 0, origin),
    )  # fmt: skip


@jit.inlined
def four_forces(i, force):
    """Return the forces of four samples, 0 past the last."""
    i0, i1, i2, i3 = four_samples(i, force.size)
    none = like(force[0], 0.0)
    return (
        splat(force[i0]), splat(force[i1] if i1 > i0 else none),
        splat(force[i2] if i2 > i1 else none), splat(force[i3] if i3 > i2 else none),
    )  # fmt: skip


@jit.inlined
def four_products(a, xs):
    """Return a·x of four inputs as one long vector."""
    return joined((dot(a, xs[0]), dot(a, xs[1]), dot(a, xs[2]), dot(a, xs[3])))


@jit.inlined
def known_at(code, kept, at, pull):
    """Return (σ, pull σ') by what is kept in row `at` of `kept`."""
    value = read(kept, at, 0, 0)
    if code in TOLD:
        return value, pull * slope_told(code, value)
    return value, pull * read(kept, at, 1, 0)


@jit.inlined
def pull_known(code, origin, g, count, inputs, force, kept):
    """Return Σ_i force_i σ'(a·x_i) x_i and Σ_i force_i σ(a·x_i) by what is kept of group g."""
    sums, sum_c = zeros(origin), splat(origin[0])
    for i in range(inputs.shape[0]):
        x, pull = spread_along(inputs, i, 0, origin), splat(force[i])
        value, weight = known_at(code, kept, row_of(i, g, count), pull)
        sum_c = fma(pull, value, sum_c)
        sums = add_scaled(sums, weight, x)
    return sums, sum_c


@jit.inlined
def pull_plain(code, origin, a, inputs, force):
    """Return Σ_i force_i σ'(a·x_i) x_i and Σ_i force_i σ(a·x_i)."""
    sums, sum_c = zeros(origin), splat(origin[0])
    for i in range(inputs.shape[0]):
        x, pull = spread_along(inputs, i, 0, origin), splat(force[i])
        value, weight = weighted(code, dot(a, x), pull)
        sum_c = fma(pull, value, sum_c)
        sums = add_scaled(sums, weight, x)
    return sums, sum_c


@jit.inlined
def pull_costly(code, origin, a, inputs, force):
    """Return the same as `pull_plain`: four samples side by side, so that none waits for itself."""
    n = inputs.shape[0]
    sums, sum_c = zeros(origin), splat(origin[0])
    for i in range(0, n, 4):
        xs, pulls = four_inputs(i, origin, inputs), four_forces(i, force)
        value, weight = weighted(code, four_products(a, xs), joined(pulls))
        values, weights = parts(value), parts(weight)
        for k in range(4):
            sum_c = fma(pulls[k], values[k], sum_c)
            sums = add_scaled(sums, weights[k], xs[k])
    return sums, sum_c


@jit.inlined
def pull_group(code, keep, origin, g, groups, inputs, force, pulls, kept):
    """Fill pulls[g] with Σ_i force_i σ'(a·x_i) x_i and Σ_i force_i σ(a·x_i)."""
    if keep:
        sums, sum_c = pull_known(code, origin, g, groups.shape[0], inputs, force, kept)
    else:
        a = read_run(groups, g, 0, origin)
        if code in COSTLY:
            sums, sum_c = pull_costly(code, origin, a, inputs, force)
        else:
            sums, sum_c = pull_plain(code, origin, a, inputs, force)
    write_run(pulls, g, 0, sums)
    write(pulls, g, len(origin), 0, sum_c)


@jit.inlined
def pull_relu_pair(origin, g, h, groups, inputs, pushes, pulls):
    """Fill pulls[g] and pulls[h] as `pull_group` does, for relu.

    Where a neuron is active it takes the sample's push, force_i x_i. By homogeneity the pull on c
    is a times the pull on a.
    """
    a, b = read_run(groups, g, 0, origin), read_run(groups, h, 0, origin)
    sum_a, sum_b = zeros(origin), zeros(origin)
    zero = splat(origin[0])
    for i in range(inputs.shape[0]):
        x, push = spread_along(inputs, i, 0, origin), spread_along(pushes, i, 0, origin)
        sum_a = add_where(dot(a, x) > zero, sum_a, push)
        sum_b = add_where(dot(b, x) > zero, sum_b, push)
    write_run(pulls, g, 0, sum_a)
    write(pulls, g, len(origin), 0, dot(a, sum_a))
    write_run(pulls, h, 0, sum_b)
    write(pulls, h, len(origin), 0, dot(b, sum_b))


@jit.inlined
def pull_block(code, keep, origin, groups, inputs, force, pushes, pulls, kept):
    """Fill pulls (G, d+1, lanes) with the pulls on a block of groups (G, d+1, lanes)."""
    count = groups.shape[0]
    pairs = count // 2 if code == RELU else 0
    for at in range(pairs):
        pull_relu_pair(origin, 2 * at, 2 * at + 1, groups, inputs, pushes, pulls)
    for g in range(2 * pairs, count):
        pull_group(code, keep, origin, g, groups, inputs, force, pulls, kept)


@jit.inlined
def push_samples(inputs, force, pushes):
    """Fill pushes (n, d) with force_i x_i."""
    for i in range(inputs.shape[0]):
        for k in range(inputs.shape[1]):
            pushes[i, k] = force[i] * inputs[i, k]


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
def predict_block(code, keep, origin, groups, weights, inputs, kept, f):
    """Fill f (n,) with Σ_j weights_j σ(a_j·x_i) over a block; weights are rows d of `weights`.

    Four samples at a time: each vector of neurons is read for all of them, and sums of one would
    wait for each other.
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
                predict_block(code, keep, origin, block, pull, inputs_later, kept[b], partial[b])
            predictions_from_blocks(partial, scale / m, f)
            risk = pull_samples(loss, parameter, f, targets[later], scale, g, force)
            if not all_finite(risk, f, squares):
                done = t
                break
        scatter(groups, particles)
        return done

    return run
