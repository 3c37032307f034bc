"""Kernels for many input coordinates: fused products of matrices, a tile of them in registers.

A wide group is one of `WIDE` vectors. Pre-activations a·x of a wide group and `SAMPLES` samples are
found together, as are the pulls on `SAMPLES` coordinates of a wide group: each number read from
memory is used many times. What a library's product would write and read again is used at once.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from llvmlite import binding
from numba import prange
from numpy.typing import DTypeLike

from core import jit, vectors
from core.activations import TOLD, slope_told, weighted
from core.jit import like
from core.kernels import groups, lanes
from core.kernels.blocks import STAMP as BLOCKS_STAMP
from core.kernels.blocks import (
    all_finite,
    block_groups,
    output_norm,
    predictions_from_blocks,
    pull_samples,
)
from core.kernels.groups import (
    clear_padding,
    gather,
    move_groups,
    move_plainly,
    scatter,
    squares_of,
)
from core.kernels.lanes import (
    add_products,
    add_scaled,
    read,
    read_run,
    spread_along,
    spread_down,
    write,
    write_run,
    zeros,
)
from core.vectors import fma, joined, lanes_of, parts, splat, total

STAMP = jit.stamp(__file__) ^ BLOCKS_STAMP ^ groups.STAMP ^ lanes.STAMP ^ vectors.STAMP

#: Vectors of a wide group, and samples (or coordinates) of a tile: as many as there are registers
#: for. Vectors of 64 bytes take one register with AVX-512, several without.
WIDE, SAMPLES = (4, 6) if binding.get_host_cpu_features().get("avx512f") else (1, 4)

#: Samples whose weights are held at once, in the first level of the cache.
ROUND = 10 * SAMPLES

#: Wide groups of a block.
_LEAST_GROUPS = 4


def width(dtype: DTypeLike) -> int:
    """Return the neurons of a wide group."""
    return WIDE * vectors.lanes(dtype)


def block_length(m: int, dtype: DTypeLike) -> int:
    """Return the neurons of a block, whole wide groups."""
    wide = width(dtype)
    return block_groups(-(-m // wide), _LEAST_GROUPS) * wide


def whole_tiles(count: int) -> int:
    """Return a number of samples or coordinates rounded up to whole tiles."""
    return -(-count // SAMPLES) * SAMPLES


@jit.inlined
def products(tile, few, many, q, groups, d, inputs, i):
    """Return a·x of wide group q and samples i, i + 1, …; `tile`, `few`, `many` tell the sizes."""
    u = zeros(tile)
    for k in range(d):
        u = add_products(u, spread_down(inputs, i, k, few), read_run(groups, q, k, many))
    return u


@jit.inlined
def predict_block(code, sizes, groups, weights, d, inputs, pre, sums, f):
    """Fill f (n,) with Σ_j weights_j σ(a_j·x_i) over a block, and pre with all a_j·x_i.

    Where the values tell the slopes, pre is filled with values: none is found twice in a step.
    `weights` has the weights in its last rows; sums (1, n, lanes) is used up.
    """
    tile, few, many = sizes
    last = weights.shape[1] - 1
    sums[:] = 0.0
    for q in range(groups.shape[0]):
        for i in range(0, inputs.shape[0], len(few)):
            write_run(pre, q, i, products(tile, few, many, q, groups, d, inputs, i))
            for s in range(i, i + len(few)):
                u = joined(read_run(pre, q, s, many))
                values = parts(weighted(code, u, u)[0])
                if code in TOLD:
                    write_run(pre, q, s, values)
                so_far = read(sums, 0, s, 0)
                for r in range(len(many)):
                    weight = read(weights, q, last, r * lanes_of(few[0]))
                    so_far = fma(weight, values[r], so_far)
                write(sums, 0, s, 0, so_far)
    for i in range(f.size):
        f[i] = total(read(sums, 0, i, 0))


@jit.inlined
def weigh(code, known, pull):
    """Return (σ(u), pull σ'(u)) by what `predict_block` has left of u."""
    if code in TOLD:
        return known, pull * slope_told(code, known)
    return weighted(code, known, pull)


@jit.inlined
def weigh_samples(code, many, q, lo, hi, pre, force, pulls, shares):
    """Fill shares (1, hi − lo, lanes) with force_i σ'(u_i); add force_i σ(u_i) to the pull on c."""
    last = pulls.shape[1] - 1
    pull = read_run(pulls, q, last, many)
    for i in range(lo, hi):
        known = joined(read_run(pre, q, i, many))
        value, share = weigh(code, known, like(known, force[i]))
        pull = add_scaled(pull, splat(force[i]), parts(value))
        write_run(shares, 0, i - lo, parts(share))
    write_run(pulls, q, last, pull)


@jit.inlined
def pull_block(code, sizes, pre, inputs, force, pulls, shares):
    """Fill pulls (Q, rows, lanes) with the pulls on a block from its pre-activations."""
    tile, few, many = sizes
    n, last = inputs.shape[0], pulls.shape[1] - 1
    pulls[:] = 0.0
    for q in range(pulls.shape[0]):
        for lo in range(0, n, ROUND):
            hi = min(lo + ROUND, n)
            weigh_samples(code, many, q, lo, hi, pre, force, pulls, shares)
            for k in range(0, last, len(few)):
                pull = read_run(pulls, q, k, tile)
                for i in range(lo, hi):
                    x = spread_along(inputs, i, k, few)
                    pull = add_products(pull, x, read_run(shares, 0, i - lo, many))
                write_run(pulls, q, k, pull)


@cache
def step_kernel(code: int, dtype: str, plain: bool, threads: bool, stamp: int = STAMP) -> Any:
    """Return the compiled loop over steps for one activation, precision and sort of rule."""
    zero = np.dtype(dtype).type(0)
    sizes = (zero,) * (WIDE * SAMPLES), (zero,) * SAMPLES, (zero,) * WIDE
    decorate = jit.parallel if threads else jit.serial

    @decorate
    def run(particles, arrays, inputs, targets, work, squares, stepsizes, about, rule):
        """Run steps start, start + 1, … of the given stepsizes; return how many ended finite.

        As `core.kernels.dense.step_kernel`; inputs have whole tiles of rows and columns.
        """
        _ = stamp, threads, plain  # they must be part of the key of the disk cache
        start, first, length, loss, parameter, scale = about
        partial, f, g, force = work
        groups, pulls, pre, sums, shares = arrays
        m, d = particles.shape[0], particles.shape[1] - 1
        last = inputs.shape[0] - 1
        gather(particles, groups)
        done = stepsizes.size
        for t in range(stepsizes.size):
            if rule.output_norm:
                stepsizes[t] *= output_norm(squares, m)
            now, later = min(first + t, last), min(first + t + 1, last)
            h, inputs_now, inputs_later = stepsizes[t], inputs[now], inputs[later]
            for b in prange(squares.shape[0]):
                lo = b * length
                hi = min(lo + length, groups.shape[0])
                block, pull = groups[lo:hi], pulls[lo:hi]
                if h != 0.0:
                    pull_block(code, sizes, pre[lo:hi], inputs_now, force, pull, shares[b])
                clear_padding(pull, m - lo * groups.shape[2])
                if plain:
                    move_plainly(rule, h, zero, d, block, pull)
                else:
                    move_groups(rule, start + t, lo, h, m, d, block, pull)
                squares[b, 0], squares[b, 1] = squares_of(zero, d, block)
                predict_block(
                    code, sizes, block, pull, d, inputs_later, pre[lo:hi], sums[b],
                    partial[b],
                )  # fmt: skip
            predictions_from_blocks(partial, scale / m, f)
            risk = pull_samples(loss, parameter, f, targets[later], scale, g, force)
            if not all_finite(risk, f, squares):
                done = t
                break
        scatter(groups, particles)
        return done

    return run
