"""Predictions on a regular grid of the plane, exact, by scan lines.

On a row of the grid a piecewise linear neuron is two straight pieces that meet at one pixel. What
it changes there, in slope and in height, goes into two arrays over the pixels, and a running sum
over a row gives the predictions of all neurons: O(rows (m + columns)) operations (SCIENCE 6.1b).
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numba
import numpy as np
from numba import prange

from core import jit
from core.activations import activation
from core.jit import apart
from core.kernels import strict
from core.kernels.planar_engine import SLOPES
from core.kernels.threads import thread_permit
from core.validation import array

#: Rows handled together, for which a chunk of neurons is prepared once.
_BAND = 16

#: Neurons prepared at once: few enough for the first level of the cache.
_CHUNK = 512

#: Pixels past the end of a row, which take the kinks outside it in turn: an addition that waits
#: for the last one at the same place would cost more than all the rest.
_ASIDE = 8

#: Neurons times rows below which threads cost more than they gain.
_THRESHOLD = 100_000

_STAMP = jit.stamp(__file__, jit.__file__) ^ strict.STAMP

# Rows of the table of a chunk: where the kink is on row 0 and how it moves from row to row; what
# slope and height change there, on row 0 and from row to row; u at the first pixel and its rise,
# and the weight of neurons constant along rows; the weight and the slope of what is straight.
_WHERE, _MOVE, _BEND, _STEP, _STEP_RISE, _ORIGIN, _RISE, _FLAT, _STRAIGHT, _SLOPE = range(10)


@strict.inlined
def prepare(particles, factor, grid, rows, slopes, table):
    """Fill columns of table (10, ≥ k) for particles (k, ·); return how many have no kink in rows.

    σ(u) is negative·u + (positive − negative)·max(u, 0), and max(u, 0) = u + max(−u, 0): so every
    kink may be taken to rise along the row.
    """
    first, x, x_step, y, y_step = grid
    positive, negative, _kink = slopes
    flats = 0
    for j in range(particles.shape[0]):
        across, up = np.float64(particles[j, first]), np.float64(particles[j, first + 1])
        c = factor * np.float64(particles[j, first + 2])
        origin = first * np.float64(particles[j, 0]) + across * x + up * y
        rise, slope = up * y_step, across * x_step
        where, move = -origin / slope, -rise / slope
        # Steeper kinks than that: the slope adds less to u than rounding does.
        kinked = math.isfinite(where) & math.isfinite(move * rows)
        bend = (positive - negative) * c
        jump = (-bend if slope < 0.0 else bend) if kinked else 0.0
        table[_WHERE, j], table[_MOVE, j] = (where if kinked else 0.0), (move if kinked else 0.0)
        table[_BEND, j], table[_STEP, j] = jump * slope, jump * origin
        table[_STEP_RISE, j] = jump * rise
        table[_ORIGIN, j], table[_RISE, j], table[_SLOPE, j] = origin, rise, slope
        table[_FLAT, j] = 0.0 if kinked else bend
        table[_STRAIGHT, j] = negative * c + (bend if kinked & (slope < 0.0) else 0.0)
        flats += not kinked
    return flats


@jit.inlined
def straight(table, count):
    """Return height, rise and slope of the straight parts of a chunk."""
    height, rise, slope = 0.0, 0.0, 0.0
    for j in range(count):
        height += table[_STRAIGHT, j] * table[_ORIGIN, j]
        rise += table[_STRAIGHT, j] * table[_RISE, j]
        slope += table[_STRAIGHT, j] * table[_SLOPE, j]
    return height, rise, slope


@jit.inlined
def height_of(row, table, count):
    """Return what neurons constant along rows add to a row."""
    height = 0.0
    for j in range(count):
        u = table[_ORIGIN, j] + table[_RISE, j] * row
        height += table[_FLAT, j] * (0.0 if u < 0.0 else u)
    return height


@jit.inlined
def mark_kinks(row, columns, table, places, steps):
    """Fill places (k,) with the first pixel past each kink, and steps (k,) with its step there.

    Return slope and height, at pixel 0, of the neurons whose kinks come before it.
    """
    slope, height, aside = 0.0, 0.0, np.int32(columns)
    for j in range(places.size):
        place = np.floor(table[_WHERE, j] + table[_MOVE, j] * row) + 1.0
        step = table[_STEP, j] + table[_STEP_RISE, j] * row
        slope += table[_BEND, j] if place <= 0.0 else 0.0
        height += step if place <= 0.0 else 0.0
        steps[j] = step
        inside = (place > 0.0) & (place < columns)
        places[j] = np.int32(place) if inside else aside + np.int32(j % _ASIDE)
    return slope, height


@jit.inlined
def mark_row(row, table, places, steps, changes):
    """Add a chunk's kinks on a row to changes (columns + 8, 2)."""
    columns = changes.shape[0] - _ASIDE
    slope, height = mark_kinks(row, float(columns), table, places, steps)
    changes[0, 0] += slope
    changes[0, 1] += height
    bends = table[_BEND]
    for j in range(places.size):
        place = np.uint32(places[j])  # an index that cannot be negative needs no test
        bent, stepped = changes[place, 0] + bends[j], changes[place, 1] + steps[j]
        changes[place, 0], changes[place, 1] = bent, stepped


