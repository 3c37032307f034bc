"""The maximal F1-margin beyond rank 3: local ascent, interior point, and the rigorous bound."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from core.datasets import make
from core.references import LimitKernel, kernel_margin, linear_margin, max_margin
from core.references.arrangement import directions_above
from core.references.ascent import climb
from core.references.game import solve_game
from core.references.majorant import quadratic_bound

from . import reference

NAMES = sorted(reference.SLOPES)


def values_of(name, u):
    return reference.activation(name, u)[0]


def clusters(n=60, d=3, k=3, seed=1):
    data = make("clusters", n=n, n_test=0, d=d, bias=True, k=k, rng=np.random.default_rng(seed))
    return data.inputs, data.targets


def unit(rng, size, d):
    theta = rng.standard_normal((size, d))
    return theta / np.linalg.norm(theta, axis=1, keepdims=True)


def check(result, inputs, targets, name):
    assert np.abs(result.weights).sum() <= 1 + 1e-12
    np.testing.assert_allclose(np.linalg.norm(result.directions, axis=1), 1, rtol=1e-9)
    outputs = values_of(name, inputs @ result.directions.T) @ result.weights
    scale = np.linalg.norm(inputs, axis=1).max()
    if len(result.weights):
        assert (targets * outputs).min() == pytest.approx(result.lower, abs=1e-12 * scale)
    assert 0 <= result.lower <= result.search_upper <= result.upper
    assert result.gap == result.upper - result.lower
    assert result.search_gap == result.search_upper - result.lower


# the whole


@pytest.mark.parametrize("name", NAMES)
def test_search_and_exact_agree_at_rank_3(name):
    inputs, targets = clusters(n=40, d=2)
    if name == "identity":  # make the data separable
        targets = np.where(inputs @ np.array([0.3, 1.0, -0.5]) > 0, 1.0, -1.0)
    exact = max_margin(inputs, targets, name)
    search = max_margin(inputs, targets, name, method="search", tolerance=1e-5)
    check(search, inputs, targets, name)
    assert exact.certified
    assert not search.certified
    assert exact.search_upper == exact.upper
    assert search.lower <= exact.upper * (1 + 1e-9)
    assert exact.lower <= search.upper
    assert search.lower == pytest.approx(exact.lower, rel=3e-5)
    assert search.search_upper == pytest.approx(exact.upper, rel=3e-5)


@pytest.mark.parametrize(
    ("name", "inputs", "targets", "expected"),
    [
        # one sample: all mass on it; orthogonal samples of one class: their mean direction
        ("relu", [[1.0, 2.0, 2.0, 4.0, 0.0]], [-1], 5.0),
        ("relu", np.eye(6), np.ones(6), 1 / math.sqrt(6)),
        ("identity", np.eye(5), [1, -1, 1, 1, -1], 1 / math.sqrt(5)),
        # 4 and 2 orthogonal samples, masses w and 1 - w of either sign: w/2 = (1 - w)/sqrt 2
        ("relu", np.eye(6), [1, 1, 1, 1, -1, -1], 1 / (2 + math.sqrt(2))),
        ("abs", np.eye(6), [1, 1, 1, 1, -1, -1], 1 / (2 + math.sqrt(2))),
    ],
)
def test_closed_forms(name, inputs, targets, expected):
    inputs, targets = np.array(inputs), np.array(targets, dtype=float)
    result = max_margin(inputs, targets, name, method="search")
    check(result, inputs, targets, name)
    assert result.lower == pytest.approx(expected, rel=3e-6)
    assert result.search_upper == pytest.approx(expected, rel=3e-6)
    assert result.tolerance <= 1e-6


def test_identity_is_the_linear_machine():
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((40, 6))
    targets = np.where(inputs @ np.ones(6) > 0, 1.0, -1.0)
    result = max_margin(inputs, targets, "identity", tolerance=1e-4)
    linear = linear_margin(inputs, targets)
    assert result.lower == pytest.approx(linear.margin, rel=1e-4)
    # linear functions have no kinks: the quadratic bound is exact
    assert result.upper == pytest.approx(linear.margin, rel=1e-4)


def test_clusters_in_dimension_six():
    """Between the F2 margin (|f|_F1 <= |f|_F2, a on the unit sphere) and the bounds."""
    inputs, targets = clusters(n=60, d=5)
    result = max_margin(inputs, targets, "relu", tolerance=1e-3)
    check(result, inputs, targets, "relu")
    assert result.tolerance <= 1e-3
    assert not result.certified
    assert result.upper > 1.2 * result.search_upper  # the rigorous bound is not the search's
    assert len(result.weights) <= len(inputs) + 1  # a vertex
    assert kernel_margin(LimitKernel("relu", "output"), inputs, targets).lower < result.lower
    # more directions do not help: one program over random ones and those found
    grid = np.concatenate((result.directions, unit(np.random.default_rng(1), 1500, 6)))
    columns = targets[:, None] * values_of("relu", inputs @ grid.T)
    n, size = columns.shape
    rows = np.hstack((-columns, columns, np.ones((n, 1))))
    total = np.append(np.ones(2 * size), 0.0)
    solved = linprog(
        np.append(np.zeros(2 * size), -1.0), np.vstack((rows, total)), np.append(np.zeros(n), 1.0),
        bounds=[(0, None)] * (2 * size) + [(None, None)],
    )  # fmt: skip
    assert result.lower - 1e-9 <= -solved.fun <= result.search_upper * (1 + 1e-9)


def test_the_same_seed_gives_the_same_bits():
    inputs, targets = clusters(n=30, d=4)
    one, two = (max_margin(inputs, targets, "relu", rounds=5, seed=7) for _ in range(2))
    assert (one.lower, one.search_upper, one.upper) == (two.lower, two.search_upper, two.upper)
    assert one.weights.tobytes() == two.weights.tobytes()


def test_progress_is_told_may_cancel_and_rounds_and_seconds_end_it():
    data = (*clusters(n=40, d=5), "relu")
    told = []
    result = max_margin(*data, rounds=4, progress=lambda *about: told.append(about))
    assert [entry[0] for entry in told] == [1, 2, 3, 4]
    assert (np.diff([entry[1] for entry in told]) >= 0).all()
    assert (np.diff([entry[2] for entry in told]) <= 0).all()
    assert told[-1][1] <= result.lower * (1 + 1e-9)
    assert told[-1][2] == result.search_upper
    assert max_margin(*data, seconds=1e-9).rounds == 2  # one, and that for a vertex

    def stop(*about):
        raise InterruptedError

    for inputs in (data[0], data[0][:, :3]):
        with pytest.raises(InterruptedError):
            max_margin(inputs, *data[1:], progress=stop)


@pytest.mark.parametrize(
    ("inputs", "changes", "message"),
    [
        (np.eye(4), {"method": "exact"}, r"inputs has rank 4 .*at most 3"),
        (np.eye(4), {"method": "grid"}, r"method='grid' is unknown"),
        (np.eye(4), {"rounds": 0}, r"rounds=0 is not a whole number in \[1"),
        (np.eye(4), {"seconds": 0}, r"seconds=0 is not"),
        (np.eye(4), {"seed": -1}, r"seed=-1 is not"),
        (np.ones((4001, 5)), {}, r"inputs has 4001 rows; at most 4000"),
    ],
)
def test_wrong_arguments_are_named(inputs, changes, message):
    with pytest.raises(ValueError, match=message):
        max_margin(inputs, np.ones(len(inputs)), "relu", **changes)


# its parts


@given(
    d=st.integers(2, 3), n=st.integers(1, 20), name=st.sampled_from(NAMES),
    seed=st.integers(0, 2**32 - 1),
)  # fmt: skip
@settings(deadline=None, max_examples=30)
def test_ascent_finds_the_exact_maximum_and_never_falls(d, n, name, seed):
    """From 100 starts, in dimensions where all cells can be visited."""
    rng = np.random.default_rng(seed)
    points, weights = unit(rng, n, d), rng.standard_normal(n)
    theta = unit(rng, 100, d)
    signs = np.repeat([1.0, -1.0], 50)
    ends, values = climb(theta, signs, points, weights, reference.SLOPES[name])
    np.testing.assert_allclose(np.linalg.norm(ends, axis=1), 1, rtol=1e-12)
    recomputed = signs * (values_of(name, ends @ points.T) @ weights)
    np.testing.assert_allclose(values, recomputed, atol=1e-12)
    began = signs * (values_of(name, theta @ points.T) @ weights)
    assert (values >= began - 1e-12).all()
    _, exact = directions_above(points, weights, reference.SLOPES[name], 0.0)
    assert values.max() == pytest.approx(np.abs(exact).max(), rel=1e-7, abs=1e-9)
    assert np.abs(exact).max() <= quadratic_bound(points, weights, reference.SLOPES[name]) + 1e-12


@pytest.mark.parametrize("name", NAMES)
def test_the_quadratic_bound_is_above_what_ascent_finds(name):
    rng = np.random.default_rng(8)
    for n, d in ((30, 6), (200, 15), (10, 20)):
        points, weights = unit(rng, n, d) * rng.random((n, 1)), rng.standard_normal(n)
        signs = np.repeat([1.0, -1.0], 16)
        _, values = climb(unit(rng, 32, d), signs, points, weights, reference.SLOPES[name])
        bound = quadratic_bound(points, weights, reference.SLOPES[name])
        assert values.max() <= bound * (1 + 1e-12)
        assert bound <= 6 * values.max()  # seen: at most 4
        if name == "identity":
            assert bound == pytest.approx(np.linalg.norm(weights @ points), rel=1e-6)


def test_quadratic_bound_of_nothing():
    assert quadratic_bound(np.ones((2, 3)), np.zeros(2), (1, 0)) == 0


@given(n=st.integers(1, 12), k=st.integers(1, 20), seed=st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=40)
def test_games_against_a_linear_program(n, k, seed):
    matrix = np.random.default_rng(seed).standard_normal((n, k))
    game = solve_game(matrix, 1e-9)
    cost = np.append(np.zeros(k), -1.0)
    solved = linprog(
        cost, np.hstack((-matrix, np.ones((n, 1)))), np.zeros(n), np.append(np.ones(k), 0.0)[None],
        [1.0], bounds=[(0, None)] * k + [(None, None)],
    )  # fmt: skip
    assert min(game.w.min(), game.q.min()) >= 0
    assert game.w.sum() == pytest.approx(1)
    assert game.q.sum() == pytest.approx(1)
    assert (matrix @ game.w).min() == pytest.approx(game.lower, abs=1e-12)
    assert (game.q @ matrix).max() == pytest.approx(game.upper, abs=1e-12)
    assert game.lower == pytest.approx(-solved.fun, abs=1e-7)
    assert game.upper == pytest.approx(-solved.fun, abs=1e-7)
