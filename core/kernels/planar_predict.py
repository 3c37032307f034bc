"""Predictions of piecewise linear neurons on inputs of two columns, in O(m + k log k) operations.

As in `core.kernels.planar`, but of a cloud seen for the first time: the table of the plane tells
where to look for the sector of a particle.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import numpy as np

from core import jit
from core.jit import apart
from core.kernels import planar, strict
from core.kernels.planar import CHUNK, fill_predictions, sum_after, sum_blocks, weigh_chunk
from core.kernels.sectors import Plane, look_up

_STAMP = planar.STAMP ^ jit.stamp(__file__)


@cache
def _kernel(dtype: str, stamp: int = _STAMP) -> Any:
    @strict.serial
    def run(particles, cells, plane, slopes, factor, work):
        """Fill f (k,), in the order of the lines."""
        _ = stamp, dtype  # they must be part of the key of the disk cache
        sums, rows, after, f = work
        for at in range(0, particles.shape[0], CHUNK):
            chunk = particles[at : at + CHUNK]
            where = cells[: chunk.shape[0]]
            look_up(plane[3], chunk, where)
            weigh_chunk(plane, chunk, chunk[:, 2], where, sums[0])
        sum_blocks(sums, rows)
        sum_after(rows, after)
        fill_predictions(plane, slopes, rows, after, factor, f)

    return run


@lru_cache(maxsize=4)
def _plane(inputs: bytes, linear: bool) -> Plane:
    """Return the plane of inputs: a page asks about the same ones at every frame."""
    return Plane(np.frombuffer(inputs).reshape(-1, 2), linear)


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
    plane = _plane(np.ascontiguousarray(inputs).tobytes(), slopes[0] == slopes[1])
    lines = len(plane.starts) - 1
    sums, rows, after = apart((1, 2 * lines + 1, 2)), apart((lines, 4)), apart((lines, 4))
    f = apart(len(inputs))
    work = sums, rows, after, f
    _kernel(particles.dtype.name)(
        np.ascontiguousarray(particles), apart(CHUNK, np.int32), plane.arrays, slopes,
        scale / len(particles), work,
    )  # fmt: skip
    predictions = np.empty(len(inputs))
    predictions[plane.order] = f
    return predictions
