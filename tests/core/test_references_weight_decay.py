"""The optimum under weight decay: closed forms, scikit-learn's lasso, optimality, descent."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Lasso

import core
from core.references import weight_decay_optimum
from core.references.lasso import lasso

from . import reference


def values_of(name, u):
    return reference.activation(name, u)[0]


def sphere(d, size):
    points = np.random.default_rng(0).standard_normal((size, d))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def check(result, inputs, targets, name, decay, scale=1.0, tolerance=1e-6):
    """Recompute everything from the formulas."""
    np.testing.assert_allclose(np.linalg.norm(result.directions, axis=1), 1, rtol=1e-9)
    features = values_of(name, inputs @ result.directions.T)
    residual = targets - features @ result.weights
    n = len(targets)
    penalty = 2 * decay * scale
    objective = (residual @ residual / (2 * n) + penalty * np.abs(result.weights).sum()) / scale**2
    assert result.objective == pytest.approx(objective, rel=1e-12)
    assert result.lower <= result.search_lower <= result.objective
    assert result.search_gap <= tolerance * result.objective
    assert result.gap == result.objective - result.lower
    # optimality: |first variation| <= penalty, equality on the atoms with their sign
    pulls = residual @ features / n
    np.testing.assert_allclose(pulls, penalty * np.sign(result.weights), rtol=0.02)
    grid = residual @ values_of(name, inputs @ sphere(inputs.shape[1], 20_000).T) / n
    assert np.abs(grid).max() <= penalty * max(1, result.certificate) * (1 + 1e-9)
    if result.certified:
        assert result.gap == result.search_gap


@pytest.mark.parametrize("y", [2.0, -2.0])
@pytest.mark.parametrize("decay", [0.01, 0.3, 4.9, 5.1])
def test_one_sample_is_one_spike(y, decay):
    """f = |x| w: min (y - 5 w)²/2 + 2 decay |w|: shrink 2 by 2 decay/5, zero beyond decay = 5."""
    result = weight_decay_optimum([[3.0, 4.0]], [y], "relu", decay)
    fit = max(0.0, 2 - 2 * decay / 5)
    assert result.predict(np.array([[3.0, 4.0]]))[0] == pytest.approx(
        math.copysign(fit, y), abs=1e-6
    )
    expected = (2 - fit) ** 2 / 2 + 2 * decay * fit / 5
    assert result.objective == pytest.approx(expected, rel=1e-6)
    assert result.lower == pytest.approx(expected, rel=1e-6)
    if fit:
        np.testing.assert_allclose(result.directions, [[0.6, 0.8]], atol=1e-5)
    else:
        assert len(result.weights) == 0


def test_one_dimension_splits_in_two_soft_thresholds():
    """theta = +-1, relu: each side is a one-dimensional lasso."""
    rng = np.random.default_rng(0)
    x, y, decay = rng.standard_normal(20), rng.standard_normal(20), 0.02
    result = weight_decay_optimum(x[:, None], y, "relu", decay)
    expected = (y @ y) / 40
    for part in (np.maximum(x, 0), np.maximum(-x, 0)):
        pull = max(0.0, abs(part @ y) / 20 - 2 * decay)
        expected -= pull**2 / (2 * (part @ part) / 20)
    assert result.objective == pytest.approx(expected, rel=1e-6)
    check(result, x[:, None], y, "relu", decay)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "abs", "identity"])
@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_against_a_lasso_on_a_grid(name, scale):
    """100 directions on a circle: the optimum there is above; with the atoms added, the same."""
    rng = np.random.default_rng(1)
    inputs, targets, decay = rng.standard_normal((12, 2)), rng.standard_normal(12), 0.01
    result = weight_decay_optimum(inputs, targets, name, decay, scale=scale)
    check(result, inputs, targets, name, decay, scale)
    penalty = 2 * decay * scale

    def least(directions):
        features = values_of(name, inputs @ directions.T)
        # its coordinate descent is slow on columns this alike: stop at a gap of 1e-5 |y|²
        grid = Lasso(alpha=penalty, fit_intercept=False, tol=1e-5, max_iter=10**6)
        residual = targets - features @ grid.fit(features, targets).coef_
        return (residual @ residual / 24 + penalty * np.abs(grid.coef_).sum()) / scale**2

    angle = 2 * np.pi * np.arange(100) / 100
    circle = np.column_stack((np.cos(angle), np.sin(angle)))
    slack = 1e-5 * (targets @ targets) / 12 / scale**2
    assert result.lower <= least(circle)
    both = least(np.concatenate((circle, result.directions)))
    assert result.lower <= both <= result.objective + slack


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_gradient_descent_tends_to_it_and_stays_above(scale):
    rng = np.random.default_rng(3)
    inputs, targets, decay = rng.standard_normal((8, 2)), rng.standard_normal(8), 0.02
    result = weight_decay_optimum(inputs, targets, "relu", decay, scale=scale)
    problem = core.Problem(inputs, targets, "relu", "square", scale, decay)
    cloud = rng.standard_normal((300, 3))
    run = core.Simulation(problem, core.GradientDescent(stepsize=0.2), cloud)
    objective = run.advance(5000).objective
    assert result.lower <= objective <= result.objective * 1.01


def test_the_balanced_network_has_this_objective():
    rng = np.random.default_rng(4)
    inputs, targets, decay, scale = rng.standard_normal((9, 3)), rng.standard_normal(9), 0.01, 1.7
    result = weight_decay_optimum(inputs, targets, "relu", decay, scale=scale)
    size = np.sqrt(len(result.weights) * np.abs(result.weights) / scale)
    outer = np.sign(result.weights) * size
    cloud = np.column_stack((size[:, None] * result.directions, outer))
    problem = core.Problem(inputs, targets, "relu", "square", scale, decay)
    assert problem.objective(cloud) == pytest.approx(result.objective, rel=1e-12)
    np.testing.assert_allclose(problem.predict(cloud), result.predict(inputs), atol=1e-12)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_search_finds_what_the_exact_oracle_finds(seed):
    rng = np.random.default_rng(seed)
    inputs, targets = rng.standard_normal((15, 3)), rng.standard_normal(15)
    exact, search = (
        weight_decay_optimum(inputs, targets, "relu", 0.01, method=m) for m in ("exact", "search")
    )
    check(exact, inputs, targets, "relu", 0.01)
    check(search, inputs, targets, "relu", 0.01)
    assert exact.certified
    assert not search.certified
    assert search.objective == pytest.approx(exact.objective, rel=2e-6)
    assert search.lower <= exact.objective  # rigorous, though loose


def test_high_dimension():
    rng = np.random.default_rng(2)
    inputs, targets = rng.standard_normal((30, 8)), rng.standard_normal(30)
    result = weight_decay_optimum(inputs, targets, "relu", 0.02, tolerance=1e-4)
    check(result, inputs, targets, "relu", 0.02, tolerance=1e-4)
    assert not result.certified
    assert result.lower > 0


# the lasso inside


@given(
    n=st.integers(1, 10), k=st.integers(1, 15), twins=st.booleans(),
    penalty=st.sampled_from([1e-4, 1e-2, 0.3]), seed=st.integers(0, 2**32 - 1),
)  # fmt: skip
@settings(deadline=None, max_examples=50)
def test_lasso_meets_its_optimality_conditions(n, k, twins, penalty, seed):
    rng = np.random.default_rng(seed)
    columns, targets = rng.standard_normal((n, k)), rng.standard_normal(n)
    if twins:
        columns = np.hstack((columns, columns, columns * (1 + 1e-9)))
    w = lasso(columns, targets, penalty, np.zeros(columns.shape[1]))
    pulls = columns.T @ (targets - columns @ w) / n
    assert np.abs(pulls).max() <= penalty * (1 + 1e-5)
    used = w != 0
    np.testing.assert_allclose(pulls[used], penalty * np.sign(w[used]), rtol=1e-5)


def test_lasso_against_scikit_learn():
    rng = np.random.default_rng(0)
    columns, targets = rng.standard_normal((40, 60)), rng.standard_normal(40)
    oracle = Lasso(alpha=0.05, fit_intercept=False, tol=1e-14, max_iter=10**6)
    expected = oracle.fit(columns, targets).coef_
    np.testing.assert_allclose(lasso(columns, targets, 0.05, np.zeros(60)), expected, atol=1e-6)


# conduct


def test_progress_may_cancel_and_rounds_end_it():
    rng = np.random.default_rng(1)
    data = rng.standard_normal((20, 3)), rng.standard_normal(20), "relu", 1e-3
    told = []
    result = weight_decay_optimum(*data, rounds=3, progress=lambda *about: told.append(about))
    assert [entry[0] for entry in told] == [1, 2, 3]
    assert result.rounds == 3
    assert (np.diff([entry[1] for entry in told]) >= 0).all()
    assert (np.diff([entry[2] for entry in told]) <= 0).all()
    full = weight_decay_optimum(*data)
    assert result.lower <= full.objective <= result.objective

    def stop(*about):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        weight_decay_optimum(*data, progress=stop)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weight_decay": 0}, r"weight_decay=0 is not .*\]0"),
        ({"scale": 0}, r"scale=0 is not .*\]0"),
        ({"activation": "tanh"}, "activation='tanh' .*homogeneous of degree 1"),
        ({"rounds": 0}, r"rounds=0 is not a whole number in \[1"),
        ({"seconds": -1}, r"seconds=-1 is not"),
        ({"targets": np.ones(3)}, r"targets has shape \(3,\)"),
    ],
)
def test_wrong_arguments_are_named(changes, message):
    arguments = {
        "inputs": np.eye(2), "targets": np.ones(2), "activation": "relu", "weight_decay": 0.1
    } | changes  # fmt: skip
    with pytest.raises(ValueError, match=message):
        weight_decay_optimum(**arguments)
