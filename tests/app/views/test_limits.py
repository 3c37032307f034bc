"""Axis limits grow with the data and never shrink."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.views.limits import Growth, square_box

NAN = math.nan
numbers = st.floats(-1e6, 1e6)


@given(numbers, numbers, numbers, numbers)
def test_new_limits_show_the_old_ones_and_the_data(a, b, c, d):
    need = (min(a, b), max(a, b), min(c, d), max(c, d))
    box = (-1.0, 1.0, -2.0, 2.0)
    x0, x1, y0, y1 = Growth()(box, need)
    assert x0 <= min(-1.0, need[0])
    assert x1 >= max(1.0, need[1])
    assert y0 <= min(-2.0, need[2])
    assert y1 >= max(2.0, need[3])


def test_data_inside_leave_the_limits_alone():
    box = (-1.0, 1.0, -2.0, 2.0)
    assert Growth()(box, (-0.9, 1.0, NAN, 0.0)) == box
    assert Growth(square=True)((-3.0, 3.0, -3.0, 3.0), (-2.0, 2.0, -3.0, 1.0))[3] == 3.0


def test_only_the_side_that_was_left_moves():
    assert Growth(slack=0.5)((0.0, 1.0, 0.0, 1.0), (0.0, 3.0, 0.0, 1.0)) == (0.0, 4.5, 0.0, 1.0)


@given(st.floats(1e-3, 1e6))
def test_square_limits_stay_square_about_the_origin(reach):
    box = Growth(square=True)((-1.0, 1.0, -1.0, 1.0), (-reach, 0.0, 0.0, reach / 2))
    assert box[1] == -box[0] == box[3] == -box[2] >= max(1.0, reach)


def test_a_logarithmic_axis_grows_in_decades():
    grow = Growth(("log", "linear"), slack=0.5)
    low, high, *_ = grow((1.0, 10.0, 0.0, 1.0), (NAN, 1e3, NAN, NAN))
    assert low == 1.0
    assert high == pytest.approx(10.0 ** (3 + 0.5 * 3))


def test_numbers_without_a_logarithm_are_passed_over():
    box = (1.0, 10.0, 1.0, 10.0)
    assert Growth(("log", "log"))(box, (0.0, NAN, -1.0, math.inf)) == pytest.approx(box)


def test_a_logarithmic_axis_refuses_limits_that_are_not_positive():
    with pytest.raises(ValueError, match="positive"):
        Growth(("log", "linear"))((0.0, 10.0, 0.0, 1.0), (1.0, 2.0, 0.0, 1.0))


def test_fixed_limits_stay():
    box = (-1.0, 1.0, -1.0, 1.0)
    assert Growth(("fixed", "fixed"))(box, (-9.0, 9.0, -9.0, 9.0)) == box


@pytest.mark.parametrize("reach", [0.0, NAN, math.inf])
def test_a_cloud_without_extent_gets_a_unit_square(reach):
    assert square_box(reach) == (-1.0, 1.0, -1.0, 1.0)


def test_a_logarithmic_axis_ends_where_numbers_end():
    box = Growth(("log", "log"))((1.0, 100.0, 0.1, 10.0), (1.0, 50.0, 1e-305, 1e300))
    assert 0.0 < box[2] <= 1e-305 and 1e300 <= box[3] <= 1e307
