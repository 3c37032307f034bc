"""The map of a function of two inputs."""

import numpy as np
import pytest

from app.views.map import (
    FEWEST_PIXELS,
    LEVELS,
    MOST_SECONDS,
    PIXELS,
    levels,
    make_grid,
    map_columns,
    zero_line,
)

SQUARE = (-1.0, 1.0, 0.0, 2.0)


def quick(rows, columns):
    """Return the seconds that a map takes: none."""
    return 0.0


def pixels(grid):
    """Return the coordinates of all pixels, shape (rows, columns, 2)."""
    return np.stack(np.meshgrid(grid.x, grid.y), axis=-1)


@pytest.mark.parametrize("aspect", [0.5, 1.0, 2.3])
def test_the_grid_has_the_shape_of_the_figure_and_holds_the_square(aspect):
    grid = make_grid(SQUARE, aspect, quick)
    x0, x1, y0, y1 = grid.extent
    assert (x1 - x0) / (y1 - y0) == pytest.approx(aspect)
    assert x0 <= -1.0 and x1 >= 1.0 and y0 <= 0.0 and y1 >= 2.0
    assert len(grid.x) * len(grid.y) <= PIXELS
    # pixels are square, up to the rounding of their numbers
    assert np.diff(grid.x)[0] == pytest.approx(np.diff(grid.y)[0], rel=0.05)


def test_a_slow_map_gets_fewer_pixels():
    """Whether its time grows with the pixels or with the rows; never too few."""
    whole = make_grid(SQUARE, 1.0, quick)
    for seconds in (lambda rows, columns: 4e-6 * rows * columns, lambda rows, columns: 3e-4 * rows):
        grid = make_grid(SQUARE, 1.0, seconds)
        assert FEWEST_PIXELS < len(grid.x) * len(grid.y) < len(whole.x) * len(whole.y)
        assert 0.75 * MOST_SECONDS < seconds(len(grid.y), len(grid.x)) <= MOST_SECONDS
    huge = make_grid(SQUARE, 1.0, lambda rows, columns: 1.0)
    assert 0.9 * FEWEST_PIXELS <= len(huge.x) * len(huge.y) <= FEWEST_PIXELS / 0.9


def test_levels_span_the_colours_with_zero_in_the_middle():
    values = np.array([-9.0, -2.0, 0.0, 2.0, 9.0, np.nan, np.inf, -np.inf])
    middle, last = LEVELS // 2, LEVELS - 1
    expected = [0, 0, middle, last, last, middle, last, 0]
    assert levels(values, 2.0).tolist() == expected
    assert levels(values, 2.0).dtype == np.uint8


def test_the_zero_line_of_a_circle_is_a_circle():
    grid = make_grid((-1.0, 1.0, -1.0, 1.0), 1.0, quick)
    columns = zero_line(grid, (pixels(grid) ** 2).sum(axis=-1) - 0.25)
    radius = np.hypot(columns["x"], columns["y"])
    np.testing.assert_allclose(radius[np.isfinite(radius)], 0.5, atol=1e-3)


def test_pieces_of_the_zero_line_are_apart():
    grid = make_grid((-1.0, 1.0, -1.0, 1.0), 1.0, quick)
    columns = zero_line(grid, np.abs(pixels(grid)[..., 0]) - 0.5)
    gaps = np.isnan(columns["x"])
    assert gaps.sum() == 1
    left, right = np.split(columns["x"], np.flatnonzero(gaps))
    np.testing.assert_allclose(np.sort([left.mean(), right[1:].mean()]), [-0.5, 0.5], atol=1e-6)


def test_a_function_without_zeros_has_an_empty_line():
    grid = make_grid(SQUARE, 1.0, quick)
    assert len(zero_line(grid, np.ones((len(grid.y), len(grid.x))))["x"]) == 0


def test_squashing_keeps_the_zero_line():
    grid = make_grid((-1.0, 1.0, -1.0, 1.0), 1.0, quick)
    columns = map_columns(grid, 50.0 * pixels(grid)[..., 0], squash=True)
    np.testing.assert_allclose(columns["zero"]["x"], 0.0, atol=1e-6)
    (image,) = columns["image"]["image"]
    assert image.shape == (len(grid.y), len(grid.x))
    assert image[:, 0].max() == 0 and image[:, -1].min() == LEVELS - 1
