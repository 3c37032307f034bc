"""Planes through the space of many input weights, and the share of the cloud that each shows."""

import numpy as np
import pytest

from app.views.planes import (
    GAIN,
    MOST_INPUTS,
    PLANES,
    Material,
    Wish,
    follow_principal,
    make_coordinates,
    principal_basis,
    share_shown,
    weights_offered,
)


def material(dimension, bias=False, teachers=4, count=200):
    rng = np.random.default_rng(dimension)
    teacher = rng.standard_normal((teachers, dimension + 1)) if teachers else None
    points = rng.standard_normal((count, dimension)) * rng.uniform(0.1, 2.0, dimension)
    return Material(dimension, bias, teacher, points)


@pytest.mark.parametrize("plane", list(PLANES))
@pytest.mark.parametrize("dims", [2, 3])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("dimension", [4, 100])
def test_every_plane_has_orthonormal_axes_with_names(plane, dims, bias, dimension):
    found = make_coordinates(Wish(plane, dims), material(dimension, bias))
    assert found.basis.shape == (dims, dimension) and found.count == dims
    np.testing.assert_allclose(found.basis @ found.basis.T, np.eye(dims), atol=1e-12)
    assert found.note and len(set(found.symbols)) == dims


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_where_all_weights_are_drawn_there_is_no_plane(dimension):
    found = make_coordinates(Wish("random", 3), material(dimension))
    np.testing.assert_array_equal(found.basis, np.eye(dimension))


def test_the_teachers_are_whole_in_their_span():
    given = material(20)
    for dims in (2, 3):
        found = make_coordinates(Wish("teacher", dims), given)
        shown = given.teacher[:dims, :-1]
        np.testing.assert_allclose(
            np.linalg.norm(found(shown), axis=1), np.linalg.norm(shown, axis=1)
        )


@pytest.mark.parametrize(
    ("bias", "inputs", "columns"),
    [
        (False, (5, 2, 1), (4, 1)),
        (True, (5, 2, 1), (5, 2)),
        (True, (0, 2, 1), (0, 2)),
        (False, (3, 3, 1), (2, 0)),  # not twice
        (False, (0, 9, 1), (0, 1)),  # neither bias nor input 9
    ],
)
def test_chosen_inputs_are_drawn_and_named(bias, inputs, columns):
    given = material(6, bias)
    found = make_coordinates(Wish("inputs", 2, inputs), given)
    np.testing.assert_array_equal(found(given.points), given.points[:, list(columns)])
    names = [str(column if bias else column + 1) for column in columns]
    assert list(found.symbols) == names
    assert all(name in found.note for name in names if name != "0")


def test_inputs_are_offered_as_far_as_there_are_some():
    assert weights_offered(3, False) == [1, 2, 3]
    assert weights_offered(3, True) == [1, 2, 0]
    assert weights_offered(100, False) == list(range(1, MOST_INPUTS + 1))


def test_the_share_is_that_of_the_squares():
    points = np.array([[3.0, 0.0, 0.0], [0.0, 4.0, 0.0], [0.0, 0.0, 5.0]])
    assert share_shown(points, points[:, :2]) == pytest.approx(25 / 50)
    tilted = points @ np.array([1.0, 0.0, 1.0]) / np.sqrt(2)
    assert share_shown(points, tilted[:, None]) == pytest.approx((9 + 25) / 2 / 50)
    assert share_shown(points, points) == 1.0
    lost = np.vstack([points, [np.inf, 0.0, 0.0]])
    assert share_shown(lost, lost[:, :2]) == pytest.approx(25 / 50)
    assert np.isnan(share_shown(np.zeros((4, 3)), np.zeros((4, 2))))


@pytest.mark.parametrize("dims", [2, 3])
def test_the_principal_axes_show_as_much_as_the_largest_eigenvalues(dims):
    points = material(30).points
    values = np.linalg.eigvalsh(points.T @ points)
    basis = principal_basis(points, dims)
    best = values[-dims:].sum() / values.sum()
    assert share_shown(points, points @ basis.T) == pytest.approx(best, rel=1e-3)
    # the first axis alone is the first principal one
    assert share_shown(points, points @ basis[:1].T) == pytest.approx(
        values[-1] / values.sum(), rel=1e-3
    )


def test_the_principal_plane_stays_until_another_shows_clearly_more():
    given = material(10)
    first = make_coordinates(Wish("principal", 2), given)
    nearly = given.points + 0.01 * np.random.default_rng(5).standard_normal(given.points.shape)
    assert follow_principal(nearly, first) is first
    other = np.zeros((50, 10))
    rest = np.linalg.svd(first.basis)[2][2:4]
    other[:] = np.random.default_rng(6).standard_normal((50, 2)) @ rest
    new = follow_principal(other, first)
    assert new is not first and new.symbols == first.symbols
    assert (
        share_shown(other, other @ new.basis.T) > share_shown(other, other @ first.basis.T) + GAIN
    )
    np.testing.assert_allclose(new.basis @ new.basis.T, np.eye(2), atol=1e-12)


def test_new_principal_axes_are_as_near_as_can_be_to_the_old_ones():
    """The orthogonal Procrustes problem: old · newᵀ is symmetric without negative eigenvalues."""
    rng = np.random.default_rng(7)
    first = make_coordinates(Wish("principal", 2), material(6))
    turned = first.basis + 0.8 * rng.standard_normal((2, 6))
    new = follow_principal(rng.standard_normal((80, 2)) @ turned, first)
    assert new is not first
    product = first.basis @ new.basis.T
    np.testing.assert_allclose(product, product.T, atol=1e-9)
    assert (np.linalg.eigvalsh(product) >= -1e-9).all()


def test_points_that_are_not_finite_do_not_turn_the_plane():
    points = material(8).points
    worse = np.concatenate([points, np.full((3, 8), np.nan)])
    np.testing.assert_allclose(principal_basis(worse, 2), principal_basis(points, 2))
