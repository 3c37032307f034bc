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

from core import jit
from core.kernels import blocks
from core.population import closed_forms
from core.population.closed_forms import PIECEWISE, kink, pair, powers

#: Most columns of a tile of cosines: with 32 rows it stays in the second-level cache.
TILE = 256

#: Below this 1 − |cos θ| the gap is found from |â ∓ b̂|²: there the cosine has lost 2 digits.
_NEAR = 2.0**-7

#: Vectors shorter than this count as zero: their reciprocal is near the end of the range.
_SHORTEST = 1e-300

_STAMP = closed_forms.STAMP + jit.stamp(__file__) + blocks.STAMP


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
def turn(form, r, cosines, gap, lengths, weights, shares):
    """Overwrite cosines (k,) by k1; return (Σ_k v_k h, Σ_k v_k k0, Σ_k share_k h)."""
    kind, positive, negative, _nodes = form
    total_h = 0.0
    total_k0 = 0.0
    energy = 0.0
    for k in range(cosines.size):
        h, k1, k0 = pair(form, cosines[k], gap[k], r, lengths[k])
        total_h += weights[k] * h
        total_k0 += weights[k] * k0
        energy += shares[k] * h
        cosines[k] = k1
    if kind == PIECEWISE and r == 0.0:
        cosines[:] = kink(positive, negative)
    return total_h, total_k0, energy


@jit.inlined
def turn_tile(form, lo, start, tile, gap, rows, totals):
    """Turn a tile (k, width) of cosines between rows from lo on and rows from start on."""
    unit, _weighted, lengths, weights, shares = rows
    stop = start + tile.shape[1]
    for j in range(len(tile)):
        gaps(unit, lo + j, start, tile[j], gap)
        h, k0, energy = turn(
            form,
            lengths[lo + j],
            tile[j],
            gap,
            lengths[start:stop],
            weights[start:stop],
            shares[start:stop],
        )
        totals[0, j] += h
        totals[1, j] += k0
        totals[2, j] += energy


@jit.inlined
def aim(kind, scale, lo, totals, rows, pull_a, pull_c):
    """Finish the pulls (k, d) and (k,) of the students from lo on; return Σ_j v_j energy_j."""
    unit, _weighted, lengths, weights, _shares = rows
    risk = 0.0
    for j in range(pull_c.size):
        whole, steep = powers(kind, lengths[lo + j])
        pull_c[j] = -whole * totals[0, j] / scale
        for i in range(pull_a.shape[1]):
            pull_a[j, i] = -steep * (pull_a[j, i] + totals[1, j] * unit[lo + j, i]) / scale
        risk += weights[lo + j] * totals[2, j]
    return risk


@jit.inlined
def pull_block(form, scale, lo, rows, pull_a, pull_c, tiles, gap, product, totals):
    """Fill the pulls (k, d) and (k,) of students lo to lo + k; return their part of the risk."""
    kind = form[0]
    unit, weighted = rows[0], rows[1]
    length = pull_c.size
    totals[:] = 0.0
    pull_a[:] = 0.0
    for start in range(0, len(unit), TILE):
        stop = min(start + TILE, len(unit))
        tile = tiles[: length * (stop - start)].reshape((length, stop - start))
        np.dot(unit[lo : lo + length], unit[start:stop].T, tile)
        turn_tile(form, lo, start, tile, gap[: stop - start], rows, totals)
        np.dot(tile, weighted[start:stop], product[:length])
        for j in range(length):
            for i in range(unit.shape[1]):
                pull_a[j, i] += product[j, i]
    return aim(kind, scale, lo, totals, rows, pull_a, pull_c)


@jit.inlined
def place(kind, particles, outer, part, lo, hi, rows):
    """Fill rows lo to hi from particles; `part` is their part of the risk, see `pulls_kernel`."""
    unit, weighted, lengths, weights, shares = rows
    for j in range(lo, hi):
        lengths[j], weights[j] = normalise(kind, particles[j], outer, unit[j], weighted[j])
        shares[j] = part * weights[j]


@cache
def place_kernel(kind: int, stamp: int = _STAMP) -> Any:
    """Return the compiled `place` for all particles of a teacher."""

    @jit.serial
    def place_teacher(particles, outer, rows):
        _ = stamp
        place(kind, particles, outer, 1.0, 0, len(particles), rows)

    return place_teacher


@cache
def pulls_kernel(kind: int, threads: bool, stamp: int = _STAMP) -> Any:
    """Return the compiled function that fills the pulls of all students.

    With weights v (students) and −v* (teacher) the risk is ½ Σ v v h − Σ v v* h + the null risk:
    in the sum over a student's row the other students have half a share, the teacher a whole one.
    """
    decorate = jit.parallel if threads else jit.serial

    @decorate
    def pulls(particles, options, rows, pull_a, pull_c, parts, scratch):
        """Fill pull_a (m, d) and pull_c (m,); return the risk less the null risk.

        rows = (unit (N, d), weighted (N, d), lengths, weights, shares (N,)), weighted = v ẑ.
        scratch = (tiles, gap, product, totals), one entry a block; parts (blocks,).
        """
        _ = stamp, threads  # both must be part of the key of the disk cache
        length, outer, moment, scale, positive, negative, nodes = options
        tiles, gap, product, totals = scratch
        m = len(particles)
        for b in prange(parts.size):
            place(kind, particles, outer, 0.5, b * length, min((b + 1) * length, m), rows)
        for b in prange(parts.size):
            lo = b * length
            hi = min(lo + length, m)
            parts[b] = pull_block(
                (kind, positive, negative, nodes),
                scale,
                lo,
                rows,
                pull_a[lo:hi],
                pull_c[lo:hi],
                tiles[b],
                gap[b],
                product[b],
                totals[b],
            )
        risk = 0.0
        for b in range(parts.size):
            risk += parts[b]
        return moment * risk

    return pulls
