"""Exact steps of piecewise linear neurons in the plane, in O(m + n) operations.

The lines a·x_i = 0 cut the plane of a into sectors. In one sector every neuron sees the same
samples on its positive side, so the pull of the data is one vector B for all of them: Σ_i force_i
σ'(a·x_i) x_i = B and Σ_i force_i σ(a·x_i) = a·B. What the neurons of a sector do to the predictions
is told by one vector too, the sum of c a (SCIENCE 6.1a). Running sums over the sectors, in the
order of their angles, give all these vectors; no number is ever subtracted, so nothing drifts.

A neuron keeps its cell from the step before: two signs tell whether it is still there.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numba import prange

from core import jit
from core.kernels import sectors, strict
from core.kernels.blocks import STAMP as BLOCKS_STAMP
from core.kernels.blocks import all_finite, output_norm, pull_samples
from core.kernels.move import move_block, plain_block
from core.kernels.sectors import inside, locate, look_up

#: Changes with every file whose functions the kernel inlines.
STAMP = BLOCKS_STAMP ^ sectors.STAMP

#: Neurons whose pulls are held at once: few enough for the first level of the cache.
CHUNK = 512


@jit.inlined
def sum_lines(plane, force, lines):
    """Fill lines (K, 4) with Σ force_i x_i over the samples of each line and side."""
    x, starts, _rays, _table = plane
    for k in range(starts.size - 1):
        first, second, third, fourth = 0.0, 0.0, 0.0, 0.0
        for i in range(starts[k], starts[k + 1]):
            pull = force[i]
            first += pull * x[i, 0]
            second += pull * x[i, 1]
            third += pull * x[i, 2]
            fourth += pull * x[i, 3]
        lines[k, 0], lines[k, 1], lines[k, 2], lines[k, 3] = first, second, third, fourth


@jit.inlined
def sum_after(rows, after):
    """Fill after (K, 4) with the sums of the later rows of `rows` (K, 4)."""
    first, second, third, fourth = 0.0, 0.0, 0.0, 0.0
    for k in range(rows.shape[0] - 1, -1, -1):
        after[k, 0], after[k, 1], after[k, 2], after[k, 3] = first, second, third, fourth
        first += rows[k, 0]
        second += rows[k, 1]
        third += rows[k, 2]
        fourth += rows[k, 3]


@jit.inlined
def fill_pulls(slopes, lines, after, pulls):
    """Fill pulls (4K+1, 2), B of every cell, from the sums of lines (K, 4) and the later lines.

    Past ray k ≤ K the positive side holds the first sides of lines ≤ k, the second ones of lines
    > k; past ray K + k it is the other way round.
    """
    positive, negative, kink = slopes
    count = lines.shape[0]
    sectors, opposite = pulls[1 : count + 1], pulls[count + 1 : 2 * count + 1]
    rays, opposite_rays = pulls[2 * count + 1 : 3 * count + 1], pulls[3 * count + 1 :]
    first, first_2, second, second_2 = 0.0, 0.0, 0.0, 0.0
    for k in range(count):
        active, active_2 = first + after[k, 2], first_2 + after[k, 3]
        passive, passive_2 = second + after[k, 0], second_2 + after[k, 1]
        on, on_2 = kink * (lines[k, 0] + lines[k, 2]), kink * (lines[k, 1] + lines[k, 3])
        rays[k, 0] = positive * active + negative * passive + on
        rays[k, 1] = positive * active_2 + negative * passive_2 + on_2
        opposite_rays[k, 0] = negative * active + positive * passive + on
        opposite_rays[k, 1] = negative * active_2 + positive * passive_2 + on_2
        active, active_2 = active + lines[k, 0], active_2 + lines[k, 1]
        passive, passive_2 = passive + lines[k, 2], passive_2 + lines[k, 3]
        sectors[k, 0] = positive * active + negative * passive
        sectors[k, 1] = positive * active_2 + negative * passive_2
        opposite[k, 0] = negative * active + positive * passive
        opposite[k, 1] = negative * active_2 + positive * passive_2
        first, first_2 = first + lines[k, 0], first_2 + lines[k, 1]
        second, second_2 = second + lines[k, 2], second_2 + lines[k, 3]
    pulls[0, 0], pulls[0, 1] = kink * (first + second), kink * (first_2 + second_2)


@jit.inlined
def sum_blocks(partial, rows):
    """Fill rows (K, 4), those of sectors k and K + k, with the sums of partial (blocks, 2K+1, 2).

    Blocks are summed in order.
    """
    total = partial[0]  # overwritten: the next step fills it anew
    count = rows.shape[0]
    for b in range(1, partial.shape[0]):
        part = partial[b]
        for k in range(total.shape[0]):
            total[k, 0] += part[k, 0]
            total[k, 1] += part[k, 1]
    for k in range(count):
        rows[k, 0], rows[k, 1] = total[1 + k, 0], total[1 + k, 1]
        rows[k, 2], rows[k, 3] = total[count + 1 + k, 0], total[count + 1 + k, 1]


@jit.inlined
def fill_predictions(plane, slopes, rows, after, factor, f):
    """Fill f (n,) from the sums of c a, rows (K, 4), of sectors and of the later sectors."""
    x, starts, _rays, _table = plane
    positive, negative, _kink = slopes
    upper, upper_2, lower, lower_2 = 0.0, 0.0, 0.0, 0.0  # of the sectors before line k
    for k in range(rows.shape[0]):
        first = lower + (rows[k, 0] + after[k, 0])
        first_2 = lower_2 + (rows[k, 1] + after[k, 1])
        second = upper + (rows[k, 2] + after[k, 2])
        second_2 = upper_2 + (rows[k, 3] + after[k, 3])
        for i in range(starts[k], starts[k + 1]):
            on_first = x[i, 0] * first + x[i, 1] * first_2 + (x[i, 2] * second + x[i, 3] * second_2)
            on_second = (
                x[i, 0] * second + x[i, 1] * second_2 + (x[i, 2] * first + x[i, 3] * first_2)
            )
            f[i] = factor * (positive * on_first + negative * on_second)
        upper += rows[k, 0]
        upper_2 += rows[k, 1]
        lower += rows[k, 2]
        lower_2 += rows[k, 3]


@jit.inlined
def pull_chunk(pulls, particles, cells, v, v_c):
    """Fill v (k, 2) and v_c (k,) with the pulls on particles (k, 3) in their cells (k,)."""
    for j in range(cells.size):
        first, second = pulls[cells[j], 0], pulls[cells[j], 1]
        v_c[j] = first * particles[j, 0] + second * particles[j, 1]
        v[j, 0] = first
        v[j, 1] = second


@strict.inlined
def weigh_chunk(plane, particles, weights, cells, sums):
    """Bring cells (k,) up to date; add weights_j a_j to the sums (2K+1, 2) of the sectors.

    Return how many cells were wrong.
    """
    _x, _starts, rays, table = plane
    sectors, wrong = rays.shape[0] - 2, 0
    for j in range(cells.size):
        first, second = np.float64(particles[j, 0]), np.float64(particles[j, 1])
        sector = cells[j] if cells[j] <= sectors else cells[j] - sectors
        if cells[j] > sectors or not inside(rays, sector, first, second):
            cell = locate(rays, table, first, second)
            cells[j] = cell
            sector = cell if cell <= sectors else cell - sectors
            wrong += 1
        weight = np.float64(weights[j])
        sums[sector, 0] += weight * first
        sums[sector, 1] += weight * second
    return wrong


@cache
def step_kernel(dtype: str, plain: bool, threads: bool, stamp: int = STAMP) -> Any:
    """Return the compiled loop over steps for one precision and sort of rule, any activation.

    It closes over plain numbers only: Numba's disk cache then hits in later processes.
    """
    decorate = strict.parallel if threads else strict.serial

    @decorate
    def run(particles, cells, v, v_c, plane, targets, work, squares, stepsizes, about, rule):
        """Run steps start, start + 1, … of the given stepsizes; return how many ended finite.

        Cells must be those of the particles. The stepsizes taken are left in `stepsizes`.
        """
        _ = stamp, threads, plain, dtype  # they must be part of the key of the disk cache
        start, length, loss, parameter, scale, slopes = about
        partial, pulls, rows, after, f, g, force = work
        m = particles.shape[0]
        for t in range(stepsizes.size):
            if rule.output_norm:
                stepsizes[t] *= output_norm(squares, m)
            h = stepsizes[t]
            if h != 0.0:
                sum_lines(plane, force, rows)
                sum_after(rows, after)
                fill_pulls(slopes, rows, after, pulls)
            for b in prange(squares.shape[0]):
                lo = b * length
                hi = min(lo + length, m)
                wrong, squares[b, 0], squares[b, 1], partial[b] = 0, 0.0, 0.0, 0.0
                for at in range(lo, hi, CHUNK):
                    end = min(at + CHUNK, hi)
                    chunk, where = particles[at:end], cells[at:end]
                    pull, pull_c = v[b, : end - at], v_c[b, : end - at]
                    if h != 0.0:
                        pull_chunk(pulls, chunk, where, pull, pull_c)
                    if plain:
                        sums = plain_block(rule, h, 2, chunk[:, :2], chunk[:, 2], pull, pull_c)
                    else:
                        sums = move_block(
                            rule, start + t, at, h, chunk[:, :2], chunk[:, 2], pull, pull_c
                        )
                    squares[b, 0] += sums[0]
                    squares[b, 1] += sums[1]
                    # Of particles that take long steps the cell before tells less than a table.
                    if wrong > CHUNK // 8:
                        look_up(plane[3], chunk, where)
                    found = weigh_chunk(plane, chunk, pull_c, where, partial[b])
                    wrong = found if at == lo else wrong
            sum_blocks(partial, rows)
            sum_after(rows, after)
            fill_predictions(plane, slopes, rows, after, scale / m, f)
            risk = pull_samples(loss, parameter, f, targets, scale, g, force)
            if not all_finite(risk, f, squares):
                return t
        return stepsizes.size

    return run