@jit.inlined
def sweep(row, affine, changes, out):
    """Fill out (columns,) with the predictions on a row."""
    slope, height = affine[2], affine[0] + affine[1] * row
    for k in range(out.size):
        slope += changes[k, 0]
        height += changes[k, 1]
        out[k] = slope * k + height


@cache
def _kernel(dtype: str, threads: bool, stamp: int = _STAMP) -> Any:
    decorate = strict.parallel if threads else strict.serial

    @decorate
    def run(particles, factor, grid, slopes, tables, places, changes, out):
        """Fill out (rows, columns) with predictions, the rows shared by tables.shape[0] tasks."""
        _ = stamp, threads, dtype  # they must be part of the key of the disk cache
        rows, tasks = out.shape[0], tables.shape[0]
        bands = (rows + _BAND - 1) // _BAND
        for task in prange(tasks):
            table, steps = tables[task], tables[task, 10]
            for band in range(task, bands, tasks):
                low = band * _BAND
                count = min(_BAND, rows - low)
                changes[task, :count] = 0.0
                height, rise, slope = 0.0, 0.0, 0.0
                for at in range(0, particles.shape[0], _CHUNK):
                    chunk = particles[at : at + _CHUNK]
                    k = chunk.shape[0]
                    flats = prepare(chunk, factor, grid, rows, slopes, table)
                    parts = straight(table, k)
                    height, rise, slope = height + parts[0], rise + parts[1], slope + parts[2]
                    for r in range(count):
                        row, change = float(low + r), changes[task, r]
                        mark_row(row, table, places[task, :k], steps[:k], change)
                        if flats > 0:
                            change[0, 1] += height_of(row, table, k)
                for r in range(count):
                    sweep(float(low + r), (height, rise, slope), changes[task, r], out[low + r])

    return run


def predict_grid(
    name: str,
    scale: float,
    particles: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    bias: bool = True,
) -> np.ndarray:
    """Return f on the grid of all (x_k, y_r).

    Parameters
    ----------
    name : str
        Name of an activation of slopes constant but at 0: relu, leaky_relu, abs, identity.
    scale : float
    particles : ndarray, shape (m, 4), or (m, 3) without bias
        Columns a_0 (of the constant input 1, with a bias), a_1 (of x), a_2 (of y), c.
    x : ndarray, shape (columns,)
        Equidistant, in either direction.
    y : ndarray, shape (rows,)
        Equidistant, in either direction.
    bias : bool

    Returns
    -------
    ndarray, shape (rows, columns), float64
        Entry (r, k) is f at (x_k, y_r); computed in float64 whatever the particles.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.
    """
    slopes = SLOPES.get(activation(name).code)
    if slopes is None:
        raise ValueError(
            f"name={name!r} is not piecewise linear; use relu, leaky_relu, abs or identity"
        )
    if particles.ndim != 2 or particles.shape[1] != 3 + bias or not len(particles):
        raise ValueError(
            f"particles has shape {particles.shape}; it must be (m, {3 + bias}) with m >= 1"
        )
    grid = (int(bias), *_axis("x", x), *_axis("y", y))
    m, (rows, columns) = len(particles), (len(y), len(x))
    out = apart((rows, columns))
    with thread_permit(rows * m, _THRESHOLD) as threads:
        tasks = numba.get_num_threads() if threads else 1
        run = _kernel(particles.dtype.name, threads)
        run(
            np.ascontiguousarray(particles), scale / m, grid, slopes,
            apart((tasks, 11, _CHUNK)), apart((tasks, _CHUNK), np.int32),
            apart((tasks, _BAND, columns + _ASIDE, 2)), out,
        )  # fmt: skip
    return out


def _axis(name: str, values: np.ndarray) -> tuple[float, float]:
    """Return the first of equidistant values and their distance, 0 where there is but one."""
    values = np.asarray(values)
    if values.ndim != 1 or len(values) < 2:
        return float(array(name, values, 1)[0]), 0.0
    first, last = float(values[0]), float(values[-1])
    gaps = values[1:] - values[:-1]
    # Fewer calls than a comparison value by value: a small map takes no longer than its checks.
    if not gaps.max() - gaps.min() <= 1e-14 * max(abs(first), abs(last)):
        array(name, values, 1)
        raise ValueError(f"{name} is not equidistant; it must be, as numpy.linspace makes it")
    return first, (last - first) / len(gaps)
