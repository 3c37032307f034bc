"""Quantities of runs that are shaken, against NumPy written out and the masks of `reference`."""

from __future__ import annotations

import numpy as np
import pytest

from core import Experiment
from core.studies import QUANTITIES
from core.studies.quantities import Run

from .. import reference

TEACHER = {
    "data": "teacher", "d": 2, "m0": 3, "n": 20, "n_test": 0, "bias": False, "noise": 0.3,
    "loss": "square", "precision": "float64", "m": 15,
}  # fmt: skip


def at(steps=0, **knobs):
    experiment = Experiment(**TEACHER | knobs)
    run = Run(experiment, experiment.setup())
    run.simulation.advance(steps)
    return run


def value(name, run, **options):
    return QUANTITIES[name](run, **options)


def test_a_second_moment_along_a_direction():
    run = at(3, dynamics="langevin")
    w = run.frame.particles
    expected = np.mean((w[:, 0] - 2 * w[:, 2]) ** 2) / 5
    assert value("second_moment", run, along=[1, 0, -2]) == pytest.approx(expected, rel=1e-12)
    with pytest.raises(ValueError, match=r"along=\[1, 0\] must hold 3 numbers"):
        value("second_moment", run, along=[1, 0])


def test_the_distance_to_the_mean_field_limit():
    """The limit: 400 other neurons, half the stepsize and twice the steps."""
    run = at(10, dynamics="sgd", batch=1, stepsize=0.2)
    problem = run.setup.problem
    start = Experiment(**TEACHER | {"m": 400, "seed": 2**30}).simulation().initial
    limit = reference.trajectory(start, [0.1] * 20, problem.inputs, problem.targets, loss="square")
    f, g = (reference.predict(w, problem.inputs, "relu") for w in (run.frame.particles, limit))
    ours = value("distance_to_limit", run, m=400, stepsize=0.1)
    assert ours == pytest.approx(np.mean((f - g) ** 2), rel=1e-9)
    assert value("distance_to_limit", run, m=400, stepsize=0.1) == ours


def dropped(run, masking, steps, keep, stepsize):
    """Dropout written out: masks in the prediction where `masking` says so, and in the update."""
    problem, w = run.setup.problem, run.simulation.initial
    X, y = problem.inputs, problem.targets
    for step in range(steps):
        mask = reference.masks(0, step, len(w), keep)[0]
        values, slopes = reference.activation("relu", w[:, :-1] @ X.T)
        felt = mask if masking == "dropout" else np.ones(len(w))
        g = ((felt * w[:, -1]) @ values / len(w) - y) / len(y)
        pull = np.column_stack((w[:, -1:] * ((slopes * g) @ X), values @ g))
        w = w - stepsize * (1 if masking == "none" else mask[:, None]) * pull
    return w


@pytest.mark.parametrize("masking", ["update", "none"])
def test_the_distance_to_dropout(masking):
    """The scene scaled down: the same masks in both runs, particle by particle."""
    steps, keep, stepsize = 8, 0.7, 0.5
    run = at(steps, dynamics="dropout", masking=masking, keep=keep, stepsize=stepsize)
    one, other = (dropped(run, kind, steps, keep, stepsize) for kind in (masking, "dropout"))
    np.testing.assert_allclose(run.frame.particles, one, rtol=1e-10)
    expected = np.sqrt(((one - other) ** 2).sum(1).mean())
    assert expected > 1e-3
    assert value("distance_to_masking", run) == pytest.approx(expected, rel=1e-9)


def test_the_gibbs_law_of_the_scene():
    """SCIENCE 2.6 in three rates: the stationary variances that the scene states, by its own
    recursion from zero. v ← (1 − ηh)² v + 2ητ, with h = 2λ ± g, g = E[c a₁] − y."""
    stepsize, temperature, decay, target = 0.1, 0.1, 0.25, 2.0
    plus = minus = free = 0.01
    for _ in range(5000):
        g = (plus - minus) / 2 - target
        plus, minus, free = (
            (1 - stepsize * h) ** 2 * v + 2 * stepsize * temperature
            for h, v in ((2 * decay + g, plus), (2 * decay - g, minus), (2 * decay, free))
        )
    assert (plus, minus, free) == pytest.approx((3.1717, 0.10852, 0.20513), rel=1e-4)
