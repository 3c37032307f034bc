"""Where particle space draws a neuron; compressed radii."""

import numpy as np

from app.views.coordinates import choose
from app.views.placing import Place, positions, squash, squashed_cloud


def test_compression_keeps_directions_and_bounds_radii():
    q = np.random.default_rng(0).standard_normal((50, 4)) * np.logspace(-6, 6, 50)[:, None]
    radius = np.linalg.norm(q, axis=1)
    drawn = squash(q)
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), np.tanh(radius / 2), rtol=1e-12)
    np.testing.assert_allclose(drawn / np.tanh(radius / 2)[:, None], q / radius[:, None])
    assert (squash(np.zeros((2, 3))) == 0.0).all()
    assert squash(q.astype(np.float32)).dtype == np.float32


def test_a_compressed_cloud_stands_at_the_compressed_positions():
    particles = np.random.default_rng(1).standard_normal((30, 4))
    drawn = squashed_cloud(particles)
    np.testing.assert_allclose(positions(drawn), squash(positions(particles)))
    np.testing.assert_array_equal(drawn[:, -1], particles[:, -1])


def test_radii_are_compressed_before_coordinates_are_taken():
    particles = np.random.default_rng(2).standard_normal((5, 7))
    plane = choose(6, False, None)
    expected = squash(positions(particles)) @ plane.basis.T
    np.testing.assert_allclose(Place(plane, True)(particles), expected)
    line = choose(1, False, None)
    np.testing.assert_array_equal(
        Place(line, True)(particles[:, :2]), Place(line)(particles[:, :2])
    )
