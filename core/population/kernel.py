"""The compiled loop: risk and pulls of a student against a teacher, pair by pair.

Every row is a unit vector with a length and a weight; student rows come first, then the teacher's.
A block of student rows makes the cosines with a tile of rows by one matrix product, turns them in
place into the k1 of `closed_forms.pair`, and gathers Σ_k k1 v_k ẑ_k by a second product. Blocks
depend on m alone, and each writes its own rows: the same bits on any number of threads.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numba import prange

from core import activations, jit
from core.kernels import blocks
from core.population import closed_forms
from core.population.closed_forms import PIECEWISE, STEP, kink, pair, powers

#: Most columns of a tile of cosines: with 32 rows it stays in the second-level cache.
TILE = 256

#: Below this 1 − |cos θ| the gap is found from |â ∓ b̂|²: there the cosine has lost 2 digits.
_NEAR = 2.0**-7

#: Vectors shorter than this count as zero: their reciprocal is near the end of the range.
_SHORTEST = 1e-300

_STAMP = closed_forms.STAMP + jit.stamp(__file__, blocks.__file__, activations.__file__)


@jit.inlined
def normalise(kind, w, outer, unit, weighted):
    """Fill unit (d,) with a/|a| of a particle w (d+1,), weighted with v a/|a|; return (|a|, v).

    v = outer · c |a|^p. The largest entry is taken out first, so that squares neither overflow
    nor vanish.
    """
    d = unit.size
    largest = 0.0
    for i in range(d):
        largest = max(largest, abs(w[i]))
    inverse = 1.0 / largest if largest > _SHORTEST else 0.0
    square = 0.0
    for i in range(d):
        unit[i] = w[i] * inverse
        square += unit[i] * unit[i]
    norm = np.sqrt(square)
    r = norm * largest
    if inverse == 0.0:
        r = 0.0 * largest  # nan stays nan
    shrink = 1.0 / norm if norm > 0.0 else 0.0
    v = outer * w[d] * powers(kind, r)[0]
    for i in range(d):
        unit[i] *= shrink
        weighted[i] = v * unit[i]
    return r, v


@jit.inlined
def gaps(unit, j, start, cosines, gap):
    """Fill gap (k,) with 1 − |cos θ| between row j and the rows from `start` on."""
    for k in range(cosines.size):
        rough = 1.0 - abs(cosines[k])
        gap[k] = rough if rough > 0.0 else 0.0
    for k in range(cosines.size):
        if gap[k] < _NEAR:
            sign = -1.0 if cosines[k] < 0.0 else 1.0
            total = 0.0
            for i in range(unit.shape[1]):
                difference = unit[j, i] - sign * unit[start + k, i]
                total += difference * difference
            gap[k] = 0.5 * total


@jit.inlined
def turn(form, r, cosines, gap, lengths, weights):
    """Overwrite cosines (k,) by k1; return (Σ_k v_k h, Σ_k v_k k0)."""
    kind, positive, negative = form
    total_h = 0.0
    total_k0 = 0.0
    for k in range(cosines.size):
        h, k1, k0 = pair(kind, positive, negative, cosines[k], gap[k], r, lengths[k])
        total_h += weights[k] * h
        total_k0 += weights[k] * k0
        cosines[k] = k1
    return total_h, total_k0


@jit.inlined
def turn_row(form, j, start, split, row, gap, rows):
    """Turn one row of a tile, columns from `start` on, the teacher's from `split` on.

    Returns the sums of v_k h over students and over the teacher, and of v_k k0 over both.
    """
    kind, positive, negative = form
    unit, _weighted, lengths, weights = rows
    gaps(unit, j, start, row, gap)
    stop = start + row.size
    cut = min(max(split, start), stop)
    left, right = cut - start, row.size
    r = lengths[j]
    h, k0 = turn(form, r, row[:left], gap[:left], lengths[start:cut], weights[start:cut])
    other, more = turn(
        form, r, row[left:right], gap[left:right], lengths[cut:stop], weights[cut:stop]
    )
    if kind == PIECEWISE and r == 0.0:
        row[:] = kink(positive, negative)
    return h, other, k0 + more


@jit.inlined
def pull_block(form, lo, hi, split, options, rows, pull_a, pull_c, scratch, b):
    """Fill the pulls of students lo to hi; return their part of the risk.

    rows = (unit (N, d), weighted (N, d), lengths (N,), weights (N,)), weighted = v ẑ.
    scratch = (tiles, gap, products, sums, squares), of which the block uses entry b.
    """
    kind = form[0]
    unit, weighted, lengths, weights = rows
    moment, scale = options
    tiles, gap, products, sums = scratch
    length = hi - lo
    d = unit.shape[1]
    total = sums[b]
    total[:, :length] = 0.0
    product = products[b, : length * d].reshape((length, d))
    pull_a[lo:hi] = 0.0
    for start in range(0, len(unit), TILE):
        stop = min(start + TILE, len(unit))
        width = stop - start
        tile = tiles[b, : length * width].reshape((length, width))
        np.dot(unit[lo:hi], unit[start:stop].T, tile)
        for j in range(length):
            h, other, k0 = turn_row(form, lo + j, start, split, tile[j], gap[b, :width], rows)
            total[0, j] += h
            total[1, j] += other
            total[2, j] += k0
        if kind != STEP:
            np.dot(tile, weighted[start:stop], product)
            for j in range(length):
                for i in range(d):
                    pull_a[lo + j, i] += product[j, i]
    risk = 0.0
    for j in range(length):
        whole, steep = powers(kind, lengths[lo + j])
        risk += weights[lo + j] * (0.5 * total[0, j] + total[1, j])
        pull_c[lo + j] = -whole * (total[0, j] + total[1, j]) / scale
        for i in range(d):
            aimed = pull_a[lo + j, i] + total[2, j] * unit[lo + j, i]
            pull_a[lo + j, i] = -steep * aimed / scale
    return moment * risk


@cache
def place_kernel(kind: int, stamp: int = _STAMP) -> Any:
    """Return the compiled function that fills rows from particles."""

    @jit.serial
    def place(particles, outer, rows):
        _ = stamp
        unit, weighted, lengths, weights = rows
        for j in range(len(particles)):
            lengths[j], weights[j] = normalise(kind, particles[j], outer, unit[j], weighted[j])

    return place


@cache
def pulls_kernel(kind: int, threads: bool, stamp: int = _STAMP) -> Any:
    """Return the compiled function that fills pull_a (m, d), pull_c (m,); it returns the risk."""
    decorate = jit.parallel if threads else jit.serial

    @decorate
    def pulls(particles, split, options, rows, pull_a, pull_c, parts, scratch):
        """Risk of the students less the null risk; the teacher's rows start at `split`."""
        _ = stamp, threads  # both must be part of the key of the disk cache
        length, outer, moment, scale, positive, negative = options
        unit, weighted, lengths, weights = rows
        m = len(particles)
        form = (kind, positive, negative)
        for b in prange(parts.size):
            for j in range(b * length, min((b + 1) * length, m)):
                lengths[j], weights[j] = normalise(kind, particles[j], outer, unit[j], weighted[j])
        for b in prange(parts.size):
            lo = b * length
            parts[b] = pull_block(
                form,
                lo,
                min(lo + length, m),
                split,
                (moment, scale),
                rows,
                pull_a,
                pull_c,
                scratch,
                b,
            )
        risk = 0.0
        for b in range(parts.size):
            risk += parts[b]
        return risk

    return pulls
