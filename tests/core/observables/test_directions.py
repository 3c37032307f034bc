"""Clusters of hand-made clouds."""

import math
import time

import numpy as np
import pytest

from core import Problem
from core.observables import Sight, observe


def count(w):
    return observe("directions", Sight(Problem(np.eye(w.shape[1] - 1), np.ones(w.shape[1] - 1)), w))


def test_clusters_by_hand():
    """Masses 9, 4, 4 and 1 in 18; the third pair of particles is 0.004 rad apart."""
    w = np.array([
        [3.0, 0, 0],
        [0, 2.0, 0],
        [0, math.sqrt(2), 0.004 * math.sqrt(2)], [0, math.sqrt(2), 0],
        [0, 0, -1.0],
        [0, 0, 0],
    ])  # fmt: skip
    found = count(w)
    share = np.array([9, 8, 1]) / 18
    assert found.count == found.main == 3
    np.testing.assert_allclose(found.share, share, rtol=1e-4)
    np.testing.assert_allclose(found.direction, [[1, 0, 0], [0, 1, 0], [0, 0, -1]], atol=1e-15)
    assert found.effective == pytest.approx(math.prod(share**-share), rel=1e-4)


def test_light_clusters_are_not_counted():
    light = math.sqrt(0.9e-3)
    w = np.array([[1.0, 0], [0, light], [0, -1.0]])
    assert count(w).count == 2
    w[1, 1] = math.sqrt(2 * 1.1e-3)  # of a total of about 2
    assert count(w).count == 3


def test_the_angle_decides():
    def two(angle):
        return np.array([[1.0, 0], [math.cos(angle), math.sin(angle)]])

    assert count(two(0.99e-2)).count == 1
    assert count(two(1.01e-2)).count == 2


def test_a_dense_circle_is_not_one_direction():
    """Neighbours 2 mrad apart: clusters take arcs of 10 to 20 mrad, and there are 2π of them."""
    angle = np.linspace(0, 2 * np.pi, 3142, endpoint=False)
    found = count(np.column_stack((np.cos(angle), np.sin(angle))))
    assert 2 * np.pi / 0.02 <= len(found.share) <= 2 * np.pi / 0.01


def test_equal_directions_have_their_number_for_entropy():
    w = np.concatenate((np.eye(5), -np.eye(5)))
    found = count(np.repeat(w, 7, axis=0))
    assert found.count == 10
    assert found.effective == pytest.approx(10, rel=1e-12)


def test_no_mass_no_direction():
    found = count(np.zeros((3, 3)))
    assert (found.count, found.effective, found.direction.shape) == (0, 0.0, (0, 3))


@pytest.mark.parametrize("d", [2, 100])
@pytest.mark.parametrize("spread", [1e-4, 1.0])
def test_ten_thousand_particles_take_seconds_at_most(d, spread):
    """All in one cluster, or (in 100 dimensions) each in its own."""
    rng = np.random.default_rng(0)
    w = np.eye(d + 1)[0] + spread * rng.standard_normal((10_000, d + 1))
    start = time.perf_counter()
    found = count(w)
    assert time.perf_counter() - start < 10  # a fraction of a second on an idle machine
    if spread < 1e-3:
        assert found.count == 1
    elif d == 100:
        assert len(found.share) == 10_000
