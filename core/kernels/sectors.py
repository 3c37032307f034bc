"""The sectors into which samples cut the plane of input weights, and the one of a particle.

Every sample x_i ≠ 0 has a line a·x_i = 0. The K lines, sorted by the angle of their half in the
upper half-plane, are cut by the origin into 2K rays: 1, …, K in the upper half-plane, K + k
opposite k. Cell k, 1 ≤ k ≤ 2K, is the open sector between ray k and the next, cell 2K + k is ray k
itself, cell 0 the origin.
"""

from __future__ import annotations

import numpy as np

from core import jit
from core.jit import apart
from core.kernels import strict

STAMP = jit.stamp(__file__) ^ strict.STAMP

#: Lines that make a smaller angle count as one. The sign of a·x is computed with an error of 1e-16
#: |a||x|, so that at this distance at most one line is in doubt and the cell of a particle does
#: not depend on where the search starts.
SAME_LINE = 1e-15

#: Entries of the table of directions for each sector.
_FINENESS = 8


@strict.inlined
def product(rays, k, first, second):
    """Return the product of row k of `rays` with a = (first, second).

    Both terms are rounded before they are added, at every place that asks: so the sign is right
    or 0, whereas a term fused with the sum may turn it round.
    """
    return first * rays[k, 0] + second * rays[k, 1]


@strict.inlined
def inside(rays, sector, first, second):
    """Tell whether a = (first, second) is in the open sector; never in sector 0."""
    past = product(rays, sector, first, second) > 0.0
    return past & (product(rays, sector + 1, first, second) < 0.0)


@strict.inlined
def find_cell(rays, guess, first, second):
    """Return the cell of a = (first, second) by bisection, first about the sector `guess`."""
    count = (rays.shape[0] - 2) // 2
    if first == 0.0 and second == 0.0:
        return 0
    side = product(rays, 1, first, second)
    if side == 0.0:
        along = first * rays[1, 1] - second * rays[1, 0]
        return 2 * count + (1 if along > 0.0 else 1 + count)
    opposite = 0
    if not side > 0.0:  # all rays of the half-plane are to be opposite those of a
        first, second, opposite = -first, -second, count
    near = guess if guess <= count else guess - count
    reach = 4 + count // 64
    low, high = max(1, near - reach), min(count + 1, near + reach)
    if not (product(rays, low, first, second) > 0.0 >= product(rays, high, first, second)):
        low, high = 1, count + 1
    while high - low > 1:
        middle = (low + high) // 2
        ahead = product(rays, middle, first, second) > 0.0
        low, high = (middle if ahead else low), (high if ahead else middle)
    if high <= count and product(rays, high, first, second) == 0.0:
        return 2 * count + opposite + high
    return opposite + low


@jit.inlined
def entry_of(table, first, second):
    """Return the entry of a table of directions that (first, second) has.

    In single precision, which is enough for a guess. A number from 0 to 4 grows as the angle does.
    """
    zero, two, four = np.float32(0.0), np.float32(2.0), np.float32(4.0)
    size, last = np.float32(0.25 * table.size), np.float32(table.size - 1)
    x, y = np.float32(first), np.float32(second)
    part = y / (abs(x) + abs(y))
    turned = four + part
    right = part if y >= zero else turned
    left = two - part
    place = size * (right if x >= zero else left)
    place = place if place < last else last  # also where nothing is known: 0/0
    return np.int32(place if place > zero else zero)


@strict.inlined
def look_up(table, particles, cells):
    """Fill cells (k,) with sectors near those of particles (k, 3)."""
    for j in range(cells.size):
        cells[j] = entry_of(table, particles[j, 0], particles[j, 1])
    for j in range(cells.size):
        cells[j] = table[cells[j]]


@strict.inlined
def locate(rays, table, first, second):
    """Return the cell of a = (first, second)."""
    sector = table[entry_of(table, first, second)]
    if inside(rays, sector, first, second):
        return sector
    return find_cell(rays, sector, first, second)


