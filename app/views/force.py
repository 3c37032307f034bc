"""The force field η of a frame, on the circle or in the pixels of globe and map."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from app.views.camera import eye_axes
from app.views.hammer import HEIGHT, WIDTH, inverse, pixels
from app.views.orb import Orb
from app.views.plot import Columns
from app.views.variation import ROUND, curve_columns, heat_columns, no_curve
from app.views.verdict import words_on
from core.observables import Sight
from core.observables.field import force_at
from core.observables.optimality import Optimality, optimality
from core.penalties import PENALTIES
from core.tangent import TangentProblem

#: Pairs of a pixel and a sample, which bound the pixels, and rows of the pictures.
MOST_PAIRS = 2_500_000
ROWS = {"globe": (28, 72), "map": (24, 56)}
#: Points of the landscape that a direction between them goes by.
NEAR = 3


def force_columns(orb: Orb, frame: Any, pose: tuple[float, float]) -> dict[str, Columns]:
    """Return the columns of the layers of the first variation. Worker thread."""
    problem = orb.simulation.problem
    if orb.round:
        eta = None if isinstance(problem, TangentProblem) else _around(orb, frame)
        return no_curve() if eta is None else curve_columns(*eta, (1, -1)[: orb.coordinates.count])
    places, aims = _picture(orb, pose)
    seen = np.isfinite(aims).all(axis=-1)
    heat = np.full(seen.shape, np.nan)
    if not isinstance(problem, TangentProblem):
        heat[seen] = _eta(orb, frame, aims[seen] @ orb.coordinates.basis)
    level = problem.weight_decay if PENALTIES[problem.penalty].round else 0.0
    return heat_columns(places, heat, level)


def verdict_words(orb: Orb, frame: Any) -> dict[str, str]:
    """Return the words of the latest answer on optimality, and ask for that on this frame."""
    problem, dynamics = orb.simulation.problem, orb.simulation.dynamics
    if isinstance(problem, TangentProblem):
        return {"badge": "", "verdict": "The tangent model is linear in whole neurons:\nno force."}
    force = dynamics.force(problem)
    key = (frame.step, frame.total_mass, problem.weight_decay, force)
    orb.background.ask(key, lambda: _judge(problem, frame.particles, force))
    return words_on(orb.background.answer)


def _judge(problem: Any, particles: np.ndarray, force: int) -> Optimality:
    # a run about to diverge squares its numbers out of range: no cause to warn
    with np.errstate(all="ignore"):
        return optimality(Sight(problem, particles, force=force))


def _around(orb: Orb, frame: Any) -> tuple[np.ndarray, np.ndarray] | None:
    """Return η and its level at the points of the circle; None where they are not known yet."""
    problem = orb.simulation.problem
    each = PENALTIES[problem.penalty].each
    if orb.form != "pair":
        directions = ROUND @ orb.coordinates.basis
        balanced = np.column_stack((directions, np.ones(len(ROUND)))) / np.sqrt(2.0)
        return _eta(orb, frame, directions), problem.weight_decay * each(balanced)
    a, c = ROUND.T
    sides = _eta(orb, frame, np.array([[1.0], [-1.0]]))
    decay = problem.weight_decay * each(ROUND)
    return 2 * c * np.abs(a) * np.where(a > 0.0, sides[0], sides[1]), decay


def _eta(orb: Orb, frame: Any, directions: np.ndarray) -> np.ndarray:
    """Return η at directions (k, D); nan where it takes a landscape not yet known."""
    problem, dynamics = orb.simulation.problem, orb.simulation.dynamics
    if problem.n > 0:
        return force_at(problem, frame.particles, directions, dynamics.force(problem))
    known = orb.background.answer
    if known is None:
        return np.full(len(directions), np.nan)
    land = known.landscape
    near = min(NEAR, len(land.directions))
    distance, nearest = cKDTree(land.directions).query(directions, near)
    weights = 1.0 / (distance.reshape(-1, near) + 1e-9)
    values = (weights * land.values[nearest.reshape(-1, near)]).sum(axis=1)
    return values / weights.sum(axis=1) / (-2.0 * problem.scale)


def _picture(orb: Orb, pose: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Return the centres of the pixels (rows, columns, 2), and the directions seen there."""
    few, many = ROWS[orb.form]
    wide = 2 if orb.form == "map" else 1
    rows = (MOST_PAIRS / max(1, orb.simulation.problem.n) / wide) ** 0.5
    rows = int(np.clip(rows, few, many))
    if orb.form == "map":
        return _map(rows)
    places, toward = _disc(rows)
    return places, toward @ eye_axes(*pose)


@lru_cache(maxsize=4)
def _map(rows: int) -> tuple[np.ndarray, np.ndarray]:
    places = pixels(rows)
    return places, inverse(_inside(places, (WIDTH, HEIGHT)))


@lru_cache(maxsize=4)
def _disc(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the pixels of the disc, and their unit vectors to the right, upwards, to the eye."""
    at = (np.arange(rows) + 0.5) * 2 / rows - 1.0
    places = np.stack(np.meshgrid(at, at), axis=-1)
    seen = _inside(places, (1.0, 1.0))
    depth = np.sqrt(np.maximum(1.0 - (seen**2).sum(axis=-1), 0.0))
    return places, np.concatenate([seen, depth[..., None]], axis=-1)


def _inside(places: np.ndarray, axes: tuple[float, float]) -> np.ndarray:
    """Return places in an ellipse; those of pixels that its edge cuts are moved to the edge."""
    radius = np.linalg.norm(places / axes, axis=-1, keepdims=True)
    cut = 1.0 + 1.5 / len(places)
    return np.where(radius <= cut, places / np.maximum(radius * (1.0 + 1e-9), 1.0), np.nan)
