"""Scaled-down runs of the scenes, held against independent loops in plain NumPy.

What a study measures (its knobs, its units, its quantities) is computed a second time from the same
start and the same data; SCIENCE gives for most of these figures only numbers of that kind.
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from core import Experiment
from core.scenes import scenes
from core.studies import Spec, carry_out

from .plain import (
    erf_pairs,
    population_descent,
    relu_network,
    relu_pairs,
    sample_descent,
    squared_descent,
)

SCENES = {scene.name: scene for scene in scenes()}


def measured(name, steps, **knobs):
    """Measure a scene at few steps in double precision; return cells and values."""
    study = SCENES[name].study
    knobs = {**study.spec.knobs, **knobs, "precision": "float64"}
    points = tuple(replace(point, spec=replace(point.spec, steps=None)) for point in study.points)
    spec = Spec(knobs, steps, study.spec.quantity, study.spec.options)
    study = study.replace(spec=spec, points=points, seeds=(1,))
    return list(study.cells()), carry_out(study).values


def spread(values):
    return np.sqrt(np.mean(values**2))


def moved(start, w):
    return np.linalg.norm(w - start) / np.linalg.norm(start)


def of_population(experiment, steps):
    """Return the quantities of a run over all inputs, by a plain loop."""
    setup = experiment.setup()
    start, teacher = setup.simulation.initial, setup.dataset.teacher
    pairs = {"relu": relu_pairs, "erf": erf_pairs}[experiment.activation]
    divisor = experiment.d if experiment.input_law == "sphere" else 1.0
    w, risk = population_descent(start, teacher, experiment.stepsize, steps, pairs, divisor)
    before, after = ((v[:, :-1] ** 2).sum(axis=1) - v[:, -1] ** 2 for v in (start, w))
    return {
        "balance_drift": spread(after - before) / np.mean((w**2).sum(axis=1)),
        "risk_over_start": risk(w) / risk(start),
        "risk_over_null": risk(w) / risk(np.full((1, start.shape[1]), 1e-100)),
        "displacement": moved(start, w),
    }


def of_squares(experiment, steps):
    """Return the quantities of a run in squared weights, by a plain loop."""
    setup = experiment.setup()
    start, teacher = setup.simulation.initial, setup.dataset.teacher
    rates = experiment.stepsize, steps, experiment.weight_decay, experiment.angular
    objective, end = squared_descent(start, teacher, *rates, experiment.d)
    free, _ = squared_descent(start, teacher, 0.0, 0, 0.0, 1.0, experiment.d)
    nothing = np.full((1, start.shape[1]), 1e-100)
    return {
        "objective": objective(end),
        "objective_over_start": objective(end) / objective(start),
        "risk_over_null": free(end) / free(nothing),
    }


def of_samples(experiment, steps):
    """Return the quantities of a run on samples, by a plain loop."""
    setup = experiment.setup()
    start, data = setup.simulation.initial, setup.dataset
    scale = math.sqrt(experiment.m) if experiment.ntk else experiment.scale
    w = sample_descent(start, data.inputs, data.targets, experiment.stepsize, steps, scale)
    before, after = (data.inputs @ v[:, :-1].T > 0 for v in (start, w))
    found = {"displacement": moved(start, w), "pattern_flips": np.mean(before != after)}
    if experiment.n_test:
        gap = relu_network(w, data.test_inputs, scale) - data.test_targets
        found["test_over_null"] = (spread(gap) / spread(data.test_targets)) ** 2
    return found


def way_of(experiment):
    if experiment.dynamics == "squared":
        return of_squares
    return of_population if experiment.is_population else of_samples


@pytest.mark.every_case
@pytest.mark.parametrize(
    ("name", "steps", "knobs"),
    [
        ("one-neuron-is-a-particle", 30, {}),
        ("many-neurons-find-the-teacher", 60, {}),
        ("risk-against-width", 15, {}),
        ("risk-against-width-erf", 15, {}),
        ("turning-faster-finds-more", 60, {"stepsize": 0.1}),
        ("penalty-makes-haste", 60, {"stepsize": 0.01}),
        ("population-loss-against-scale", 15, {}),
        ("lazy-and-active-paths", 300, {}),
        ("test-loss-against-scale", 20, {"n": 60, "n_test": 40}),
        ("two-scalings-over-width", 20, {"n": 60, "n_test": 40}),
    ],
)
def test_a_scene_measures_what_a_plain_loop_finds(name, steps, knobs):
    cells, values = measured(name, steps, **knobs)
    for cell in cells:
        experiment = Experiment(**cell.knobs)
        plain = way_of(experiment)(experiment, steps)
        found = values[cell.arm, cell.x, cell.seed]
        assert found == pytest.approx(plain[cell.quantity], rel=1e-6, abs=1e-12), cell