class Plane:
    """Inputs in the order of their lines.

    Parameters
    ----------
    inputs : ndarray, shape (n, 2), float64
    linear : bool
        Whether the activation has no kink: one line does then.

    Attributes
    ----------
    x : ndarray, shape (n, 4)
        Inputs sorted by line. Columns 0 and 1 where a·x > 0 past the ray in the upper half-plane,
        else columns 2 and 3; the other two are 0.
    order : ndarray, shape (n,)
        Their numbers.
    starts : ndarray, shape (K+1,)
        The first sample of each line, and n.
    rays : ndarray, shape (2K+2, 2)
        Row k is positive on what follows ray k; row 0 is zero and row 2K+1 is row 1 again.
    table : ndarray of int32
        About which sector a direction is, by `entry_of`.
    """

    def __init__(self, inputs: np.ndarray, linear: bool = False) -> None:
        normals = _scaled(inputs)
        normals[~normals.any(axis=1) | linear] = (0.0, 1.0)  # no line of their own: any one does
        first = (normals[:, 0] < 0) | ((normals[:, 0] == 0) & (normals[:, 1] > 0))
        normals[~first] *= -1.0
        order = np.argsort(np.arctan2(-normals[:, 0], normals[:, 1]), kind="stable")
        starts, turned = _groups(normals[order])
        # The last line may be the first again: its angle is all but π.
        late = order[len(order) - turned :]
        normals[late] *= -1.0
        first[late] ^= True
        order = np.roll(order, turned)
        both = np.hstack((inputs, np.zeros_like(inputs)))
        both[~first] = np.roll(both[~first], 2, axis=1)
        self.order, self.x, self.starts = order, _apart(both[order]), _apart(starts)
        lines = normals[order[starts[:-1]]]
        self.rays = _apart(np.vstack((np.zeros((1, 2)), lines, -lines, lines[:1])))
        self.table = _sector_table(self.rays)

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """What a kernel takes."""
        return self.x, self.starts, self.rays, self.table


def _scaled(inputs: np.ndarray) -> np.ndarray:
    """Return inputs (n, 2) times powers of 2, the larger coordinate in [1/2, 1[ unless it is 0."""
    _, exponents = np.frexp(np.abs(inputs).max(axis=1, keepdims=True))
    return np.ldexp(inputs, -exponents)


def _groups(normals: np.ndarray) -> tuple[np.ndarray, int]:
    """Return the starts of the lines in sorted normals (n, 2), and n; how many come round to 0.

    The latter are counted to the first line, before its other samples.
    """
    following = np.vstack((normals[1:], -normals[:1]))
    cross = normals[:, 0] * following[:, 1] - normals[:, 1] * following[:, 0]
    parted = np.abs(cross) > SAME_LINE * np.hypot(*normals.T) * np.hypot(*following.T)
    ends = 1 + np.flatnonzero(parted[:-1])
    turned = 0 if parted[-1] or not len(ends) else len(normals) - int(ends[-1])
    starts = np.concatenate(([0], ends[: len(ends) - (turned > 0)] + turned, [len(normals)]))
    return starts, turned


def _apart(values: np.ndarray) -> np.ndarray:
    copy = apart(values.shape, values.dtype)
    copy[:] = values
    return copy


def _diamond(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return a number in [0, 4) that grows with the angle of (first, second), as in `entry_of`."""
    with np.errstate(invalid="ignore"):
        part = second / (np.abs(first) + np.abs(second))
    return np.where(first >= 0.0, np.where(second >= 0.0, part, 4.0 + part), 2.0 - part)


def _sector_table(rays: np.ndarray) -> np.ndarray:
    """Return about which sector a direction is: one entry for each of equal parts of [0, 4)."""
    sectors = len(rays) - 2
    size = _FINENESS * sectors
    normals = rays[1 : sectors + 1]
    places = _diamond(normals[:, 1], -normals[:, 0]) * (size / 4) + 0.5
    passed = np.cumsum(np.bincount(places.astype(np.int64) % size, minlength=size))
    table = apart(size, np.int32)
    table[:] = np.maximum(passed, 1)
    return table
