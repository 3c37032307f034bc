"""How far a cloud is at most from a global optimum, in the terms that its problem allows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.observables.base import OF_PROBLEM, Sight
from core.observables.certificate import certificate, conic_gap, duality_gap
from core.observables.escape import first_variation
from core.observables.sphere import Landscape

Kind = Literal["objective", "margin", "risk", "force"]


@dataclass(frozen=True)
class Optimality:
    """What the first variation says of a cloud.

    Attributes
    ----------
    kind : str
        What `gap` is a share of.

        * "objective", with weight decay: (F − F*)/F ≤ gap, of the regularised objective F, by
          Fenchel duality or the conic bound (SCIENCE 5.3).
        * "margin", without it and all samples on their sides: the F₁-margin min y f/αP is at
          least (1 − gap) γ₁, the largest of any network, by the bound of SCIENCE 3.
        * "risk", otherwise: R − inf R ≤ gap R(0), as losses are not negative.
        * "force": none of these apply; gap is inf.
    gap : float
        At least 0 up to rounding; nan where f = 0 has no risk either.
    peak, level : float
        max |η| over the directions looked at, and λ: |η| ≤ λ at an optimum (`core.observables.
        field`). The level is 0 where the penalty is not the same in all directions.
    landscape : Landscape
        The potential that was looked at; `exact` tells whether the peak, and with it a gap of the
        first two kinds, is rigorous, or the best of a search.
    """

    kind: Kind
    gap: float
    peak: float
    level: float
    landscape: Landscape


def optimality(sight: Sight) -> Optimality:
    """Return how far the cloud is at most from a global optimum.

    Parameters
    ----------
    sight : Sight
        Of a problem whose activation has degree 1; where ``force`` is the code of the loss itself,
        it counts as not given.
    """
    problem = sight.problem
    if sight.force == problem.loss_code:
        sight = Sight(problem, sight.particles)
    found = certificate(sight)
    kind, gap = _gap(sight, found.landscape.peak, found.margin_bound)
    peak = found.landscape.peak / (2 * problem.scale)
    level = problem.weight_decay if OF_PROBLEM["round"].met(problem) else 0.0
    return Optimality(kind, gap, peak, level, found.landscape)


def _gap(sight: Sight, peak: float, margin_bound: float) -> tuple[Kind, float]:
    problem = sight.problem
    positive = OF_PROBLEM["positive"].met(problem)
    if problem.weight_decay > 0:
        round_penalty = OF_PROBLEM["round"].met(problem)
        if sight.force is not None or not positive or not round_penalty:
            return "force", math.inf
        return "objective", _penalised_gap(sight, peak)
    if (margin := _margin(sight)) > 0 and margin_bound > 0:
        return "margin", 1.0 - margin / margin_bound
    return ("risk", _risk_gap(sight)) if positive else ("force", math.inf)


def _penalised_gap(sight: Sight, peak: float) -> float:
    """Return the least of the bounds on (F − F*)/F."""
    problem = sight.problem
    objective = problem.objective(sight.particles)
    if problem.n == 0:  # the conic bound, ∫F'dμ by the particles
        slope = float(first_variation(sight).mean())
        deficit = max(0.0, peak / (2 * problem.scale) - problem.weight_decay)
        gap = slope + deficit * objective / problem.weight_decay
    else:
        gap = conic_gap(sight, peak)
    if problem.n > 0 and problem.loss == "square":
        gap = min(gap, duality_gap(sight, peak))
    return gap / objective if objective > 0 else 0.0


def _margin(sight: Sight) -> float:
    """Return min y f/αP; 0 without labels or path norm."""
    problem = sight.problem
    if problem.n == 0 or not problem.labels or sight.path_norm == 0:
        return 0.0
    return float((problem.targets * sight.predictions).min()) / (problem.scale * sight.path_norm)


def _risk_gap(sight: Sight) -> float:
    problem = sight.problem
    if problem.n == 0:
        null, risk = problem.null_risk, problem.risk(sight.particles)  # type: ignore[attr-defined]  # population only
    else:
        null, risk = problem.risk_of(np.zeros(problem.n)), problem.risk_of(sight.predictions)
    return risk / null if null > 0 else math.nan
