"""The sphere: directions, masses and signs."""

import numpy as np
import pytest

from app.views import VIEWS
from app.views.circle import directions
from app.views.coordinates import choose

from .conftest import columns_by_layer

DIMENSIONS = [(1, False), (2, False), (2, True), (3, False), (3, True), (4, True), (100, False)]


@pytest.mark.parametrize(("dimension", "bias"), DIMENSIONS)
def test_the_sphere_shows_directions_with_masses(make_setup, dimension, bias):
    setup = make_setup(dimension, bias)
    view = VIEWS["sphere"]()
    view.build(setup)
    layers = columns_by_layer(view)
    shown, particles = layers["particles"], setup.simulation.frame.particles.astype(float)
    length = sum(shown[a] ** 2 for a in "xyz" if a in shown)
    assert (length <= 1.0 + 1e-5).all()
    if dimension <= 3:
        np.testing.assert_allclose(length, 1.0, rtol=1e-5)
    mass = (particles**2).sum(axis=1) / len(particles)
    np.testing.assert_allclose(shown["share"], mass / mass.sum(), rtol=1e-5)
    # the area of a marker is proportional to the mass, where it is not clipped
    free = (shown["size"] > 2.0) & (shown["size"] < 40.0)
    ratio = shown["size"][free] ** 2 / mass[free]
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-4)
    lengths = np.linalg.norm(particles[:, :-1], axis=1)
    path_norm = (lengths * np.abs(particles[:, -1])).mean()
    told = view.plots[0].captions["total"].text.split(" · ")
    assert told[:2] == [f"β = {mass.sum():.4g}", f"P = {path_norm:.4g}"]
    assert ("rose+" in layers) == (dimension <= 2)


def test_a_neuron_without_input_weights_has_no_direction():
    particles = np.array([[0.0, 0.0, 1.0], [3.0, 4.0, 1.0]])
    drawn = directions(particles, choose(2, False, None))
    assert np.isnan(drawn[0]).all()
    np.testing.assert_allclose(drawn[1], [0.6, 0.8])


def test_on_a_line_the_sphere_is_that_of_the_whole_neuron():
    drawn = directions(np.array([[3.0, -4.0]]), choose(1, False, None))
    np.testing.assert_allclose(drawn, [[0.6, -0.8]])
