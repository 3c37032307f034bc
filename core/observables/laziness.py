"""How lazy a start is: the relative scale κ of Chizat, Oyallon and Bach (2019), SCIENCE 5.1.

Norms are those of L²(data) and, for particles, the mean square (1/m) Σ_j |u_j|².
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.activations import activation
from core.curvature import largest_eigenvalue, tangent_product
from core.features import blocks
from core.observables.base import Observable, Sight
from core.observables.second_derivatives import second_derivative

# Iterations on every neuron, on the best of these, and on the very best, one by one.
_FIRST, _SECOND, _POLISH = 2, 10, 100
_MANY, _FEW = 500, 8


@dataclass(frozen=True)
class Laziness:
    """κ = residual · curvature / slope², and its parts ‖f−y‖, ‖D²f‖, ‖Df‖."""

    main: float
    residual: float
    curvature: float
    slope: float


def laziness(sight: Sight) -> Laziness:
    """Return κ of the cloud; nan where the network does not move at all (Df = 0)."""
    problem = sight.problem
    residual = math.sqrt(np.mean((sight.predictions - problem.targets) ** 2))
    slope = problem.scale * math.sqrt(_kernel_top(sight) / problem.n)
    curvature = problem.scale * _second_norm(sight)
    main = residual * curvature / slope**2 if slope > 0 else math.nan
    return Laziness(main, residual, curvature, slope)


def _kernel_top(sight: Sight) -> float:
    """Return the largest eigenvalue of the tangent kernel without scale."""
    start = np.random.default_rng(0).standard_normal(sight.problem.n)
    return largest_eigenvalue(
        lambda v: tangent_product(sight.problem, sight.particles, v), start, 1e-4, 60
    ).value


def _second_norm(sight: Sight) -> float:
    """Return sup ‖D²f[u,u]‖ over unit u, without scale.

    D²f[u,u] is a mean over neurons of B_j[u_j,u_j], so the supremum puts all of u on one neuron.
    Each is climbed from two starts, the best further, and the best of these to the end. In theory
    a lower bound (a quartic form may have several maxima).
    """
    top = np.linalg.eigh(sight.problem.inputs.T @ sight.problem.inputs)[1][:, -1]
    ends: list[tuple[float, int, np.ndarray]] = []
    for sign in (1.0, -1.0):
        start = np.append(top, sign) / math.sqrt(2)
        every = np.arange(sight.m)
        values, _ = _climb(sight, every, np.tile(start, (sight.m, 1)), _FIRST)
        best = every[np.argsort(-values, kind="stable")[:_MANY]]
        values, e = _climb(sight, best, np.tile(start, (len(best), 1)), _SECOND)
        order = np.argsort(-values, kind="stable")[:_FEW]
        ends += [(float(values[k]), int(best[k]), e[k]) for k in order]
    ends.sort(key=lambda end: -end[0])
    return max(_polish(sight, neuron, e) for _, neuron, e in ends[:_FEW])


def _forms(sight: Sight, neurons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return σ' and c σ'' (b, n): B[e,e]_i = 2 σ'_i e_c s_i + c σ''_i s_i², s_i = e_a·x_i."""
    u = sight.a[neurons] @ sight.problem.inputs.T
    name = sight.problem.activation
    return activation(name).both(u)[1], sight.c[neurons, None] * second_derivative(name, u)


def _climb(
    sight: Sight, neurons: np.ndarray, e: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest ‖B[e,e]‖ of each neuron in `count` power iterations, and its e."""
    parts = [
        _climb_block(sight, neurons[rows], e[rows], count)
        for rows in blocks(len(neurons), sight.problem.n)
    ]
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def _climb_block(
    sight: Sight, neurons: np.ndarray, e: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    X = sight.problem.inputs
    slope, bend = _forms(sight, neurons)
    best, kept = np.zeros(len(e)), e.copy()
    for _ in range(count):
        s = e[:, :-1] @ X.T
        half = slope * e[:, -1:]
        image = (2 * half + bend * s) * s
        value = np.sqrt((image**2).mean(axis=1))
        better = value > best
        best[better], kept[better] = value[better], e[better]
        pull = (image * (half + bend * s)) @ X, (image * slope * s).sum(axis=1)
        e = np.column_stack(pull)
        e /= np.maximum(np.linalg.norm(e, axis=1, keepdims=True), 1e-300)
    return best, kept


def _polish(sight: Sight, neuron: int, e: np.ndarray) -> float:
    """Climb ‖B[e,e]‖ by turns: v along B[e,e], then e the eigenvector of ⟨v, B⟩. Never falls."""
    X = sight.problem.inputs
    slope, bend = (part[0] for part in _forms(sight, np.array([neuron])))
    value = 0.0
    for _ in range(_POLISH):
        s = X @ e[:-1]
        image = (2 * slope * e[-1] + bend * s) * s
        before, value = value, math.sqrt(np.mean(image**2))
        if value <= before * (1 + 1e-12):
            break
        side = X.T @ (image * slope)
        form = np.block(
            [[(X.T * (image * bend)) @ X, side[:, None]], [side[None, :], np.zeros((1, 1))]]
        )
        values, vectors = np.linalg.eigh(form)
        e = vectors[:, np.argmax(np.abs(values))]
    return max(value, before)


LAZINESS = (
    Observable(
        "kappa", "laziness κ", r"\kappa", "",
        "‖f−y‖ ‖D²f‖ / ‖Df‖² in L²(data): far below 1 the run stays near its linearisation"
        " (Chizat, Oyallon and Bach 2019, theorem 2.2).",
        "dear", ("samples",), laziness,
    ),
)  # fmt: skip
