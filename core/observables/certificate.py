"""Global optimality of a cloud: the first variation on the sphere and bounds on what is left.

With a positively homogeneous activation of degree 1 the objective risk/α² + λβ is convex in the
signed measure on directions, of total variation 2λ-penalised (β = 2P once neurons balance). Its
minimisers are those for which |G| ≤ 2λα everywhere. Chizat and Bach (2018); SCIENCE 5.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.observables.base import Observable, Sight
from core.observables.sphere import Landscape, landscape
from core.problem import Problem


@dataclass(frozen=True)
class Certificate:
    """The first variation on the sphere, against the level it stays below at an optimum.

    Attributes
    ----------
    landscape : Landscape
        G(θ) on a grid, and its largest size `peak`.
    level : float
        2λα: at a global minimum |G| ≤ level, with equality in the directions of all particles.
    gap : float
        objective − (least objective) is at most this, by convexity; inf without weight decay.
    margin_bound : float
        No measure of total variation 1 has a margin above this: γ₁ ≤ peak/Σ|g_i|. nan unless all
        −y_i g_i ≥ 0 and not all 0, with targets ±1.
    """

    landscape: Landscape
    level: float
    gap: float
    margin_bound: float

    @property
    def main(self) -> float:
        """max_θ |G(θ)|."""
        return self.landscape.peak


def certificate(sight: Sight) -> Certificate:
    """Return the certificate of the cloud."""
    scene = sight.shared(landscape)
    level = 2 * sight.problem.weight_decay * sight.problem.scale
    has_samples = sight.problem.n > 0 and sight.force is None
    gap = conic_gap(sight, scene.peak) if has_samples else math.inf
    return Certificate(scene, level, gap, _margin_bound(sight, scene.peak))


def _margin_bound(sight: Sight, peak: float) -> float:
    if sight.problem.n == 0 or not sight.problem.labels:
        return math.nan
    weights = -sight.problem.targets * sight.forces
    total = float(weights.sum())
    return peak / total if (weights >= 0).all() and total > 0 else math.nan


def conic_gap(sight: Sight, peak: float) -> float:
    """Return a bound on objective − min objective for any convex loss that is not negative.

    ∫F' dμ + max(0, −min F') β*, where β* ≤ objective/λ; F' ≥ λ − peak/(2α) on the sphere
    (SCIENCE 5.3). inf without weight decay.

    Parameters
    ----------
    sight : Sight
    peak : float
        max_θ |G(θ)| over the directions that are allowed.
    """
    problem = sight.problem
    decay, scale = problem.weight_decay, problem.scale
    if decay == 0:
        return math.inf
    objective = problem.objective(sight.particles)
    penalty = objective - problem.risk_of(sight.predictions) / scale**2
    slope = float(sight.loss_forces @ sight.predictions) / scale**2 + penalty
    return slope + max(0.0, peak / (2 * scale) - decay) * objective / decay


def duality_gap(sight: Sight, peak: float) -> float:
    """Return objective − dual value for the square loss: a bound on objective − min objective.

    With residuals r = (y − f)/α, every q = s r/n with |s| ≤ 2λα/peak has the dual value
    q·y/α − (n/2)|q|² of (1/2n)‖y/α − Φν‖² + 2λ‖ν‖; the best s is taken (SCIENCE 5.3).

    Parameters
    ----------
    sight : Sight
    peak : float
        max_θ |G(θ)| over the directions that are allowed.
    """
    problem = sight.problem
    q, targets = -sight.loss_forces / problem.scale, problem.targets / problem.scale
    along, curvature = float(q @ targets), problem.n * float(q @ q)
    if curvature == 0:  # fitted: the dual value 0 is left
        return problem.objective(sight.particles)
    level = 2 * problem.weight_decay * problem.scale
    most = level / peak if peak > 0 else math.inf
    s = min(max(along / curvature, -most), most)
    dual = s * along - s * s / 2 * curvature
    return problem.objective(sight.particles) - dual


def _loss_peak(sight: Sight) -> float:
    """Return max |G| with the forces of the loss, whatever is descended."""
    if sight.force is not None:
        sight = Sight(sight.problem, sight.particles)
    return sight.shared(landscape).peak


def relative_duality_gap(sight: Sight) -> float:
    """Return the duality gap over the objective, 0 where the objective is 0."""
    gap = duality_gap(sight, _loss_peak(sight))
    return _relative(gap, sight.problem, sight.particles)


def relative_conic_gap(sight: Sight) -> float:
    """Return the conic bound on the gap over the objective, 0 where the objective is 0."""
    gap = conic_gap(sight, _loss_peak(sight))
    return _relative(gap, sight.problem, sight.particles)


def _relative(gap: float, problem: Problem, particles: np.ndarray) -> float:
    objective = problem.objective(particles)
    return max(0.0, gap) / objective if objective > 0 else 0.0


CERTIFICATE = (
    Observable(
        "certificate", "first variation on the sphere",
        r"\max_\theta |\sum_i g_i\,\sigma(\theta\cdot x_i)|", "",
        "Largest size of G(θ) over unit θ: at most 2λα exactly at a global minimum (Chizat and Bach"
        " 2018, proposition 3.1).",
        "dear", ("homogeneous", "round"), certificate,
    ),
    Observable(
        "duality_gap", "relative duality gap", r"(F-D)/F", "",
        "Bound in [0, 1] on the share of the objective that training on could remove, square loss"
        " (Fenchel duality).",
        "dear", ("samples", "square", "homogeneous", "decay", "round"), relative_duality_gap,
    ),
    Observable(
        "conic_gap", "relative conic gap", r"(F-F^*)/F\leq", "",
        "Bound on the share of the objective that training on could remove, any convex loss"
        " (Chizat 2022, conic particle gradient descent).",
        "dear", ("samples", "positive", "homogeneous", "decay", "round"), relative_conic_gap,
    ),
)  # fmt: skip
