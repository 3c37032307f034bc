"""Activations: values, slopes, homogeneity, types; all of the registry."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.activations import ACTIVATIONS, activation

from . import reference
from .cases import FEW

NAMES = list(ACTIVATIONS)
DTYPES = (np.float32, np.float64)

#: Pre-activations: both sides, the kink with both signs, subnormal, tiny, large.
GRID = np.concatenate(([0.0, -0.0, 1e-40, -1e-40, 1e-12, 5e3, -5e3], np.linspace(-12, 12, 4001)))

EXACT = {
    "tanh": mpmath.tanh,
    "sigmoid": lambda u: 1 / (1 + mpmath.exp(-u)),
    "erf": mpmath.erf,
}


def test_the_registry_holds_the_agreed_names():
    agreed = {"relu", "leaky_relu", "abs", "tanh", "sigmoid", "erf", "identity", "relu2"}
    assert agreed <= set(NAMES)
    assert len({entry.code for entry in ACTIVATIONS.values()}) == len(NAMES)
    for name, entry in ACTIVATIONS.items():
        assert entry.name == name and entry.label and entry.latex
        assert activation(name) is entry


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_value_and_slope_against_numpy(name, dtype):
    u = GRID.astype(dtype)
    value, slope = activation(name).both(u)
    expected, expected_slope = reference.activation(name, u.astype(np.float64))
    # Smooth ones are that close, see test_elementary.py; 64 eps of float64 are 1.4e-14.
    eps = np.finfo(dtype).eps
    most = (8 if dtype == np.float32 else 64) if name in EXACT else 1
    np.testing.assert_allclose(value, expected, rtol=most * eps, atol=np.finfo(dtype).tiny)
    np.testing.assert_allclose(slope, expected_slope, rtol=most * eps, atol=most * eps)
    np.testing.assert_array_equal(activation(name)(u), value)


@pytest.mark.parametrize("name", NAMES)
def test_slope_against_central_differences(name):
    u = GRID[np.abs(GRID) > 1e-3]
    u = u[np.abs(u) < 100]
    h = 1e-6
    act = activation(name)
    differences = (act(u + h) - act(u - h)) / (2 * h)
    np.testing.assert_allclose(act.both(u)[1], differences, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("name", sorted(EXACT))
def test_smooth_values_against_many_digits(name):
    u = np.linspace(-30, 30, 601)
    with mpmath.workdps(60):
        expected = np.array([float(EXACT[name](mpmath.mpf(v))) for v in u.tolist()])
    np.testing.assert_allclose(activation(name)(u), expected, rtol=1e-14)


@pytest.mark.parametrize("name", NAMES)
@FEW
@given(r=st.floats(1e-3, 1e3), u=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=9))
def test_degree_of_homogeneity(name, r, u):
    entry, u = activation(name), np.array(u)
    assert entry.degree == reference.DEGREES.get(name)
    if entry.degree is not None:
        np.testing.assert_allclose(
            entry(r * u), r**entry.degree * entry(u), rtol=1e-14, atol=1e-300
        )


@pytest.mark.parametrize("name", [name for name in NAMES if ACTIVATIONS[name].degree is None])
def test_no_degree_means_not_homogeneous(name):
    growth = activation(name)(np.array([0.5, 1.0, 2.0]))
    assert growth[1] / growth[0] != pytest.approx(growth[2] / growth[1], rel=1e-2)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_the_kink_is_at_zero_and_takes_a_slope_between_both_sides(name, dtype):
    zero = np.array([0.0, -0.0], dtype)
    value, slope = activation(name).both(zero)
    np.testing.assert_array_equal(value, reference.activation(name, zero)[0])
    left, right = activation(name).both(np.array([-1e-30, 1e-30], dtype))[1]
    assert (min(left, right) <= slope).all() and (slope <= max(left, right)).all()
    assert slope[0] == slope[1]


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "erf"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_saturated_without_overflow(name, dtype):
    value, slope = activation(name).both(np.array([-np.inf, -1e30, 1e30, np.inf], dtype))
    low = 0 if name == "sigmoid" else -1
    np.testing.assert_array_equal(value, [low, low, 1, 1])
    np.testing.assert_array_equal(slope, 0)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "erf", "identity"])
def test_nan_is_not_hidden(name):
    assert np.isnan(activation(name)(np.array([np.nan]))).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_shape_order_and_type_are_kept(dtype):
    relu = activation("relu")
    base = np.arange(-6, 6, dtype=dtype).reshape(3, 4)
    for u in (base, base[:, ::2], np.asfortranarray(base), base[0], base[:0], base[0, 0]):
        before = u.copy()
        value, slope = relu.both(u)
        assert value.shape == slope.shape == u.shape and value.dtype == slope.dtype == dtype
        np.testing.assert_array_equal(value, np.maximum(u, 0))
        np.testing.assert_array_equal(u, before)
    np.testing.assert_array_equal(relu([-1, 0, 2]), [0, 0, 2])
    assert relu(3) == 3


@pytest.mark.parametrize("name", ["swish", "", "ReLU", None, ["relu"], 0])
def test_unknown_name(name):
    with pytest.raises(ValueError, match=r"activation=.*relu, leaky_relu, abs"):
        activation(name)
