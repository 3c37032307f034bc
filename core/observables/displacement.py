"""How far the particles and their activation patterns are from the start, SCIENCE 5.2."""

from __future__ import annotations

import math

import numpy as np

from core.features import blocks
from core.observables.base import Observable, Sight
from core.tangent import TangentProblem


def _start(sight: Sight) -> np.ndarray:
    assert sight.initial is not None  # Observable.__call__ has checked
    return sight.initial


def displacement(sight: Sight) -> float:
    """Return ‖w_t − w_0‖ / ‖w_0‖ over all particles; nan for a start at 0."""
    start = _start(sight)
    size = float(np.linalg.norm(start))
    return float(np.linalg.norm(sight.particles - start)) / size if size else math.nan


def largest_displacement(sight: Sight) -> float:
    """Return max_j |w_j(t) − w_j(0)| / |w_j(0)|, over neurons that do not start at 0."""
    start = _start(sight)
    sizes = np.linalg.norm(start, axis=1)
    moved = np.linalg.norm(sight.particles - start, axis=1)
    some = sizes > 0
    return float((moved[some] / sizes[some]).max()) if some.any() else math.nan


def pattern_flips(sight: Sight) -> float:
    """Return the share of pairs (j, i) for which 1[a_j·x_i > 0] differs from the start."""
    inputs = sight.problem.inputs
    start = _start(sight)[:, :-1]
    flips = 0
    for rows in blocks(sight.m, sight.problem.n):
        now, then = sight.a[rows] @ inputs.T > 0, start[rows] @ inputs.T > 0
        flips += int(np.count_nonzero(now != then))
    return flips / (sight.m * sight.problem.n)


def tangent_predictions(sight: Sight) -> np.ndarray:
    """Return f(w_0) + Df(w_0)(w_t − w_0) on the training inputs (n,)."""
    problem, start = sight.problem, _start(sight)
    model = TangentProblem.at(problem, start)
    return problem.predict(start) + model.linear(sight.particles - start, problem.inputs)


def tangent_gap(sight: Sight) -> float:
    """Return ‖f(w_t) − f̄(w_t)‖ / ‖f(w_t) − f(w_0)‖ with f̄ linear about w_0; 0 at the start."""
    gap = float(np.linalg.norm(sight.predictions - tangent_predictions(sight)))
    moved = float(np.linalg.norm(sight.predictions - sight.problem.predict(_start(sight))))
    if (sight.particles == _start(sight)).all():
        return 0.0
    return gap / moved if moved else math.inf


DISPLACEMENT = (
    Observable(
        "displacement", "displacement", r"\|w_t-w_0\|/\|w_0\|", "",
        "Distance of all particles from their start over the norm of the start, at least 0"
        " (Chizat, Oyallon and Bach 2019).",
        "cheap", ("initial",), displacement,
    ),
    Observable(
        "largest_displacement", "largest displacement of a neuron",
        r"\max_j |w_j(t)-w_j(0)|/|w_j(0)|", "",
        "The largest relative displacement of one neuron, at least 0.",
        "cheap", ("initial",), largest_displacement,
    ),
    Observable(
        "pattern_flips", "flipped activations", r"\#\{1[a_j\cdot x_i>0]\ \mathrm{changed}\}/mn", "",
        "Share, in [0, 1], of neuron–sample pairs whose activation differs from the start"
        " (Chizat, Oyallon and Bach 2019, appendix).",
        "cheap", ("samples", "initial"), pattern_flips,
    ),
    Observable(
        "tangent_gap", "distance to the tangent predictor", r"\|f-\bar f\|/\|f-f_0\|", "",
        "Distance in L²(data) of f from its linearisation about the start, over the distance f has"
        " gone: near 0 while training is lazy (Chizat, Oyallon and Bach 2019).",
        "cheap", ("samples", "initial"), tangent_gap,
    ),
)  # fmt: skip
