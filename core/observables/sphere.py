"""Directions spread over a sphere, and the largest |G| found from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.observables.base import Sight
from core.observables.planar import planar_summit
from core.observables.potential import Potential

# Directions shown on a circle and on a sphere; climbs, their steps, and the kinks tried near the
# highest summits.
CIRCLE, SPHERE = 720, 4000
_CLIMBS, _STEPS, _HIGHEST, _KINKS = 24, 80, 8, 8
#: Heaviest particles whose directions are climbed from, beside those of the grid.
_HEAVY = 500


@dataclass(frozen=True)
class Landscape:
    """G on the unit sphere of input weights.

    Attributes
    ----------
    directions : ndarray, shape (k, d)
        A circle of even steps, Fibonacci points of a sphere, random ones in higher dimension.
    values : ndarray, shape (k,)
        G there.
    summit : ndarray, shape (d,)
        Where |G| is largest, of all directions looked at.
    peak : float
        |G(summit)|.
    exact : bool
        Whether no direction has more (up to rounding); otherwise the peak is a lower bound.
    """

    directions: np.ndarray
    values: np.ndarray
    summit: np.ndarray
    peak: float
    exact: bool


def landscape(sight: Sight) -> Landscape:
    """Return G on a grid of the sphere, and its largest size."""
    potential = Potential(sight)
    r = len(potential.frame)
    grid = spread(r)
    values, _ = potential(grid)
    exact = r == 1 or (r == 2 and potential.sampled)
    if r == 2 and potential.sampled:
        summit = planar_summit(potential.points, potential.g, potential.slopes)
    elif r == 1:
        summit = grid[np.argmax(np.abs(values))]
    else:
        summit = _climb(potential, grid, values)
    peak = float(np.abs(potential(summit[None, :])[0][0]))
    return Landscape(grid @ potential.frame, values, summit @ potential.frame, peak, exact)


def spread(r: int) -> np.ndarray:
    """Return unit vectors (k, r) over the sphere of R^r: evenly up to r = 3, else at random."""
    if r == 1:
        return np.array([[1.0], [-1.0]])
    if r == 2:
        angles = 2 * np.pi / CIRCLE * np.arange(CIRCLE)
        return np.column_stack((np.cos(angles), np.sin(angles)))
    if r == 3:  # Fibonacci points: equal areas, turned by the golden angle
        i = np.arange(SPHERE) + 0.5
        height, angle = 1 - 2 * i / SPHERE, np.pi * (1 + np.sqrt(5)) * i
        width = np.sqrt(1 - height**2)
        return np.column_stack((width * np.cos(angle), width * np.sin(angle), height))
    return unit(np.random.default_rng(0).standard_normal((SPHERE, r)))


def unit(rows: np.ndarray) -> np.ndarray:
    """Return rows (k, r) divided by their norms; zero rows stay."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(norms > 0, norms, 1.0)


def _climb(potential: Potential, grid: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the direction of the largest |G| after climbing from the best starts.

    A maximum of |G| that is not one of a linear piece lies on kinks θ·x_i = 0. So the highest
    summits are climbed again along the kinks nearest to them: on the great circle of each in
    R³, on the sphere common to the first k, k = 1, 2, ..., in more dimensions.
    """
    heavy = _heaviest(potential)
    starts = np.concatenate((grid, heavy))
    heights = np.abs(np.concatenate((values, potential(heavy)[0] if len(heavy) else [])))
    tops, heights = _ascend(potential, _highest(starts, heights, _CLIMBS))
    if potential.sampled:
        along = _on_circles if tops.shape[1] == 3 else _on_spheres
        beside = [along(potential, top) for top in _highest(tops, heights, _HIGHEST)]
        tops, heights = _ascend(potential, np.concatenate((tops, *beside)))
    return tops[np.argmax(heights)]


def _highest(directions: np.ndarray, heights: np.ndarray, count: int) -> np.ndarray:
    return directions[np.argsort(-heights, kind="stable")[:count]]


def _heaviest(potential: Potential) -> np.ndarray:
    sight = potential.sight
    order = np.argsort(-np.abs(sight.c) * sight.radius, kind="stable")[:_HEAVY]
    directions = sight.a[order] @ potential.frame.T
    return unit(directions[(directions != 0).any(axis=1)])


def _ascend(
    potential: Potential, tops: np.ndarray, bases: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Climb |G| on the sphere from all `tops` (k, r) at once, each with a step of its own.

    A step of 1 goes to the maximum of the linear piece at hand; it is halved when it fails.
    Each stays orthogonal to the orthonormal rows of its `bases` (k, s, r), some of which may be 0.
    """
    tops = unit(_off(tops, bases))
    values, gradients = potential(tops)
    steps = np.ones(len(tops))
    for _ in range(_STEPS):
        goal = unit(np.sign(values)[:, None] * _off(gradients, bases))
        trial = unit(tops + steps[:, None] * (goal - tops))
        new, slopes = potential(trial)
        better = np.abs(new) > np.abs(values)
        tops[better], values[better], gradients[better] = trial[better], new[better], slopes[better]
        steps = np.where(better, np.minimum(1.0, 2 * steps), steps / 2)
    return tops, np.abs(values)


def _off(rows: np.ndarray, bases: np.ndarray | None) -> np.ndarray:
    """Return rows (k, r) less their parts along their bases (k, s, r)."""
    if bases is None:
        return rows
    return rows - np.einsum("ks,ksr->kr", np.einsum("kr,ksr->ks", rows, bases), bases)


def _nearest_kinks(potential: Potential, top: np.ndarray) -> np.ndarray:
    """Return the unit normals (k, r) of the kinks nearest to `top`, nearest first."""
    normals = unit(potential.points[np.any(potential.points != 0, axis=1)])
    return normals[np.argsort(np.abs(normals @ top), kind="stable")[:_KINKS]]


def _on_circles(potential: Potential, top: np.ndarray) -> np.ndarray:
    """Return the summits (k, 3) on the great circles of the kinks nearest to `top`."""
    points, g, slopes = potential.points, potential.g, potential.slopes
    planes = [np.linalg.svd(normal[None, :])[2][1:] for normal in _nearest_kinks(potential, top)]
    summits = [planar_summit(points @ plane.T, g, slopes) @ plane for plane in planes]
    return np.array(summits).reshape(-1, 3)


def _on_spheres(potential: Potential, top: np.ndarray) -> np.ndarray:
    """Return summits (k, r), the k-th orthogonal to the k kinks nearest to `top`."""
    normals = _nearest_kinks(potential, top)[: len(top) - 1]
    orthonormal = np.linalg.qr(normals.T)[0].T
    bases = np.tril(np.ones((len(orthonormal),) * 2))[:, :, None] * orthonormal
    return _ascend(potential, np.tile(top, (len(bases), 1)), bases)[0]
