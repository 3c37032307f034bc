"""Histograms of all particles of a cloud, compiled: pixels of a plane, sectors of a circle.

A chunk of particles is laid out column by column; then every loop but the last, which adds weights
to cells, runs on whole vector registers.
"""

from __future__ import annotations

import math

import numpy as np

from core import jit
from core.jit import apart, like
from core.kernels import strict

#: Particles handled at once: few enough for the first level of the cache.
CHUNK = 256

#: Entries of the table of directions for each sector.
_FINENESS = 16

#: Masses above are not finite: particles have been divided by the largest entry.
_MOST = 1e30


@strict.inlined
def _lay(particles, factor, columns):
    """Fill columns (d+1, ≥ k) with factor times particles (k, d+1)."""
    for i in range(columns.shape[0]):
        column = columns[i, : particles.shape[0]]
        for j in range(column.size):
            column[j] = factor * particles[j, i]


@strict.inlined
def _project(columns, weights, out):
    """Fill out (k,) with Σ_i weights_i columns_i over the columns of a."""
    out[:] = like(out[0], 0.0)
    for i in range(columns.shape[0] - 1):
        weight, column = weights[i], columns[i, : out.size]
        if weight != like(weight, 0.0):
            for j in range(out.size):
                out[j] += weight * column[j]


@strict.inlined
def _square(columns, squares):
    """Fill squares (k,) with |a|²."""
    squares[:] = like(squares[0], 0.0)
    for i in range(columns.shape[0] - 1):
        column = columns[i, : squares.size]
        for j in range(squares.size):
            squares[j] += column[j] * column[j]


@strict.inlined
def _stand(c, axes, x, y):
    """Turn products with a into positions |c| a."""
    for j in range(c.size):
        x[j] = abs(c[j]) * x[j] + axes[0, -1] * c[j]
        y[j] = abs(c[j]) * y[j] + axes[1, -1] * c[j]


@jit.inlined
def _weigh(c, squares, masses):
    """Fill masses (k,) with |a|² + c², 0 where that is not finite; return their sum."""
    total, zero, most = 0.0, like(c[0], 0.0), like(c[0], _MOST)
    for j in range(c.size):
        mass = squares[j] + c[j] * c[j]
        masses[j] = mass if mass <= most else zero
        total += masses[j]
    return total


@strict.inlined
def _aim(near, squares, x, y, depth, masses):
    """Turn products with a into directions; shade masses by the third of them."""
    zero, one, two = like(x[0], 0.0), like(x[0], 1.0), like(x[0], 2.0)
    for j in range(x.size):
        unit = one / math.sqrt(squares[j])
        x[j] *= unit
        y[j] *= unit
        cosine = unit * depth[j] if near else one
        shade = cosine if cosine < two else one  # nan or infinite: without a direction
        masses[j] *= zero if cosine <= zero else shade


@strict.inlined
def _find(c, grid, x, y, cells):
    """Fill cells (k,) with the place of each particle in the sums."""
    x0, across, columns, y0, up, rows = grid
    outside, lower = np.int32(2 * rows * columns), np.int32(rows * columns)
    wide, none, zero = np.int32(columns), np.int32(0), like(x0, 0.0)
    width, height = like(x0, columns), like(x0, rows)
    for j in range(cells.size):
        column, row = (x[j] - x0) * across, (y[j] - y0) * up
        inside = (column >= zero) & (column < width) & (row >= zero) & (row < height)
        cell = np.int32(row if inside else zero) * wide + np.int32(column if inside else zero)
        cell += none if c[j] > zero else lower
        cells[j] = cell if inside else outside


@strict.inlined
def _add(weights, cells, sums):
    """Add weights (k,) to the sums of their cells."""
    for j in range(cells.size):
        sums[np.uint32(cells[j])] += weights[j]


