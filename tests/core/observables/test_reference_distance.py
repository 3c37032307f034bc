"""Transport distances against linear programs and closed forms."""

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.spatial.distance import cdist

from core import Problem
from core.observables import Sight, observe
from core.observables.transport import circular_w1, cone_distance, line_w2_squared, sliced_w2

from ..cases import FEW, draw

SEED = st.integers(0, 2**32 - 1)


def transport(cost, p, q):
    """Return the least cost of moving p to q, by the linear program over all plans."""
    k, j = cost.shape
    rows = np.kron(np.eye(k), np.ones(j))
    columns = np.kron(np.ones(k), np.eye(j))
    result = linprog(cost.ravel(), A_eq=np.vstack((rows, columns)), b_eq=np.append(p, q))
    assert result.status == 0
    return result.fun


def weights(rng, k):
    p = rng.exponential(size=k)
    return p / p.sum()


@FEW
@given(seed=SEED, k=st.integers(1, 12), j=st.integers(1, 12))
def test_w1_on_the_circle_is_the_linear_program(seed, k, j):
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-9, 9, k), rng.uniform(-9, 9, j)
    p, q = weights(rng, k), weights(rng, j)
    gaps = np.abs(x[:, None] - y) % (2 * np.pi)
    expected = transport(np.minimum(gaps, 2 * np.pi - gaps), p, q)
    # The program's own tolerance is 1e-7.
    assert circular_w1(x, 3 * p, y, 5 * q) == pytest.approx(expected, abs=1e-6)


def test_w1_on_the_circle_by_hand():
    one = np.ones(1)
    assert circular_w1(np.array([0.1]), one, np.array([-0.2]), one) == pytest.approx(0.3)
    assert circular_w1(np.array([0.0]), one, np.array([np.pi]), one) == pytest.approx(np.pi)
    same = np.array([1.0, 2.0, 5.0])
    assert circular_w1(same, np.ones(3), same[::-1], np.ones(3)) == pytest.approx(0, abs=1e-15)


@FEW
@given(seed=SEED, k=st.integers(1, 12), j=st.integers(1, 12))
def test_w2_on_the_line_is_the_linear_program(seed, k, j):
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal(k), rng.standard_normal(j)
    p, q = weights(rng, k), weights(rng, j)
    expected = transport((x[:, None] - y) ** 2, p, q)
    assert line_w2_squared(x, p, y, q) == pytest.approx(expected, abs=1e-6)


def test_sliced_w2_of_two_points_and_of_a_cloud_with_itself():
    rng = np.random.default_rng(1)
    u, v, one = rng.standard_normal((1, 5)), rng.standard_normal((1, 5)), np.ones(1)
    # The mean over lines of (line · (u − v))² is |u − v|²/5, its relative deviation √(2·4/7/64).
    found = sliced_w2(u, one, v, one) ** 2 * 5 / ((u - v) ** 2).sum()
    assert abs(found - 1) < 4 * math.sqrt(8 / 7 / 64)
    cloud, p = rng.standard_normal((40, 5)), weights(rng, 40)
    order = rng.permutation(40)
    assert sliced_w2(cloud, p, cloud[order], p[order]) == pytest.approx(0, abs=1e-7)
    double = np.repeat(cloud, 2, axis=0)
    # Half weights are summed in another order: the squared distance is rounding.
    assert sliced_w2(cloud, p, double, np.repeat(p, 2) / 2) < 1e-6


def test_cone_distance_by_hand():
    r, s = np.array([3.0, 1.0, 2.0]), np.array([4.0, 1.0, 2.0])
    delta = np.array([np.pi / 2, 7.0, 0.0])  # beyond π the way leads through the tip
    assert cone_distance(r, s, delta) == pytest.approx(math.sqrt((25 + 4 + 0) / 3))
    close = cone_distance(np.ones(1), np.ones(1), np.array([1e-10]))
    assert close == pytest.approx(1e-10, rel=1e-12)


def view(w, other, act="relu"):
    X, y, _ = draw(0, n=9, d=w.shape[1] - 1, m=1)
    return Sight(Problem(X, y, act, scale=2.0), w, reference=other)


def test_predictor_distance_to_a_cloud_of_double_output():
    _, _, w = draw(1, 1, 3, 7)
    scene = view(w, w * [1, 1, 1, 2])
    expected = math.sqrt(np.mean(scene.predictions**2))
    assert observe("predictor_distance", scene) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "name", ["predictor_distance", "circle_distance", "sphere_distance", "matched_distance"]
)
def test_copies_in_another_order_are_the_same_measure(name):
    _, _, w = draw(2, 1, 2, 12)
    copies = np.tile(w, (3, 1))[np.random.default_rng(0).permutation(36)]
    assert observe(name, view(w, copies)) == pytest.approx(0, abs=1e-7)


def test_circle_distance_of_turned_weights():
    _, _, w = draw(3, 1, 2, 40)
    w[0, :2] = 0  # no angle, left out
    turn = np.array([[math.cos(0.01), math.sin(0.01), 0], [-math.sin(0.01), math.cos(0.01), 0],
                     [0, 0, 1]])  # fmt: skip
    # All turn by 0.01; a shorter plan would need neighbours to change places.
    assert observe("circle_distance", view(w, w @ turn)) <= 0.01 + 1e-12
    one = w[1:2]
    assert observe("circle_distance", view(one, one @ turn)) == pytest.approx(0.01)
    assert math.isnan(observe("circle_distance", view(w[:1], w)))


def test_sphere_distance_forgets_sizes_and_needs_mass():
    _, _, w = draw(4, 1, 3, 10)
    assert observe("sphere_distance", view(w, 5 * w)) == pytest.approx(0, abs=1e-7)
    assert observe("sphere_distance", view(w, -w)) > 0.1
    assert math.isnan(observe("sphere_distance", view(0 * w, w)))


def test_matched_distance_is_the_best_of_all_permutations():
    _, _, w = draw(5, 1, 3, 6)
    other = np.random.default_rng(6).standard_normal((6, 4))
    squares = cdist(w, other, "sqeuclidean")
    best = min(squares[range(6), order].mean() for order in permutations(range(6)))
    assert observe("matched_distance", view(w, other)) == pytest.approx(math.sqrt(best))


def test_matched_distance_of_unequal_clouds_is_the_linear_program():
    _, _, w = draw(7, 1, 3, 4)
    other = np.random.default_rng(8).standard_normal((6, 4))
    best = transport(cdist(w, other, "sqeuclidean"), np.full(4, 1 / 4), np.full(6, 1 / 6))
    found = observe("matched_distance", view(w, other))
    assert found == pytest.approx(math.sqrt(best), rel=1e-6)


def test_too_many_particles_to_match():
    _, _, w = draw(9, 1, 2, 37)
    with pytest.raises(ValueError, match="1000"):
        observe("matched_distance", view(w, np.ones((41, 3))))
