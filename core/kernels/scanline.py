"""Predictions on a regular grid of the plane, exact, by scan lines.

On a row of the grid a piecewise linear neuron is two straight pieces that meet at one pixel. What
it changes there, in slope and in height, goes into two arrays over the pixels, and a running sum
over a row gives the predictions of all neurons: O(rows (m + columns)) operations (SCIENCE 6.1b).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numba import prange

from core import jit
from core.activations import activation
from core.jit import apart
from core.kernels.planar_engine import SLOPES
from core.kernels.threads import thread_permit
from core.validation import array

#: Rows that share their arrays, and a thread.
_BAND = 16

#: Neurons times rows below which threads cost more than they gain.
_THRESHOLD = 400_000

_STAMP = jit.stamp(__file__, jit.__file__)


@jit.inlined
def mark_kinks(row, columns, kinked, places):
    """Fill places (k,) with the first pixel past the kink of each neuron, in [0, columns]."""
    for j in range(places.size):
        place = np.floor(kinked[0, j] + kinked[1, j] * row) + 1.0
        places[j] = np.int32(min(max(place, 0.0), columns))


@jit.inlined
def height_of(row, flat):
    """Return what neurons constant along rows add to a row."""
    height = 0.0
    for j in range(flat.shape[1]):
        height += flat[2, j] * max(flat[0, j] + flat[1, j] * row, 0.0)
    return height


@jit.inlined
def scan(row, kinked, flat, affine, places, changes, out):
    """Fill out (columns,) with the predictions on a row."""
    changes[:] = 0.0
    mark_kinks(row, float(out.size), kinked, places)
    for j in range(places.size):
        changes[places[j], 0] += kinked[2, j]
        changes[places[j], 1] += kinked[3, j] + kinked[4, j] * row
    slope, height = affine[2], affine[0] + affine[1] * row + height_of(row, flat)
    for k in range(out.size):
        slope += changes[k, 0]
        height += changes[k, 1]
        out[k] = slope * k + height


@cache
def _kernel(threads: bool, stamp: int = _STAMP) -> Any:
    decorate = jit.parallel if threads else jit.serial

    @decorate
    def run(kinked, flat, affine, places, changes, out):
        """Fill out (rows, columns) with predictions."""
        _ = stamp, threads  # they must be part of the key of the disk cache
        rows = out.shape[0]
        for b in prange(places.shape[0]):
            for row in range(b * _BAND, min((b + 1) * _BAND, rows)):
                scan(float(row), kinked, flat, affine, places[b], changes[b], out[row])

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
    if particles.ndim != 2 or particles.shape[1] != 3 + bias:
        raise ValueError(f"particles has shape {particles.shape}; it must be (m, {3 + bias})")
    (first, step), (first_y, step_y) = _axis("x", x), _axis("y", y)
    w = particles.T.astype(np.float64)
    weights = w[:-1] if bias else np.vstack((np.zeros_like(w[:1]), w[:-1]))
    c = w[-1] * (scale / len(particles))
    # On row r, column k of the grid a neuron sees u = origin + rise r + slope k.
    origin = weights[0] + weights[1] * first + weights[2] * first_y
    planes = np.vstack((origin, weights[2] * step_y, weights[1] * step))
    out = apart((len(y), len(x)))
    with thread_permit(len(y) * len(c), _THRESHOLD) as threads:
        _fill(_kernel(threads), planes, c, slopes, out)
    return out


def _fill(
    kernel: Any, planes: np.ndarray, c: np.ndarray, slopes: tuple[float, ...], out: np.ndarray
) -> None:
    """Fill out with Σ_j c_j σ(u_j) from the planes (3, m) of u: origin, rise, slope.

    σ(u) is negative·u + (positive − negative)·max(u, 0), and max(u, 0) = u + max(−u, 0): so every
    kink may be taken to rise along the row.
    """
    positive, negative, _kink = slopes
    backward = planes[2] < 0
    with np.errstate(all="ignore"):
        where = -planes[:2] / planes[2]  # of the kink on row 0, and its move from row to row
        # Steeper kinks than that: the slope adds less to u than rounding does.
        kinked = np.isfinite(where[0]) & np.isfinite(where[1] * len(out))
    bend = (positive - negative) * c
    affine = planes @ (negative * c + bend * (backward & kinked))
    jumps = (np.where(backward, -bend, bend) * planes)[:, kinked]
    bands = -(-len(out) // _BAND)
    places = apart((bands, int(kinked.sum())), np.int32)
    changes = apart((bands, out.shape[1] + 1, 2))
    kernel(
        _apart(np.vstack((where[:, kinked], jumps[2], jumps[0], jumps[1]))),
        _apart(np.vstack((planes[:2], bend))[:, ~kinked]),
        _apart(affine), places, changes, out,
    )  # fmt: skip


def _apart(values: np.ndarray) -> np.ndarray:
    copy = apart(values.shape)
    copy[:] = values
    return copy


def _axis(name: str, values: np.ndarray) -> tuple[float, float]:
    """Return the first of equidistant values and their distance, 0 where there is but one."""
    values = array(name, values, 1).astype(np.float64)
    step = (values[-1] - values[0]) / max(1, len(values) - 1)
    expected = values[0] + step * np.arange(len(values))
    if not np.allclose(values, expected, rtol=0, atol=1e-12 * np.abs(values).max()):
        raise ValueError(f"{name} is not equidistant; it must be, as numpy.linspace makes it")
    return float(values[0]), float(step)
