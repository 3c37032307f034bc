"""Arrows of the teacher: barbs that meet at the tip."""

import numpy as np
import pytest

from app.views.arrows import BARB, SPREAD, arrow_columns, heads


@pytest.mark.parametrize("dims", [2, 3])
def test_barbs_lean_back_from_the_tip_at_the_same_angle(dims):
    ends = np.random.default_rng(dims).standard_normal((6, dims)) + 2.0
    found = heads(ends)
    assert found.shape == (6 * (dims - 1), 3, dims)
    tips = np.tile(ends, (dims - 1, 1))
    np.testing.assert_array_equal(found[:, 1], tips)
    longest = np.linalg.norm(ends, axis=1).max()
    for barb in (found[:, 0], found[:, 2]):
        back = barb - tips
        length = np.linalg.norm(back, axis=1)
        np.testing.assert_allclose(length, BARB * longest)
        along = (back * tips).sum(axis=1) / length / np.linalg.norm(tips, axis=1)
        np.testing.assert_allclose(along, -np.cos(SPREAD))


def test_a_short_arrow_has_short_barbs_and_none_has_none():
    short = heads(np.array([[10.0, 0.0], [0.01, 0.0], [0.0, 0.0]]))
    assert np.linalg.norm(short[1, 0] - short[1, 1]) <= 0.005 + 1e-12
    assert (short[2] == 0.0).all()
    empty = arrow_columns(np.zeros((0, 3)))
    assert all(len(column) == 0 for layer in empty.values() for column in layer.values())
