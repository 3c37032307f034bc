"""The projection on the sphere and the total mass."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core import project_sphere
from core.measure import total_mass

from .cases import FEW

SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 5))
ORDINARY = st.floats(-1e3, 1e3).map(lambda v: v if abs(v) > 1e-3 else 0.0)
CLOUDS = arrays(np.float64, SHAPES, elements=ORDINARY)


@FEW
@given(particles=CLOUDS, dtype=st.sampled_from([np.float32, np.float64]))
def test_masses_sum_to_the_total_mass_and_rebuild_the_particles(particles, dtype):
    particles = particles.astype(dtype)
    mass, direction = project_sphere(particles)
    m, eps = len(particles), float(np.finfo(dtype).eps)
    squares = (particles.astype(float) ** 2).sum(axis=1)
    assert mass.shape == (m,) and direction.shape == particles.shape
    np.testing.assert_allclose(mass, squares / m, rtol=10 * eps)
    assert total_mass(particles) == pytest.approx(squares.sum() / m, rel=1e-14)
    assert mass.sum() == pytest.approx(total_mass(particles), rel=20 * eps)
    rebuilt = np.sqrt(m * mass)[:, None] * direction
    np.testing.assert_allclose(rebuilt, particles, rtol=10 * eps, atol=1e-30)


@FEW
@given(particles=CLOUDS)
def test_directions_are_unit_vectors_and_particles_at_the_origin_have_none(particles):
    mass, direction = project_sphere(particles)
    norms = np.linalg.norm(direction, axis=1)
    at_origin = ~particles.any(axis=1)
    np.testing.assert_allclose(norms[~at_origin], 1, rtol=1e-14)
    assert not norms[at_origin].any() and not mass[at_origin].any()


@FEW
@given(particles=CLOUDS, r=st.floats(1e-3, 1e3))
def test_mass_is_two_homogeneous_and_direction_constant(particles, r):
    mass, direction = project_sphere(particles)
    scaled_mass, scaled_direction = project_sphere(r * particles)
    np.testing.assert_allclose(scaled_mass, r**2 * mass, rtol=1e-12)
    np.testing.assert_allclose(scaled_direction, direction, rtol=1e-12, atol=1e-15)


@FEW
@given(particles=CLOUDS, copies=st.integers(2, 4))
def test_repeating_every_particle_leaves_the_measure(particles, copies):
    mass, direction = project_sphere(particles)
    many_mass, many_direction = project_sphere(np.repeat(particles, copies, axis=0))
    np.testing.assert_array_equal(many_direction, np.repeat(direction, copies, axis=0))
    np.testing.assert_allclose(many_mass * copies, np.repeat(mass, copies), rtol=1e-13)


@pytest.mark.parametrize("exponent", [-1074, -1060, -1022, -600, 0, 500, 1000, 1021])
def test_directions_of_huge_and_subnormal_particles(exponent):
    """Squares overflow or vanish far within the range of the particles."""
    scale = 2.0**exponent
    particles = scale * np.array([[3.0, 0.0, -4.0], [0.0, 1.0, 0.0]])
    mass, direction = project_sphere(particles)
    assert not np.isnan(mass).any()
    np.testing.assert_array_equal(direction[1], [0, 1, 0])
    np.testing.assert_allclose(direction[0], [0.6, 0, -0.8], rtol=1e-12)
    if -500 < exponent < 500:
        np.testing.assert_allclose(mass, scale**2 * np.array([25, 1]) / 2, rtol=1e-14)


def test_a_particle_of_the_largest_numbers():
    largest = np.finfo(np.float64).max
    mass, direction = project_sphere([[largest, -largest]])
    assert mass[0] == np.inf
    np.testing.assert_allclose(direction, [[np.sqrt(0.5), -np.sqrt(0.5)]], rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_precision_is_kept_and_the_argument_untouched(dtype):
    particles = np.array([[3, 4], [0, 0]], dtype)
    before = particles.copy()
    mass, direction = project_sphere(particles)
    assert mass.dtype == direction.dtype == dtype
    np.testing.assert_array_equal(mass, [12.5, 0])
    np.testing.assert_array_equal(particles, before)
    np.testing.assert_array_equal(project_sphere([[3, 4], [0, 0]])[0], mass)


@pytest.mark.parametrize(
    "particles",
    [np.ones(3), np.ones((0, 3)), np.ones((3, 0)), 1.0, [[1, 2], [3]], [["a", "b"]], [[1j, 0]],
     [[np.nan, 1]], [[np.inf, 1]], None],
)  # fmt: skip
def test_bad_particles(particles):
    with pytest.raises(ValueError, match="particles"):
        project_sphere(particles)
