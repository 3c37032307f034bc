"""Wrong arguments of a PopulationProblem are named, with their value and what is allowed."""

import numpy as np
import pytest

from core.losses import SOFTMIN
from core.population import PopulationProblem

TEACHER = np.eye(3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"teacher": TEACHER[0]}, r"teacher has shape \(3,\); it must have 2 axes"),
        ({"teacher": TEACHER[:0]}, r"teacher has shape \(0, 3\)"),
        ({"teacher": TEACHER[:, :1]}, r"teacher has shape \(3, 1\); it must be \(m0, d\+1\)"),
        ({"teacher": TEACHER * np.nan}, "teacher holds values that are not finite"),
        ({"teacher": "abc"}, "teacher must be an array of real numbers"),
        ({"activation": "tanh"}, "'tanh' has no population risk in closed form; .* relu2, step"),
        ({"activation": "sigmoid", "law": "sphere"}, "'sigmoid' has no population risk"),
        ({"activation": 3}, "activation=3 has no population risk"),
        ({"law": "cube"}, "law='cube' is unknown; choose one of gaussian, sphere"),
        ({"law": "cube", "activation": "erf"}, "law='cube' is unknown"),
        ({"law": None}, "law=None is unknown"),
        ({"penalty": "l1"}, "penalty='l1' is unknown; choose one of mass, path"),
        ({"scale": 0}, r"scale=0 is not a finite number in \]0, 1e\+12\]"),
        ({"weight_decay": -1.0}, r"weight_decay=-1.0 is not a finite number in \[0, 1e\+12\]"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        PopulationProblem(**{"teacher": TEACHER} | arguments)
    with pytest.raises(ValueError, match=message):
        PopulationProblem(TEACHER).replace(**arguments)


@pytest.mark.parametrize("method", ["risk", "objective", "velocity"])
def test_bad_particles(method):
    ask = getattr(PopulationProblem(TEACHER), method)
    for particles in (np.ones((2, 2)), np.ones((2, 4))):
        with pytest.raises(ValueError, match=r"particles has shape .* 3 columns in all"):
            ask(particles)
    for particles in (np.ones(3), np.ones((0, 3)), np.full((2, 3), np.nan), "x", None):
        with pytest.raises(ValueError, match="particles"):
            ask(particles)


def test_bad_inputs_forces_and_counts():
    problem = PopulationProblem(TEACHER)
    for inputs in (np.ones((2, 3)), np.ones(2), np.ones((0, 2)), np.full((1, 2), np.inf)):
        for ask in (problem.target, lambda x: problem.predict(TEACHER, x)):
            with pytest.raises(ValueError, match="inputs"):
                ask(inputs)
    with pytest.raises(ValueError, match=f"force={SOFTMIN} is not the square loss"):
        problem.velocity(TEACHER, SOFTMIN)
    with pytest.raises(ValueError, match=r"count=0 is not a whole number in \[1, "):
        problem.sample(np.random.default_rng(0), 0)
