"""Planes (and spaces) in which neurons of many input weights are drawn, and how much each shows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.views.coordinates import Coordinates, choose, orthonormal

#: Inputs that the options "x", "y" and "z" offer.
MOST_INPUTS = 12
#: The principal plane is taken anew only when it shows so much more of Σ|q|² than the present one;
#: so many points are looked at.
GAIN = 0.05
MOST_POINTS = 1000
_SWEEPS, _SPARE = 12, 6
ORDINAL = ("one", "two", "three")


@dataclass(frozen=True)
class Wish:
    """What a user wants to see of D input weights.

    Attributes
    ----------
    plane : str
        A key of `PLANES`.
    dims : int
        2 or 3; more than D gives D.
    inputs : tuple of int
        Weights to draw with "inputs", 0 that of the bias.
    """

    plane: str = "teacher"
    dims: int = 2
    inputs: tuple[int, ...] = (1, 2, 3)


@dataclass(frozen=True)
class Material:
    """What planes are made of.

    Attributes
    ----------
    dimension : int
        D, the number of input weights, constant included.
    bias : bool
        Whether weight 0 belongs to the constant.
    teacher : ndarray, shape (m0, D+1), or None
    points : ndarray, shape (k, D)
        Positions of neurons.
    """

    dimension: int
    bias: bool
    teacher: np.ndarray | None
    points: np.ndarray


def weights_offered(dimension: int, bias: bool) -> list[int]:
    """Return the names of the weights that can be drawn: inputs from 1 on, 0 that of the bias."""
    inputs = range(1, min(dimension - bias, MOST_INPUTS) + 1)
    return [*inputs, *([0] if bias else [])]


def make_coordinates(wish: Wish, material: Material) -> Coordinates:
    """Return the coordinates that a wish asks for: all of them if D ≤ dims."""
    if material.dimension <= wish.dims:
        return choose(material.dimension, material.bias, None)
    return PLANES[wish.plane](wish, material)


def share_shown(points: np.ndarray, drawn: np.ndarray) -> float:
    """Return Σ|Pq|²/Σ|q|² of points q (k, D) that are drawn at Pq (k, r); nan if all are 0.

    Points that are not finite do not count.
    """
    whole = _squares(points)
    if not math.isfinite(whole):
        finite = np.isfinite(points).all(axis=1)
        points, drawn = (some[finite].astype(np.float64) for some in (points, drawn))
        whole = _squares(points)
    return _squares(drawn) / whole if whole > 0.0 else math.nan


def _squares(points: np.ndarray) -> float:
    """Return Σ|q|² without a copy of the points."""
    return float(np.einsum("jk,jk->", points, points))


def follow_principal(points: np.ndarray, present: Coordinates) -> Coordinates:
    """Return the principal plane of points (k, D), or the present one if it shows nearly as much.

    A plane taken anew at every frame would swim: a still cloud would seem to move. The new axes
    are turned within their plane so as to be as near as can be to the old ones.
    """
    some = points[:: -(-len(points) // MOST_POINTS)]  # of a large cloud
    best = principal_basis(some, present.count, start=present.basis)
    if not share_shown(some, some @ best.T) > share_shown(some, present(some)) + GAIN:
        return present
    left, _, right = np.linalg.svd(present.basis @ best.T)
    return Coordinates(left @ right @ best, present.symbols, present.note)


def principal_basis(points: np.ndarray, dims: int, start: np.ndarray | None = None) -> np.ndarray:
    """Return orthonormal rows (dims, D) that show as much of Σ|q|² as any.

    Subspace iteration (Golub and Van Loan, "Matrix computations", section 8.2.4), from rows
    ``start`` and a few fixed random ones: O(k D) a sweep.
    """
    points = points[np.isfinite(points).all(axis=1)].astype(np.float64)
    dimension = points.shape[1]
    count = min(dimension, dims + _SPARE)
    trial = np.random.default_rng(0).standard_normal((dimension, count))
    if start is not None:
        trial[:, :dims] = start.T
    for _ in range(_SWEEPS):
        basis, _ = np.linalg.qr(trial)
        trial = points.T @ (points @ basis)
    _, vectors = np.linalg.eigh(basis.T @ trial)
    return (basis @ vectors[:, ::-1][:, :dims]).T


def _teacher(wish: Wish, material: Material) -> Coordinates:
    """Return the span of the first teacher neurons; without one, of the chosen inputs."""
    directions = None if material.teacher is None else material.teacher[:, : material.dimension]
    basis = None if directions is None else orthonormal(directions[: wish.dims])
    if basis is None or len(basis) < wish.dims:
        return _inputs(wish, material)
    note = f"the span of the first {ORDINAL[wish.dims - 1]} teacher neurons"
    return Coordinates(basis, ("∥", "⊥", "⊥′")[: wish.dims], note)


def _principal(wish: Wish, material: Material) -> Coordinates:
    basis = principal_basis(material.points, wish.dims)
    return Coordinates(basis, ("I", "II", "III")[: wish.dims], "the principal axes of the cloud")


def _random(wish: Wish, material: Material) -> Coordinates:
    normal = np.random.default_rng(1).standard_normal((wish.dims, material.dimension))
    basis = orthonormal(normal)
    assert basis is not None  # random rows are independent
    return Coordinates(basis, ("u", "v", "w")[: wish.dims], "random directions")


def _inputs(wish: Wish, material: Material) -> Coordinates:
    """Return the chosen inputs; in place of one that there is not, or no more, the next free."""
    offered = weights_offered(material.dimension, material.bias)
    chosen: list[int] = []
    for wanted in wish.inputs[: wish.dims]:
        free = [weight for weight in offered if weight not in chosen]
        chosen.append(wanted if wanted in free else free[0])
    columns = [weight if material.bias else weight - 1 for weight in chosen]
    symbols = tuple(str(weight) for weight in chosen)
    names = ["the bias" if weight == 0 else f"input {weight}" for weight in chosen]
    return Coordinates(np.eye(material.dimension)[columns], symbols, _listed(names))


#: Name to maker of the coordinates of more input weights than are drawn.
PLANES: dict[str, Callable[[Wish, Material], Coordinates]] = {
    "teacher": _teacher,
    "inputs": _inputs,
    "principal": _principal,
    "random": _random,
}


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]])
