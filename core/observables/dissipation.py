"""Whether the objective falls as the flow says, dF/dt = −(1/m) Σ |velocity|² (SCIENCE 5.6)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.observables.base import Observable, Sight

_EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Dissipation:
    """(F_t − F_{t+h})/h, the dissipation (1/m) Σ|velocity|², the h used, and |ratio − 1|."""

    fall: float
    rate: float
    h: float
    main: float


def dissipation(sight: Sight) -> Dissipation:
    """Take one explicit step of a small h on a copy and compare the fall of F with the rate.

    F is the objective with what is descended in place of the risk. The difference is O(h) plus
    what rounding makes of F/h; h balances both. Where nothing moves the residual is 0.
    """
    rate = float((sight.velocity**2).sum()) / sight.m
    if rate == 0:
        return Dissipation(0.0, 0.0, 0.0, 0.0)
    before = _objective(sight, sight.particles)
    h = _step(sight, rate, abs(before))
    fall = (before - _objective(sight, sight.particles + h * sight.velocity)) / h
    return Dissipation(fall, rate, h, abs(fall / rate - 1))


def _step(sight: Sight, rate: float, size: float) -> float:
    """Return √(2εF / (rate · curvature along the velocity)), in bounds that fit the cloud."""
    length = float(np.linalg.norm(sight.particles)) or 1.0
    most = 1e-4 * length / math.sqrt(rate * sight.m)
    probe = 1e-3 * most
    problem = sight.problem
    turned = problem.velocity(sight.particles + probe * sight.velocity, sight.force)
    bend = abs(float(((sight.velocity - turned) * sight.velocity).sum())) / sight.m / probe
    return min(most, max(math.sqrt(2 * _EPSILON * size / max(bend, 1e-300)), 1e-6 * most))


def _objective(sight: Sight, particles: np.ndarray) -> float:
    """Return the objective, with the risk of `force` in place of the loss's where there is one."""
    problem = sight.problem
    objective = problem.objective(particles)
    if sight.force is None:
        return objective
    predictions = problem.predict(particles)
    change = problem.risk_and_forces(predictions, sight.force)[0] - problem.risk_of(predictions)
    return objective + change / problem.scale**2


DISSIPATION = (
    Observable(
        "dissipation", "residual of the dissipation identity",
        r"\left|\frac{F_t-F_{t+h}}{h\,\frac1m\sum|\dot w_j|^2}-1\right|", "",
        "Relative error of (F_t − F_{t+h})/h = (1/m) Σ|velocity|² for a small step, at least 0"
        " (Chizat and Bach 2018, section 2.2).",
        "dear", (), dissipation,
    ),
)  # fmt: skip
