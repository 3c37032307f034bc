"""The rose: mass by direction, c > 0 outside the circle and c < 0 inside."""

import numpy as np
import pytest

from app.views.rose import BINS, HEIGHT, ring, rose_columns


def radii(polygon):
    return np.hypot(polygon["x"], polygon["y"])


def cloud(angles, masses, positive):
    """Return particles (a, c) with a at given angles, |c| tiny, of given masses |a|²."""
    length = np.sqrt(masses)
    c = 1e-9 * np.where(positive, 1.0, -1.0)
    return np.column_stack((length * np.cos(angles), length * np.sin(angles), c))


def test_a_ring_goes_out_by_its_heights_and_back_along_the_circle():
    radius = radii(ring(np.array([0.0, 0.5, 0.0, -0.25])))
    np.testing.assert_allclose(radius[:8], [1, 1, 1.5, 1.5, 1, 1, 0.75, 0.75], rtol=1e-6)
    np.testing.assert_allclose(radius[8:], 1.0, rtol=1e-6)


def test_the_largest_bin_has_full_height_on_its_side():
    particles = cloud([0.5, 2.0, 4.0], [1.0, 4.0, 2.0], [True, False, True])
    bars, longest = rose_columns(particles, (0, 1))
    plus, minus = radii(bars["rose+"]), radii(bars["rose-"])
    assert longest == pytest.approx(4 / 7)
    assert plus.min() == pytest.approx(1.0, rel=1e-6)
    assert plus.max() == pytest.approx(1.0 + HEIGHT / 2, rel=1e-6)
    assert minus.min() == pytest.approx(1.0 - HEIGHT, rel=1e-6)
    assert minus.max() == pytest.approx(1.0, rel=1e-6)


def test_a_bar_stands_where_its_particles_point():
    """One particle in each of a few bins; the columns may be exchanged, as with a bias."""
    where = np.array([3, 60, 117])
    angles = (where + 0.5) * (2 * np.pi / BINS)
    particles = cloud(angles, np.ones(3), [True] * 3)
    swapped = particles[:, [1, 0, 2]]
    for given, columns in ((particles, (0, 1)), (swapped, (1, 0))):
        bars, _ = rose_columns(given, columns)
        out = radii(bars["rose+"])[: 2 * BINS : 2] > 1.01
        np.testing.assert_array_equal(np.flatnonzero(out), where)


def test_a_cloud_without_mass_draws_the_bare_circle():
    bars, longest = rose_columns(np.zeros((3, 3)), (0, 1))
    assert longest == 0.0
    for polygon in bars.values():
        np.testing.assert_allclose(radii(polygon), 1.0, rtol=1e-6)
