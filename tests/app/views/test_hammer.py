"""The equal-area map: there and back, areas, densities."""

import numpy as np
import pytest

from app.views.hammer import HEIGHT, WIDTH, graticule, hammer, hammer_density, inverse, pixels


def unit(count, seed=0):
    vectors = np.random.default_rng(seed).standard_normal((count, 3))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_formula_of_hammer():
    """x = 2√2 cos φ sin(λ/2)/D and y = √2 sin φ/D, D² = 1 + cos φ cos(λ/2), in units of √2."""
    aims = unit(500)
    longitude, latitude = np.arctan2(aims[:, 1], aims[:, 0]), np.arcsin(aims[:, 2])
    below = np.sqrt(1.0 + np.cos(latitude) * np.cos(longitude / 2))
    expected = [2 * np.cos(latitude) * np.sin(longitude / 2) / below, np.sin(latitude) / below]
    np.testing.assert_allclose(hammer(aims), np.stack(expected, axis=1), atol=1e-12)


def test_axes_stand_where_they_are_said_to():
    places = hammer(np.array([[1.0, 0, 0], [0, 0, 1], [0, 0, -1], [-1.0, 1e-300, 0]]))
    np.testing.assert_allclose(places, [[0, 0], [0, HEIGHT], [0, -HEIGHT], [WIDTH, 0]], atol=1e-12)
    assert (hammer(np.array([[-1.0, -1e-300, 0.0]])) == [[-WIDTH, 0.0]]).all()


def test_there_and_back():
    aims = unit(1000, 1)
    places = hammer(aims)
    assert ((places / (WIDTH, HEIGHT)) ** 2).sum(axis=1).max() <= 1.0 + 1e-12
    np.testing.assert_allclose(inverse(places), aims, atol=1e-7)
    assert np.isnan(inverse(np.array([[WIDTH, 0.1], [0.0, 1.01]]))).all()


def test_areas_are_those_of_the_sphere_halved():
    """The Jacobian of the map in longitude and sine of latitude, by central differences."""
    rng = np.random.default_rng(2)
    longitude, up, h = rng.uniform(-3.0, 3.0, 200), rng.uniform(-0.95, 0.95, 200), 1e-6

    def place(longitude, up):
        across = np.sqrt(1.0 - up**2)
        return hammer(np.stack([across * np.cos(longitude), across * np.sin(longitude), up], -1))

    along = (place(longitude + h, up) - place(longitude - h, up)) / (2 * h)
    rise = (place(longitude, up + h) - place(longitude, up - h)) / (2 * h)
    areas = along[:, 0] * rise[:, 1] - along[:, 1] * rise[:, 0]
    np.testing.assert_allclose(areas, 0.5, rtol=1e-6)


def test_the_graticule_is_on_the_sphere_and_its_edge_on_the_ellipse():
    within, edge = graticule()
    for lines in (within, edge):
        np.testing.assert_allclose(np.linalg.norm(lines, axis=-1), 1.0)
    square = ((hammer(edge) / (WIDTH, HEIGHT)) ** 2).sum(axis=-1)
    np.testing.assert_allclose(square, 1.0, rtol=1e-12)
    np.testing.assert_allclose(np.abs(np.diff(hammer(within), axis=1)).max(), 0.0, atol=0.2)


def test_a_uniform_cloud_fills_the_map_evenly():
    rng = np.random.default_rng(3)
    cloud = np.column_stack([unit(200_000, 3), rng.choice([-1.0, 1.0], 200_000)])
    density = hammer_density(cloud, np.eye(3), 20)
    whole = density.plus + density.minus
    inside = np.isfinite(inverse(pixels(20))).all(axis=-1)
    inner = np.isfinite(inverse(pixels(20) * 1.15)).all(axis=-1)
    # the ellipse has the area 2π, a pixel that of 0.01
    np.testing.assert_allclose(whole[inner], 0.01 / (2 * np.pi), rtol=0.25)
    assert whole[inside].sum() > 0.97 and whole.sum() == pytest.approx(1.0)
    assert density.outside == pytest.approx(0.0, abs=1e-12)


def test_mass_stands_in_its_pixel_by_sign():
    cloud = np.array([[0.3, 0.4, 0.5, 2.0], [-0.5, 0.1, -0.3, -1.0], [0.0, 0.0, 0.0, 3.0]])
    turned = np.array([[0.0, 1, 0], [0, 0, 1], [1, 0, 0]])
    density = hammer_density(cloud, turned, 30)
    mass = (cloud**2).sum(axis=1)
    for half, row in ((density.plus, 0), (density.minus, 1)):
        ((r, c),) = np.argwhere(half)
        assert half[r, c] == pytest.approx(mass[row] / mass.sum())
        aim = turned @ cloud[row, :3] / np.linalg.norm(cloud[row, :3])
        assert np.abs(pixels(30)[r, c] - hammer(aim)).max() <= 1 / 30 + 1e-12
    assert density.outside == pytest.approx(9.0 / mass.sum())
    nothing = hammer_density(np.zeros((2, 4)), np.eye(3), 10)
    assert not nothing.plus.any() and not nothing.minus.any()
