"""Pictures of a cloud of any size: the shares of all its particles in pixels and in sectors.

A histogram of a million particles takes one pass over them, on one thread. It holds two shares a
cell, of particles with c > 0 and of the others, and never a nan: numbers are scaled by the largest
of the cloud before they are squared, and what is not finite counts as outside.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.jit import apart
from core.kernels.histogram import CHUNK, bin_cloud, bin_directions, sector_edges
from core.validation import array, integer


@dataclass(frozen=True)
class Density:
    """Shares of a cloud in the cells of a histogram.

    Attributes
    ----------
    plus, minus : ndarray, float64
        Shares of the particles with c > 0 and with c ≤ 0, cell by cell; finite, at least 0.
    outside : float
        Share of what is in no cell.
    """

    plus: np.ndarray
    minus: np.ndarray
    outside: float


def plane_density(
    particles: np.ndarray,
    axes: np.ndarray,
    extent: tuple[float, float, float, float],
    shape: tuple[int, int],
) -> Density:
    """Return the shares of particles in pixels of a plane, seen at |c_j| a_j.

    Parameters
    ----------
    particles : ndarray, shape (m, d+1)
        May hold numbers that are not finite, whose particles are outside.
    axes : array_like, shape (2, d) or (2, d+1)
        The coordinates drawn are |c| times the first d columns times a, plus the last one times c.
    extent : tuple of float
        Left, right, bottom and top end.
    shape : tuple of int
        Rows (from the bottom) and columns.

    Returns
    -------
    Density
        Of shape (rows, columns); a cell holds its lower and left edge. All shares add up to 1.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.
    """
    axes = _axes(axes, 2, particles.shape[1])
    return _plane(particles, axes, extent, shape, directions=False)


def sphere_density(particles: np.ndarray, axes: np.ndarray, shape: tuple[int, int]) -> Density:
    """Return the shares of the mass |w_j|²/m in pixels of a picture of the sphere.

    Parameters
    ----------
    particles : ndarray, shape (m, d+1)
        Seen at their directions a_j/|a_j|. Those without one are outside; so are, in float32, those
        with |a_j| below 1e-19 of the largest entry.
    axes : array_like, shape (2, d) or (3, d)
        Orthonormal rows: to the right, upwards and, with three rows, towards the eye. Three rows
        give the half of the sphere that is turned to the eye, every mass times the cosine of the
        angle at which it is seen: so a uniform cloud fills the disc evenly. Two rows give all.
    shape : tuple of int
        Rows (from the bottom) and columns of the square [−1, 1]².

    Returns
    -------
    Density
        Of shape (rows, columns). With two rows of axes all shares add up to 1.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.
    """
    near = len(axes) == 3
    axes = _axes(axes, 2 + near, particles.shape[1])
    edge = 1.0 + 1e-9  # a direction may round to 1, which belongs to the last pixel
    return _plane(particles, axes, (-edge, edge, -edge, edge), shape, directions=True, near=near)


def circle_density(particles: np.ndarray, columns: tuple[int, int], sectors: int) -> Density:
    """Return the shares of the mass |w_j|²/m in equal sectors of the plane.

    Parameters
    ----------
    particles : ndarray, shape (m, d+1)
    columns : tuple of int
        Columns of the two coordinates whose direction counts.
    sectors : int
        At least 1; sector s holds the angles from 2πs/sectors up to the next one.

    Returns
    -------
    Density
        Of shape (sectors,); particles at the origin of the plane are outside.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.
    """
    sectors = integer("sectors", sectors, 1, 100_000)
    for column in columns:
        integer("columns", column, 0, particles.shape[1] - 1)
    sums = apart(2 * sectors + 1)
    total = bin_directions(
        particles, *columns, _factor(particles), *sector_edges(sectors), _work(particles), sums
    )
    return _density(sums, total, (sectors,))


def _plane(
    particles: np.ndarray,
    axes: np.ndarray,
    extent: tuple[float, float, float, float],
    shape: tuple[int, int],
    directions: bool,
    near: bool = False,
) -> Density:
    rows, columns = (integer("shape", size, 1, 10_000) for size in shape)
    x0, x1, y0, y1 = extent
    if not (x0 < x1 and y0 < y1 and math.isfinite((x1 - x0) + (y1 - y0))):
        raise ValueError(f"extent={extent!r} must be finite, left < right and bottom < top")
    kind = particles.dtype.type
    across, up = kind(columns / (x1 - x0)), kind(rows / (y1 - y0))
    grid = kind(x0), across, columns, kind(y0), up, rows
    sums = apart(2 * rows * columns + 1)
    factor = _factor(particles) if directions else kind(1.0)
    total = bin_cloud(
        particles, axes.astype(kind), factor, directions, near, grid, _work(particles), sums
    )
    return _density(sums, total, (rows, columns))


def _density(sums: np.ndarray, total: float, shape: tuple[int, ...]) -> Density:
    """Return sums of weights, those of c > 0, of the others and of what is outside, as shares."""
    shares = sums / total if total > 0.0 else sums
    cells = len(sums) // 2
    plus, minus = shares[:cells].reshape(shape), shares[cells:-1].reshape(shape)
    return Density(plus, minus, float(shares[-1]))


def _work(particles: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return what a histogram works on."""
    kind = particles.dtype
    return apart((particles.shape[1], CHUNK), kind), apart((5, CHUNK), kind), apart(CHUNK, np.int32)


def _factor(particles: np.ndarray) -> np.floating:
    """Return a power of 2 by which finite particles may be multiplied and then squared."""
    largest = max(float(particles.max()), -float(particles.min()))
    if not math.isfinite(largest):
        largest = float(np.abs(particles[np.isfinite(particles)]).max(initial=0.0))
    _, exponent = math.frexp(largest)
    most = np.finfo(particles.dtype).maxexp - 8
    return particles.dtype.type(math.ldexp(1.0, max(-most, min(-exponent, most))))


def _axes(axes: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Return axes as (3, columns), the rows and the column of c that are not given 0."""
    given = array("axes", axes, 2)
    if len(given) != rows or given.shape[1] not in (columns - 1, columns):
        raise ValueError(f"axes has shape {given.shape}; it must be ({rows}, {columns - 1})")
    whole = np.zeros((3, columns))
    whole[:rows, : given.shape[1]] = given
    return whole
