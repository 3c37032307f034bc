"""Predictions of piecewise linear neurons on inputs of two columns, in O(m + k log k) operations.

As in `core.kernels.planar`, but of a cloud seen for the first time: a table over directions tells
where to look for the sector of a particle.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from core import jit
from core.jit import apart
from core.kernels import planar, strict
from core.kernels.planar import CHUNK, fill_predictions, sum_after, sum_blocks, weigh_chunk
from core.kernels.sectors import Plane

#: Entries of the table for each sector.
_FINENESS = 8

_STAMP = planar.STAMP ^ jit.stamp(__file__)


def _diamond(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return a number in [0, 4) that grows with the angle of (first, second), as `look_up`."""
    with np.errstate(invalid="ignore"):
        part = second / (np.abs(first) + np.abs(second))
    return np.where(first >= 0.0, np.where(second >= 0.0, part, 4.0 + part), 2.0 - part)


def sector_table(rays: np.ndarray) -> np.ndarray:
    """Return about which sector a direction is: one entry for each of equal parts of [0, 4)."""
    sectors = len(rays) - 2
    size = _FINENESS * sectors
    normals = rays[1 : sectors + 1]
    places = _diamond(normals[:, 1], -normals[:, 0]) * (size / 4) + 0.5
    passed = np.cumsum(np.bincount(places.astype(np.int64) % size, minlength=size))
    table = apart(size, np.int32)
    table[:] = np.maximum(passed, 1)
    return table


@strict.inlined
def look_up(table, particles, cells):
    """Fill cells (k,) with sectors near those of particles (k, 3).

    In single precision, which is enough for a guess and fills twice as many lanes.
    """
    zero, two, four = np.float32(0.0), np.float32(2.0), np.float32(4.0)
    size, last = np.float32(0.25 * table.size), np.float32(table.size - 1)
    for j in range(cells.size):
        first, second = np.float32(particles[j, 0]), np.float32(particles[j, 1])
        part = second / (abs(first) + abs(second))
        turned = four + part
        right = part if second >= zero else turned
        left = two - part
        place = size * (right if first >= zero else left)
        place = place if place < last else last  # also where nothing is known: 0/0
        place = place if place > zero else zero
        cells[j] = np.int32(place)
    for j in range(cells.size):
        cells[j] = table[cells[j]]


@cache
def _kernel(dtype: str, stamp: int = _STAMP) -> Any:
    @strict.serial
    def run(particles, table, cells, plane, slopes, factor, work):
        """Fill f (k,), in the order of the lines."""
        _ = stamp, dtype  # they must be part of the key of the disk cache
        sums, rows, after, f = work
        for at in range(0, particles.shape[0], CHUNK):
            chunk = particles[at : at + CHUNK]
            where = cells[: chunk.shape[0]]
            look_up(table, chunk, where)
            weigh_chunk(plane[2], chunk, chunk[:, 2], where, sums[0])
        sum_blocks(sums, rows)
        sum_after(rows, after)
        fill_predictions(plane, slopes, rows, after, factor, f)

    return run


def predict_planar(
    slopes: tuple[float, float, float], scale: float, particles: np.ndarray, inputs: np.ndarray
) -> np.ndarray:
    """Return f(x) = (scale/m) Σ_j c_j σ(a_j·x) for every row x of inputs. One thread.

    Parameters
    ----------
    slopes : tuple of float
        Those of σ past its kink, before it and at it, an entry of `planar_engine.SLOPES`.
    scale : float
    particles : ndarray, shape (m, 3), float32 or float64
        Sums are made in float64.
    inputs : ndarray, shape (k, 2), float64

    Returns
    -------
    ndarray, shape (k,), float64
    """
    plane = Plane(inputs, linear=slopes[0] == slopes[1])
    lines = len(plane.starts) - 1
    sums, rows, after = apart((1, 2 * lines + 1, 2)), apart((lines, 4)), apart((lines, 4))
    f = apart(len(inputs))
    _kernel(particles.dtype.name)(
        np.ascontiguousarray(particles), sector_table(plane.rays), apart(CHUNK, np.int32),
        plane.arrays, slopes, scale / len(particles), (sums, rows, after, f),
    )  # fmt: skip
    predictions = np.empty(len(inputs))
    predictions[plane.order] = f
    return predictions
