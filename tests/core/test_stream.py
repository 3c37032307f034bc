"""Streams of fresh samples: the law of `make`, without end. z is in standard deviations."""

import numpy as np
import pytest

from core import PopulationProblem, Problem, Simulation, StochasticGradientDescent
from core.datasets import DATASETS, Stream, make

from .test_random import MOST_Z

LAWS = [name for name, entry in DATASETS.items() if entry.fixed_n is None]
FIXED = [name for name, entry in DATASETS.items() if entry.fixed_n is not None]


def dimension(name):
    return min(max(2, DATASETS[name].min_d), DATASETS[name].max_d)


def stream(name, **about):
    return Stream(name, **{"d": dimension(name), "bias": True, "data_seed": 3} | about)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("name", LAWS)
def test_samples_follow_the_law_of_the_data_set(name, bias):
    """Means of inputs, of their squares, of targets and of products agree with those of `make`."""
    about = {"d": dimension(name), "bias": bias, "noise": 0.2}
    fresh = stream(name, **about)(np.random.default_rng(1), 20_000)
    drawn = make(name, n=20_000, n_test=0, rng=np.random.default_rng(3), **about)
    assert fresh[0].shape == drawn.inputs.shape and fresh[1].shape == drawn.targets.shape
    for moment in (
        lambda X, y: X,
        lambda X, y: X**2,
        lambda X, y: y[:, None],
        lambda X, y: y[:, None] * X,
        lambda X, y: y[:, None] ** 2,
    ):
        one, other = moment(*fresh), moment(drawn.inputs, drawn.targets)
        spread = np.sqrt((one.var(axis=0) + other.var(axis=0)) / 20_000)
        gap = np.abs(one.mean(axis=0) - other.mean(axis=0))
        assert (gap <= MOST_Z * spread + 1e-14).all()  # a constant column has no spread


@pytest.mark.parametrize("name", LAWS)
def test_samples_are_fresh_and_named_by_the_generator(name):
    one = stream(name)
    first, again = (one(np.random.default_rng(5), 50) for _ in range(2))
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    rng = np.random.default_rng(5)
    inputs = [one(rng, 50)[0] for _ in range(2)]
    assert (inputs[0] != inputs[1]).any()
    assert one == stream(name) != stream(name, data_seed=4)


@pytest.mark.parametrize("labels", [True, False])
def test_the_teacher_is_that_of_the_data_set(labels):
    about = {"d": 3, "bias": True, "m0": 4, "labels": labels, "noise": 0.0}
    teacher = make("teacher", n=5, n_test=0, rng=np.random.default_rng(3), **about).teacher
    X, y = Stream("teacher", data_seed=3, **about)(np.random.default_rng(0), 200)
    f = np.maximum(X @ teacher[:, :-1].T, 0) @ teacher[:, -1] / 4
    np.testing.assert_allclose(y, np.where(f > 0, 1.0, -1.0) if labels else f, atol=1e-14)
    np.testing.assert_array_equal(X[:, 0], 1)


@pytest.mark.parametrize("input_law", ["sphere", "gaussian"])
def test_a_teachers_stream_has_the_population_risk_of_its_closed_form(input_law):
    about = {"d": 3, "bias": False, "m0": 4, "noise": 0.0, "input_law": input_law}
    drawn = make("teacher", n=5, n_test=0, rng=np.random.default_rng(3), **about)
    law = PopulationProblem(drawn.teacher, "relu", input_law)
    X, y = Stream("teacher", data_seed=3, **about)(np.random.default_rng(0), 100_000)
    w = np.random.default_rng(8).standard_normal((5, 4))
    f = np.maximum(X @ w[:, :-1].T, 0) @ w[:, -1] / 5
    losses = (f - y) ** 2 / 2
    assert abs(losses.mean() - law.risk(w)) < MOST_Z * losses.std() / np.sqrt(len(y))


def test_a_run_on_a_stream_draws_new_samples_at_every_step():
    """Batches of a block come in one draw: step t has rows t b, …, (t+1) b of it."""
    source = stream("teacher", d=3, bias=False, noise=0.1)
    problem = Problem(*source(np.random.default_rng(0), 6), "tanh", "square")
    w = np.random.default_rng(8).standard_normal((5, 4))
    run = Simulation(problem, StochasticGradientDescent(0.2, batch=4, source=source), w, seed=9)
    inputs, targets = source(np.random.default_rng((9, 0)), 256 * 4)
    for t in range(3):
        batch = slice(4 * t, 4 * t + 4)
        w = w + 0.2 * Problem(inputs[batch], targets[batch], "tanh", "square").velocity(w)
    np.testing.assert_allclose(run.advance(3).particles, w, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("name", FIXED)
def test_a_fixed_list_of_points_is_refused(name):
    with pytest.raises(ValueError, match=f"name='{name}' is a fixed list of points, not a law"):
        stream(name)


@pytest.mark.parametrize(
    ("about", "message"),
    [
        ({"name": "moons?"}, r"moons\?"),
        ({"name": "teacher", "d": 0}, "d=0"),
        ({"name": "teacher", "noise": -1.0}, "noise=-1.0"),
        ({"name": "teacher", "m0": 0}, "m0=0"),
        ({"name": "teacher", "input_law": "cube"}, "input_law='cube'"),
    ],
)
def test_bad_arguments_are_named(about, message):
    with pytest.raises(ValueError, match=message):
        Stream(**{"d": 2, "bias": True, "data_seed": 0} | about)
