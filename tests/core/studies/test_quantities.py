"""Quantities of studies, against formulas written out plainly."""

import math

import numpy as np
import pytest

from core import Experiment
from core.studies import QUANTITIES, Run

KNOBS = {
    "data": "teacher", "d": 3, "m": 8, "n": 40, "n_test": 30, "bias": False, "noise": 0.0,
    "activation": "tanh", "loss": "square", "dynamics": "gradient", "stepsize": 0.3,
    "init": "gaussian", "precision": "float64",
}  # fmt: skip


def run_at(steps, **knobs):
    experiment = Experiment(**{**KNOBS, **knobs})
    run = Run(experiment, experiment.setup())
    run.simulation.advance(steps)
    return run


def half_square(targets, predictions=0.0):
    return np.mean((targets - predictions) ** 2) / 2


def network(particles, inputs, act=np.tanh):
    return act(inputs @ particles[:, :-1].T) @ particles[:, -1] / len(particles)


def test_risks_are_held_against_the_start_and_against_zero():
    run = run_at(20)
    data, start = run.setup.dataset, run.simulation.initial
    now = half_square(data.targets, network(run.frame.particles, data.inputs))
    then = half_square(data.targets, network(start, data.inputs))
    fresh = half_square(data.test_targets, network(run.frame.particles, data.test_inputs))
    expected = {
        "risk_over_start": now / then,
        "risk_over_null": now / half_square(data.targets),
        "test_over_null": fresh / half_square(data.test_targets),
    }
    for name, value in expected.items():
        assert QUANTITIES[name](run) == pytest.approx(value, rel=1e-10)


def test_an_error_counts_zero_as_wrong():
    run = run_at(0, loss="logistic", init="zero_output")
    assert QUANTITIES["test_error"](run) == 1.0
    run = run_at(200, loss="logistic", init="zero_output")
    data = run.setup.dataset
    wrong = np.sign(network(run.frame.particles, data.test_inputs)) != data.test_targets
    assert QUANTITIES["test_error"](run) == np.mean(wrong)


def test_without_test_samples_their_quantities_say_so():
    run = run_at(0, n_test=0)
    for name in ("test_over_null", "test_error"):
        with pytest.raises(ValueError, match="test samples"):
            QUANTITIES[name](run)


def test_the_distance_to_a_wide_run_is_that_of_predictors_on_the_training_inputs():
    run, wide = run_at(25, seed=3), run_at(25, m=50, seed=7)
    inputs = run.setup.dataset.inputs
    gap = network(run.frame.particles, inputs) - network(wide.frame.particles, inputs)
    found = QUANTITIES["distance_to_wide"](run, m=50, seed=7)
    assert found == pytest.approx(np.sqrt(np.mean(gap**2)), rel=1e-10)


def test_the_distance_to_the_tangent_run_is_that_of_a_loop_written_out():
    run = run_at(25, stepsize=1.0)
    inputs, targets = run.setup.dataset.inputs, run.setup.dataset.targets
    w = run.simulation.initial.astype(float)
    hidden = np.tanh(inputs @ w[:, :-1].T)
    slopes = (1 - hidden**2) * w[:, -1]  # of the output by a·x, (n, m)
    first = np.concatenate(
        [(slopes[:, :, None] * inputs[:, None, :]).reshape(len(inputs), -1), hidden], axis=1
    ) / len(w)
    start, moved = network(w, inputs), np.zeros(first.shape[1])
    for _ in range(25):
        error = start + first @ moved - targets
        moved -= len(w) * first.T @ error / len(inputs)
    gap = network(run.frame.particles, inputs) - start - first @ moved
    found = QUANTITIES["distance_to_tangent"](run)
    assert found == pytest.approx(np.sqrt(np.mean(gap**2)), rel=1e-9)
    assert found > 1e-6


def test_the_potential_has_its_closed_form():
    run = run_at(0, activation="relu", d=7)
    for angle, expected in ((0.0, 1 / 14), (math.pi / 2, 1 / (14 * math.pi)), (math.pi, 0.0)):
        assert QUANTITIES["potential"](run, angle=angle) == pytest.approx(expected, abs=1e-15)


def test_the_sampled_potential_is_the_mean_over_the_training_inputs():
    run = run_at(0, activation="relu")
    inputs = run.setup.dataset.inputs
    other = np.array([math.cos(0.4), math.sin(0.4), 0.0])
    mean = np.mean(np.maximum(inputs[:, 0], 0) * np.maximum(inputs @ other, 0))
    assert QUANTITIES["sampled_potential"](run, angle=0.4) == pytest.approx(mean, rel=1e-14)