@strict.serial
def bin_cloud(particles, axes, factor, directions, near, grid, work, sums):
    """Add the weights of particles (m, d+1) to the sums of their pixels; return all weights.

    Parameters
    ----------
    particles : ndarray, shape (m, d+1)
    axes : ndarray, shape (3, d+1)
        Coefficients of the coordinates, the last column that of c.
    factor : float
        Multiplies particles before all else.
    directions : bool
        Whether to see particles at a/|a|, each with its mass; else at |c| a, each counted once.
    near : bool
        Whether the third coordinate of a direction shades its mass.
    grid : tuple
        First edge, pixels a unit and number of columns; the same of rows.
    work : (ndarray (d+1, CHUNK), ndarray (5, CHUNK), ndarray (CHUNK,) of int32)
        The first two, axes, factor and the numbers of the grid in the precision of the particles.
    sums : ndarray, shape (2 · pixels + 1,)
        Of c > 0, of the others, and of what is outside.
    """
    total, last = 0.0, particles.shape[1]
    for at in range(0, particles.shape[0], CHUNK):
        chunk = particles[at : at + CHUNK]
        k = chunk.shape[0]
        columns, table, cells = work[0], work[1], work[2][:k]
        x, y, depth, squares, masses = (
            table[0, :k], table[1, :k], table[2, :k], table[3, :k], table[4, :k],
        )  # fmt: skip
        c = columns[last - 1, :k]  # a slice of whole columns would hide that they have no gaps
        _lay(chunk, factor, columns)
        _project(columns, axes[0], x)
        _project(columns, axes[1], y)
        if directions:
            _square(columns, squares)
            total += _weigh(c, squares, masses)
            if near:
                _project(columns, axes[2], depth)
            _aim(near, squares, x, y, depth, masses)
        else:
            masses[:] = like(masses[0], 1.0)
            total += k
            _stand(c, axes, x, y)
        _find(c, grid, x, y, cells)
        _add(masses, cells, sums)
    return total


def sector_edges(sectors: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the unit vectors of the edges (sectors + 1, 2), and in which sector to look.

    The second array has an entry for each of equal parts of [0, 4), the range of a number that
    grows with the angle (`_turn`): the sector that part begins in.
    """
    angle = np.linspace(0.0, 2 * np.pi, sectors + 1)
    edges = apart((sectors + 1, 2))
    edges[:, 0], edges[:, 1] = np.cos(angle), np.sin(angle)
    edges[np.abs(edges) < 1e-15] = 0.0  # the axes exactly: directions along them are common
    turn = np.arange(_FINENESS * sectors) * (4.0 / (_FINENESS * sectors))
    side, part = np.divmod(turn, 1.0)
    first = np.choose(side.astype(int), (1 - part, -part, part - 1, part))
    second = np.choose(side.astype(int), (part, 1 - part, -part, part - 1))
    table = apart(len(turn), np.int32)
    table[:] = np.mod(np.arctan2(second, first), 2 * np.pi) * (sectors / (2 * np.pi))
    return edges, np.minimum(table, sectors - 1, out=table)


@strict.inlined
def _turn(first, second, size, places):
    """Fill places (k,) with the parts, of `size` in a turn, that (first, second) point to; or −1.

    The number of a direction goes from 0 to 4 as its angle does, and needs no trigonometry.
    """
    zero, two, four = like(size, 0.0), like(size, 2.0), like(size, 4.0)
    last, quarter = size - like(size, 1.0), size / four
    for j in range(places.size):
        part = second[j] / (abs(first[j]) + abs(second[j]))
        turned = four + part
        right = part if second[j] >= zero else turned
        left = two - part
        place = quarter * (right if first[j] >= zero else left)
        known = place >= zero
        place = place if place < last else last
        places[j] = np.int32(place) if known else np.int32(-1)


@strict.inlined
def _sort(first, second, edges, table, places, c):
    """Turn places (k,) into those of the sums: the table is right but for an edge next to it.

    On which side of an edge a direction lies, a product tells.
    """
    sectors = edges.shape[0] - 1
    for j in range(places.size):
        if places[j] < 0:
            places[j] = 2 * sectors
            continue
        sector = table[places[j]]
        x, y = np.float64(first[j]), np.float64(second[j])
        before = (sector > 0) & (edges[sector, 0] * y < edges[sector, 1] * x)
        past = edges[sector + 1, 0] * y >= edges[sector + 1, 1] * x
        sector += np.int32(past) - np.int32(before)
        sector = sector if sector < sectors else np.int32(0)
        places[j] = sector if c[j] > 0.0 else sector + sectors


@strict.serial
def bin_directions(particles, across, up, factor, edges, table, work, sums):
    """Add the masses of particles (m, d+1) to the sums of the sectors they point to; return all.

    Columns `across` and `up` point; `edges` and `table` are those of `sector_edges`; factor, work
    and sums as in `bin_cloud`.
    """
    total, last = 0.0, particles.shape[1]
    size = like(factor, table.size)
    for at in range(0, particles.shape[0], CHUNK):
        chunk = particles[at : at + CHUNK]
        k = chunk.shape[0]
        columns, squares, masses, places = work[0], work[1][0, :k], work[1][1, :k], work[2][:k]
        c, first, second = columns[last - 1, :k], columns[across, :k], columns[up, :k]
        _lay(chunk, factor, columns)
        _square(columns, squares)
        total += _weigh(c, squares, masses)
        _turn(first, second, size, places)
        _sort(first, second, edges, table, places, c)
        _add(masses, places, sums)
    return total
