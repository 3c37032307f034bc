"""Predictions on a grid by scan lines, against NumPy at every pixel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernels import scanline
from core.kernels.scanline import predict_grid

from . import reference
from .cases import FEW
from .test_threads import SEVERAL

ACTS = ["relu", "leaky_relu", "abs", "identity"]


def expected(act, scale, w, x, y, bias=True):
    """f at every pixel, and the bound Σ |c||a·x| that rounding is relative to."""
    columns = [np.tile(x, len(y)), np.repeat(y, len(x))]
    X = np.column_stack(([np.ones(len(x) * len(y))] if bias else []) + columns)
    w = w.astype(float)
    bound = scale / len(w) * (np.abs(X) @ np.abs(w[:, :-1]).T) @ np.abs(w[:, -1])
    return reference.predict(w, X, act, scale).reshape(len(y), len(x)), bound.max()


def check(act, w, x, y, bias=True, scale=1.7, tolerance=1e-14, least=0.0):
    grid = predict_grid(act, scale, w, x, y, bias)
    f, bound = expected(act, scale, w, x, y, bias)
    assert grid.shape == f.shape and grid.dtype == np.float64
    np.testing.assert_allclose(grid, f, rtol=0, atol=tolerance * bound + least)
    return grid


def cloud(seed, m, bias=True, dtype=np.float64):
    return np.random.default_rng(seed).standard_normal((m, 3 + bias)).astype(dtype)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("act", ACTS)
def test_every_pixel(act, bias):
    for m, columns, rows in ((1, 1, 1), (1, 7, 3), (3, 1, 5), (400, 33, 50), (50, 64, 1)):
        x, y = np.linspace(-1.3, 0.9, columns), np.linspace(-2, 2.5, rows)
        check(act, cloud(m + columns, m, bias), x, y, bias)


def test_single_precision_particles_are_taken_as_they_are():
    x, y = np.linspace(-1, 1, 40), np.linspace(-1, 1, 30)
    check("relu", cloud(1, 200, dtype=np.float32), x, y)


def test_axes_may_run_backwards():
    x, y, w = np.linspace(-1, 2, 25), np.linspace(-1, 1, 18), cloud(2, 90)
    forward = check("leaky_relu", w, x, y)
    backward = check("leaky_relu", w, x[::-1], y[::-1])
    np.testing.assert_allclose(backward[::-1, ::-1], forward, atol=1e-14)


@pytest.mark.parametrize("act", ACTS)
def test_kinks_on_pixels_and_along_rows_and_columns(act):
    """Whole numbers: kinks run through pixels, and every special direction occurs."""
    rng = np.random.default_rng(3)
    w = rng.integers(-2, 3, (300, 4)).astype(float)
    w[:20, 1] = 0
    w[20:40, 2] = 0
    w[40:50, 1:3] = 0
    w[50:55, :3] = 0
    w[55:60, 3] = 0
    check(act, w, np.arange(-6.0, 7), np.arange(-5.0, 6))


def test_zero_particles_predict_zero_and_add_nothing():
    x, y = np.linspace(-1, 1, 9), np.linspace(-1, 1, 8)
    for act in ACTS:
        assert not predict_grid(act, 3.0, np.zeros((5, 4)), x, y).any()
        w = np.vstack((cloud(8, 7), np.zeros((7, 4))))
        alone = predict_grid(act, 1.0, w[:7], x, y)
        np.testing.assert_allclose(predict_grid(act, 2.0, w, x, y), alone, atol=1e-15)


def test_one_pixel_is_one_prediction():
    for pixel in ((0.0, 0.0), (0.3, -2.0), (-1e9, 1e-300)):
        check("leaky_relu", cloud(9, 40), *(np.array([v]) for v in pixel))


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("size", [1e-320, 1e-310, 1e-160, 1e150])
def test_subnormal_and_huge_clouds(act, size):
    """Subnormal numbers have few digits: rounding is then absolute."""
    w = cloud(10, 50)
    w[:, :3] *= size
    check(act, w, np.linspace(-1, 1, 12), np.linspace(-1, 1, 10), tolerance=1e-13, least=1e-321)


@FEW
@given(
    m=st.integers(1, 40), across=st.integers(1, 20), up=st.integers(1, 40),
    seed=st.integers(0, 2**31), act=st.sampled_from(ACTS), bias=st.booleans(),
)  # fmt: skip
def test_any_shape(m, across, up, seed, act, bias):
    """Sixteen rows are handled together: ragged bands, one pixel, one neuron."""
    w = cloud(seed, m, bias)
    w[seed % m] *= seed % 3
    check(act, w, np.linspace(-1, 1.5, across), np.linspace(-2, 1, up), bias, tolerance=1e-13)


def test_more_neurons_than_are_prepared_at_once():
    for m in (scanline._CHUNK - 1, scanline._CHUNK, scanline._CHUNK + 1, 3 * scanline._CHUNK + 5):
        w = cloud(m, m)
        w[::3, 1] = 0  # level neurons in every chunk
        check("abs", w, np.linspace(-1, 1, 11), np.linspace(-1, 1, 17), tolerance=1e-13)


@FEW
@given(
    seed=st.integers(0, 2**31),
    powers=st.lists(st.sampled_from([-320, -300, -20, -9, 0, 9, 100]), min_size=3, max_size=3),
    act=st.sampled_from(ACTS),
)
def test_weights_of_any_size(seed, powers, act):
    """All but level neurons, all but upright ones, and kinks far from the grid."""
    w = cloud(seed, 30)
    w[::2, :3] *= 10.0 ** np.array(powers)
    check(act, w, np.linspace(-1, 1, 21), np.linspace(-1, 1, 17), tolerance=1e-13)


def test_grids_far_from_the_origin_and_fine_ones():
    w = cloud(4, 60)
    check("relu", w, np.linspace(1e6, 1e6 + 1, 30), np.linspace(-1e6, 1e6, 20))
    check("relu", w, np.linspace(-1e-9, 1e-9, 30), np.linspace(-1e-12, 1e-12, 20))


def test_what_is_not_finite_shows():
    w = cloud(5, 10)
    w[3, 0] = np.nan
    assert np.isnan(
        predict_grid("relu", 1.0, w, np.linspace(-1, 1, 5), np.linspace(-1, 1, 4))
    ).all()


@SEVERAL
def test_threads_leave_the_bits(monkeypatch):
    x, y, w = np.linspace(-1, 1, 50), np.linspace(-1, 1, 70), cloud(6, 333)
    grids = []
    for threshold in (0, 2**62):
        monkeypatch.setattr(scanline, "_THRESHOLD", threshold)
        grids.append(predict_grid("relu", 1.0, w, x, y).tobytes())
    assert grids[0] == grids[1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "tanh"}, "name='tanh' is not piecewise linear"),
        ({"particles": np.zeros((5, 3))}, r"particles has shape \(5, 3\); it must be \(m, 4\)"),
        ({"particles": np.zeros((0, 4))}, r"particles has shape \(0, 4\); .* m >= 1"),
        ({"x": np.array([0.0, 1, 3])}, "x is not equidistant"),
        ({"y": np.array([0.0, np.nan])}, "y holds values that are not finite"),
        ({"y": np.zeros((2, 2))}, "y has shape"),
    ],
)
def test_refusals(change, message):
    given = {"name": "relu", "scale": 1.0, "particles": cloud(7, 5), "x": np.arange(4.0),
             "y": np.arange(3.0)}  # fmt: skip
    with pytest.raises(ValueError, match=message):
        predict_grid(**(given | change))
