"""The first variation as a curve around the circle and as heat over the sphere."""

import numpy as np
import pytest

from app.views.hammer import inverse, pixels
from app.views.map import LEVELS
from app.views.rose import HEIGHT
from app.views.variation import ANGLES, ROUND, curve_columns, heat_columns, nice_top, no_curve


def radii(columns):
    return np.hypot(columns["x"], columns["y"])


def test_the_curve_stands_off_the_circle_by_the_force():
    eta, level = np.sin(3 * ANGLES), np.full(len(ANGLES), 0.5)
    columns = curve_columns(eta, level, (1, -1))
    np.testing.assert_allclose(radii(columns["eta"]), 1.0 + HEIGHT * eta, rtol=1e-6)
    inner, outer = np.sort(radii(columns["level"]).reshape(2, -1)[:, :-1], axis=0)
    np.testing.assert_allclose(outer, 1.0 + HEIGHT / 2, rtol=1e-6)
    np.testing.assert_allclose(inner, 1.0 - HEIGHT / 2, rtol=1e-6)
    # what a tooltip tells: F′ of both signs
    np.testing.assert_allclose(columns["eta"]["plus"], 0.5 - eta, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(columns["eta"]["minus"], 0.5 + eta, rtol=1e-5, atol=1e-6)


def test_the_level_sets_the_scale_where_it_is_the_larger():
    columns = curve_columns(0.1 * np.cos(ANGLES), np.full(len(ANGLES), 0.4), (1,))
    assert radii(columns["level"])[:-1].max() == pytest.approx(1.0 + HEIGHT)
    assert radii(columns["eta"]).max() == pytest.approx(1.0 + HEIGHT / 4)
    assert len(columns["level"]["x"]) == len(ROUND) + 1


def test_without_a_penalty_there_are_no_levels_and_without_a_force_no_curve():
    columns = curve_columns(np.zeros(len(ANGLES)), np.zeros(len(ANGLES)), (1, -1))
    np.testing.assert_allclose(radii(columns["eta"]), 1.0, rtol=1e-6)
    assert len(columns["level"]["x"]) == 0
    nothing = no_curve()
    assert np.isnan(nothing["eta"]["x"]).all() and len(nothing["level"]["x"]) == 0


@pytest.mark.parametrize("level", [0.0, 0.3])
def test_heat_has_the_colours_of_the_force_and_lines_at_its_level(level):
    places = pixels(40)
    height = inverse(places)[..., 2]  # a force that is the third coordinate of the direction
    columns = heat_columns(places, 0.8 * height, level)
    image = columns["heat"]["image"][0]
    assert image.dtype == np.uint8
    np.testing.assert_array_equal(image == 0, np.isnan(height))
    top = columns["heat"]["ends"][0][1]
    assert top == pytest.approx(0.8)
    drawn = (image[image > 0].astype(float) - 1) / (LEVELS - 1) * 2 * top - top
    np.testing.assert_allclose(drawn, 0.8 * height[image > 0], atol=top / (LEVELS - 1) * 1.001)
    lines = np.stack([columns["level"]["x"], columns["level"]["y"]], axis=1)
    lines = lines[np.isfinite(lines).all(axis=1)]
    found = inverse(lines)[:, 2]
    np.testing.assert_allclose(np.abs(0.8 * found), level, atol=0.01)
    assert ((found > 0).any() and (found < 0).any()) or level == 0.0


def test_the_picture_covers_its_pixels():
    columns = heat_columns(pixels(10), np.zeros((10, 20)), 0.0)["heat"]
    corner = columns["x"][0], columns["y"][0], columns["dw"][0], columns["dh"][0]
    np.testing.assert_allclose(corner, (-2.0, -1.0, 4.0, 2.0))


def test_ends_of_colours_are_round_and_not_below_the_largest():
    for value, top in ((0.31, 0.4), (1.0, 1.0), (1.01, 1.2), (9e-4, 1e-3), (2e5, 2e5)):
        assert nice_top(value) == pytest.approx(top)
    for nothing in (0.0, np.inf, np.nan):
        assert nice_top(nothing) == 1.0
