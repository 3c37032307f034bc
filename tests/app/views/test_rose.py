"""The rose: mass by direction, c > 0 outside the circle and c < 0 inside."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.views.rose import BINS, HEIGHT, ring, rings, rose


@given(st.integers(0, 2**32 - 1), st.integers(1, 200))
def test_no_mass_is_lost_and_rotation_by_a_bin_shifts_the_rose(seed, m):
    rng = np.random.default_rng(seed)
    # angles in the middle of bins, so that rounding never moves one to the next
    angle = (rng.integers(0, BINS, m) + 0.5) * (2 * np.pi / BINS)
    mass, positive = rng.uniform(0.0, 1.0, m), rng.random(m) < 0.5
    plus, minus = rose(angle, mass, positive)
    assert plus.sum() == pytest.approx(mass[positive].sum())
    assert minus.sum() == pytest.approx(mass[~positive].sum())
    turned, _ = rose(angle + 2 * np.pi / BINS, mass, positive)
    np.testing.assert_allclose(turned, np.roll(plus, 1))
    back, _ = rose(angle - 2 * np.pi, mass, positive)
    np.testing.assert_allclose(back, plus)


def test_particles_without_a_direction_are_left_out():
    plus, minus = rose(np.array([0.1, np.nan]), np.array([1.0, 2.0]), np.array([True, False]))
    assert plus.sum() == 1.0
    assert minus.sum() == 0.0


def test_a_ring_goes_out_by_its_heights_and_back_along_the_circle():
    columns = ring(np.array([0.0, 0.5, 0.0, -0.25]))
    radius = np.hypot(columns["x"], columns["y"])
    np.testing.assert_allclose(radius[:8], [1, 1, 1.5, 1.5, 1, 1, 0.75, 0.75], rtol=1e-6)
    np.testing.assert_allclose(radius[8:], 1.0, rtol=1e-6)


def test_the_largest_bin_has_full_height_on_its_side():
    angle = np.array([0.5, 2.0, 4.0])
    plus, minus = rings(angle, np.array([1.0, 4.0, 2.0]), np.array([True, False, True]))
    outer = np.hypot(plus["x"], plus["y"])
    inner = np.hypot(minus["x"], minus["y"])
    assert outer.min() == pytest.approx(1.0, rel=1e-6)
    assert outer.max() == pytest.approx(1.0 + HEIGHT / 2, rel=1e-6)
    assert inner.min() == pytest.approx(1.0 - HEIGHT, rel=1e-6)
    assert inner.max() == pytest.approx(1.0, rel=1e-6)


def test_a_cloud_without_mass_draws_the_bare_circle():
    plus, minus = rings(np.zeros(3), np.zeros(3), np.ones(3, dtype=bool))
    for columns in (plus, minus):
        np.testing.assert_allclose(np.hypot(columns["x"], columns["y"]), 1.0, rtol=1e-6)
