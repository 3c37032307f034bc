"""What is drawn of the input weights: all of them up to three, else a plane that stays."""

import numpy as np
import pytest

from app.views.coordinates import choose, subset


@pytest.mark.parametrize(
    ("dimension", "bias", "columns", "names"),
    [
        (1, False, [0], ("a₁",)),
        (2, False, [0, 1], ("a₁", "a₂")),
        (2, True, [1, 0], ("a₁", "a₀")),
        (3, False, [0, 1, 2], ("a₁", "a₂", "a₃")),
        (3, True, [1, 2, 0], ("a₁", "a₂", "a₀")),
    ],
)
def test_small_dimensions_are_shown_whole_the_bias_upright(dimension, bias, columns, names):
    weights = np.random.default_rng(0).standard_normal((5, dimension))
    coordinates = choose(dimension, bias, None)
    np.testing.assert_array_equal(coordinates(weights), weights[:, columns])
    assert coordinates.plain("a") == names
    assert coordinates.note == ""


def test_labels_are_tex():
    assert choose(2, True, None).labels("a") == ("$$a_{1}$$", "$$a_{0}$$")


@pytest.mark.parametrize("dimension", [4, 100])
def test_the_teacher_spans_the_plane(dimension):
    teacher = np.random.default_rng(1).standard_normal((3, dimension + 1))
    coordinates = choose(dimension, False, teacher)
    np.testing.assert_allclose(coordinates.basis @ coordinates.basis.T, np.eye(2), atol=1e-12)
    first, second = teacher[0, :-1], teacher[1, :-1]
    drawn = coordinates(np.stack([first, second]))
    # nothing of the two is lost, and the first lies on the horizontal axis
    np.testing.assert_allclose(
        np.linalg.norm(drawn, axis=1), [np.linalg.norm(first), np.linalg.norm(second)]
    )
    assert drawn[0, 0] > 0.0
    assert drawn[0, 1] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(("bias", "columns"), [(False, [0, 1]), (True, [1, 2])])
def test_without_a_plane_of_teachers_the_first_two_inputs_are_shown(bias, columns):
    weights = np.random.default_rng(2).standard_normal((5, 6))
    parallel = np.stack([np.ones(7), 2.0 * np.ones(7)])
    for teacher in (None, parallel[:1], parallel, np.zeros((2, 7))):
        coordinates = choose(6, bias, teacher)
        np.testing.assert_array_equal(coordinates(weights), weights[:, columns])
        assert "1 and 2" in coordinates.note


def test_single_precision_stays_single():
    assert choose(3, True, None)(np.ones((2, 3), np.float32)).dtype == np.float32


def test_a_subset_is_fixed_ordered_and_without_repetition():
    rows = subset(10_000, 2000)
    assert len(np.unique(rows)) == len(rows) == 2000
    assert (np.diff(rows) > 0).all()
    np.testing.assert_array_equal(rows, subset(10_000, 2000))
    np.testing.assert_array_equal(subset(7, 2000), np.arange(7))
