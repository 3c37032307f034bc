"""The pair potential against its known values and against integrals by SciPy."""

import math

import numpy as np
import pytest
from scipy.integrate import dblquad

from core.population import pair_potential

ANGLES = np.array([0.0, 0.4, math.pi / 2, 2.5, math.pi])


@pytest.mark.parametrize("d", [2, 3, 10])
def test_relu_on_the_sphere_has_the_values_of_the_talk(d):
    k = pair_potential("relu", np.array([0.0, math.pi / 2, math.pi]), d)
    np.testing.assert_allclose(k, [1 / (2 * d), 1 / (2 * math.pi * d), 0.0], atol=1e-15)


def test_gaussian_inputs_count_d_times_as_much_as_those_on_the_sphere():
    on_sphere = pair_potential("abs", ANGLES, 5)
    np.testing.assert_allclose(pair_potential("abs", ANGLES, 5, "gaussian"), 5 * on_sphere)


def sigmoid(u: float) -> float:
    return 1 / (1 + math.exp(-u))


@pytest.mark.parametrize(("name", "sigma"), [("tanh", math.tanh), ("sigmoid", sigmoid)])
def test_smooth_activations_under_gaussian_inputs(name, sigma):
    angle, radius = 1.1, 1.7

    def integrand(v: float, u: float) -> float:
        other = math.cos(angle) * u + math.sin(angle) * v
        weight = math.exp(-(u * u + v * v) / 2) / (2 * math.pi)
        return weight * sigma(radius * u) * sigma(radius * other)

    expected, _ = dblquad(integrand, -9, 9, -9, 9, epsabs=1e-9)
    found = pair_potential(name, np.array([angle]), 4, "gaussian", radius)
    np.testing.assert_allclose(found, [expected], atol=1e-8)


def test_tanh_on_the_sphere_in_three_dimensions():
    angle, radius = 0.7, 2.0

    def integrand(phi: float, z: float) -> float:
        across = math.sqrt(1 - z * z) * math.cos(phi)
        other = math.cos(angle) * z + math.sin(angle) * across
        return math.tanh(radius * z) * math.tanh(radius * other) / (4 * math.pi)

    expected, _ = dblquad(integrand, -1, 1, 0, 2 * math.pi, epsabs=1e-9)
    found = pair_potential("tanh", np.array([angle]), 3, "sphere", radius)
    np.testing.assert_allclose(found, [expected], atol=1e-8)


def test_the_plane_itself_is_a_circle():
    turn = 2 * np.pi * np.arange(4000) / 4000
    expected = np.mean(np.tanh(np.cos(turn)) * np.tanh(np.cos(turn - 0.3)))
    np.testing.assert_allclose(pair_potential("tanh", np.array([0.3]), 2), [expected])


@pytest.mark.parametrize(
    ("about", "named"),
    [({"d": 1}, "d=1"), ({"law": "cube"}, "law='cube'"), ({"radius": 0}, "radius=0")],
)
def test_what_cannot_be_is_named(about, named):
    with pytest.raises(ValueError, match=named):
        pair_potential("relu", ANGLES, **{"d": 3, **about})
