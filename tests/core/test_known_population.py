"""A setup knows the risk over all inputs where it has a closed form, and there only."""

import numpy as np
import pytest

from core import Experiment

KNOWN = {"data": "teacher", "bias": False, "dynamics": "gradient", "loss": "square", "m": 6}


@pytest.mark.parametrize("law", ["sphere", "gaussian"])
def test_it_is_the_mean_over_fresh_inputs(law):
    setup = Experiment(**KNOWN, d=3, input_law=law, n=5, n_test=0).setup()
    particles = setup.simulation.frame.particles
    inputs, targets = setup.population.sample(np.random.default_rng(1), 200_000)
    losses = (setup.problem.predict(particles, inputs) - targets) ** 2 / 2
    error = losses.std() / np.sqrt(len(losses))
    assert abs(setup.population.risk(particles) - losses.mean()) < 4 * error


@pytest.mark.parametrize(
    "change",
    [{"data": "blobs"}, {"bias": True}, {"activation": "tanh"}, {"loss": "logistic"},
     {"loss": "huber"}],
)  # fmt: skip
def test_it_is_unknown_elsewhere(change):
    experiment = Experiment(**KNOWN | change, n=5, n_test=0)
    assert experiment._known_population(experiment.dataset()) is None
