"""Total mass, path norm, and the balance between input and output weights, SCIENCE 5.8."""

from __future__ import annotations

import math

import numpy as np

from core.activations import activation
from core.observables.base import Observable, Sight


def balances(sight: Sight, particles: np.ndarray) -> np.ndarray:
    """Return δ_j = |a_j|² − p c_j² (m,), p the degree of the activation (1 if it has none).

    The gradient flow without weight decay keeps each.
    """
    degree = activation(sight.problem.activation).degree
    p = 1 if degree is None else degree
    return (particles[:, :-1] ** 2).sum(axis=1) - p * particles[:, -1] ** 2


def balance_spread(sight: Sight) -> float:
    """Return the root mean square of δ_j over β; nan for a cloud without mass."""
    return _relative(balances(sight, sight.particles), sight.total_mass)


def balance_drift(sight: Sight) -> float:
    """Return the root mean square of δ_j − δ_j(0) over β; nan for a cloud without mass."""
    assert sight.initial is not None  # Observable.__call__ has checked
    drift = balances(sight, sight.particles) - balances(sight, sight.initial)
    return _relative(drift, sight.total_mass)


def _relative(values: np.ndarray, mass: float) -> float:
    return math.sqrt(np.mean(values**2)) / mass if mass else math.nan


def mass_growth(sight: Sight) -> float:
    """Return β over that of the start; nan for a start without mass."""
    assert sight.initial is not None  # Observable.__call__ has checked
    before = float((sight.initial**2).sum()) / sight.m
    return sight.total_mass / before if before else math.nan


BALANCE = (
    Observable(
        "total_mass", "total mass β", r"\beta", "mass",
        "(1/m) Σ |w_j|², at least 2P.",
        "cheap", (), lambda sight: sight.total_mass,
    ),
    Observable(
        "path_norm", "path norm P", r"P", "mass",
        "(1/m) Σ |c_j||a_j|, at most β/2, with equality when |a_j| = |c_j| (Neyshabur, Tomioka and"
        " Srebro 2015).",
        "cheap", (), lambda sight: sight.path_norm,
    ),
    Observable(
        "balance_spread", "balance spread", r"\mathrm{rms}(|a|^2-p\,c^2)/\beta", "",
        "Root mean square over neurons of |a|² − p c², over β; p is the activation's degree.",
        "cheap", ("power",), balance_spread,
    ),
    Observable(
        "balance_drift", "drift of the balance", r"\mathrm{rms}(\delta_j-\delta_j(0))/\beta", "",
        "How far |a|² − p c², which the flow without weight decay keeps, is from the start; what"
        " steps of finite size add (Du, Hu and Lee 2018).",
        "cheap", ("power", "initial"), balance_drift,
    ),
    Observable(
        "mass_growth", "growth of the mass", r"\beta_t/\beta_0", "",
        "Total mass over that of the start.",
        "cheap", ("initial",), mass_growth,
    ),
)  # fmt: skip
