"""exp and log(1 + e): errors over the whole range, limits, and the numbers they rest on."""

import mpmath as mp
import numpy as np
import pytest

from core import exponential, jit

from . import minimax
from .test_elementary import BOTH, CLOSE, singles, ulps


@jit.serial
def exponentials(x, out):
    for i in range(x.size):
        out[i] = exponential.exp(x[i])


@jit.serial
def logarithms(e, out):
    for i in range(e.size):
        out[i] = exponential.log_of_one_plus(e[i])


def mapped(function, x):
    out = np.empty_like(x)
    function(x, out)
    return out


def test_exp_in_single_precision():
    u = singles()
    u = u[np.abs(u) < 88.72]
    error = ulps(mapped(exponentials, u), np.exp(u.astype(float)))
    assert error.max() <= 4, u[error.argmax()]


def test_exp_in_double_precision():
    rng = np.random.default_rng(0)
    halves = np.arange(1, 1023) * (np.log(2) / 2)
    small = 10 ** rng.uniform(-300, 0, 300)
    u = np.concatenate(
        [rng.uniform(-708, 709.7, 3000), halves, -halves, [709.78, -708.39], small, -small]
    )
    with mp.workdps(40):
        for v, found in zip(u.tolist(), mapped(exponentials, u).tolist(), strict=True):
            assert abs(found / mp.exp(mp.mpf(v)) - 1) <= 1e-14, v


@BOTH
def test_limits_of_exp(dtype):
    top, low = (88.8, -87.4) if dtype == np.float32 else (709.8, -708.5)
    u = np.array([0, -0.0, np.inf, -np.inf, np.nan, top, 1e30, low, 1.5 * low, -1e30], dtype)
    found = mapped(exponentials, u)
    np.testing.assert_array_equal(found[:4], [1, 1, np.inf, 0])
    assert np.isnan(found[4]) and (found[5:7] == np.inf).all() and (found[8:] == 0).all()
    assert 0 <= found[7] <= np.finfo(dtype).tiny  # fades out below the least normal number


@BOTH
def test_exp_rises(dtype):
    u = np.arange(-80, 80, 1e-3, dtype=dtype)
    found = mapped(exponentials, u).astype(float)
    rises = np.diff(found) / found[1:]
    assert rises.min() > -4 * CLOSE[dtype]


def test_logarithms():
    rng = np.random.default_rng(1)
    e = np.concatenate([rng.uniform(0, 1, 3000), 10 ** rng.uniform(-300, 0, 1000), [0, 1, 5e-324]])
    found = mapped(logarithms, e)
    with mp.workdps(40):
        for v, value in zip(e.tolist(), found.tolist(), strict=True):
            exact = mp.log1p(mp.mpf(v))
            assert abs(value - exact) <= 1e-15 * exact + mp.mpf(5e-324), v


def test_the_coefficients_of_atanh():
    with mp.workdps(40):
        p, error = minimax.atanh(8)
        np.testing.assert_allclose(exponential.ATANH_DOUBLE, [float(c) for c in p], rtol=1e-6)
        assert error == pytest.approx(4.86e-17, rel=0.02)
        for k in range(1, 50):
            s = mp.mpf(k) / 150
            value = s + s**3 * minimax.polynomial(exponential.ATANH_DOUBLE, s * s)
            assert abs(value / mp.atanh(s) - 1) < 6e-17
