"""tanh, sigmoid, erf and their slopes: errors in units in the last place over the whole range."""

from functools import cache

import mpmath as mp
import numpy as np
import pytest
from numba import njit
from scipy import special

from core import elementary, exponential, jit
from core.activations import ACTIVATIONS, STAMP, TOLD, activation, slope_told
from core.kernels import dense
from core.vectors import lanes

from . import minimax

NAMES = ("tanh", "sigmoid", "erf")
DTYPES = (np.float32, np.float64)
EACH = pytest.mark.parametrize("name", NAMES)
BOTH = pytest.mark.parametrize("dtype", DTYPES)

#: What is promised: units in the last place in float32, relative error in float64.
ULPS, RELATIVE = 4.0, 1e-14
CLOSE = {np.float32: ULPS * np.finfo(np.float32).eps, np.float64: RELATIVE}


def double(name, u):
    """Value and slope in float64, without cancellation; some 1e-16 off, nothing in float32."""
    if name == "erf":
        return special.erf(u), 2 / np.sqrt(np.pi) * np.exp(-u * u)
    v = 2 * u if name == "tanh" else u
    e = np.exp(-np.abs(v))
    slope = (4 if name == "tanh" else 1) * e / (1 + e) ** 2
    return (np.tanh(u) if name == "tanh" else special.expit(u)), slope


def many_digits(name, u):
    """Value and slope of one number, to 50 digits."""
    u = mp.mpf(u)
    if name == "erf":
        return mp.erf(u), 2 / mp.sqrt(mp.pi) * mp.exp(-u * u)
    if name == "tanh":
        return mp.tanh(u), mp.sech(u) ** 2
    return 1 / (1 + mp.exp(-u)), 1 / (2 + mp.exp(u) + mp.exp(-u))


@cache
def singles():
    """2.2 million float32: every exponent and both signs, and the middle range closely."""
    rng = np.random.default_rng(0)
    mantissas = rng.integers(0, 2**23, (255, 3000), dtype=np.uint32)
    mantissas[:, :4] = 0, 1, 2**23 - 1, 2**22
    exponents = np.arange(255, dtype=np.uint32)[:, None]
    wide = ((exponents << np.uint32(23)) | mantissas).ravel().view(np.float32)
    close = np.linspace(0, 110, 350_000, dtype=np.float32)
    worst = np.float32(0.055023488) + np.arange(-5000, 5000) * np.float32(2.0**-28)  # known for erf
    return np.concatenate([wide, -wide, close, -close, worst.astype(np.float32)])


@cache
def doubles():
    """2400 float64: both signs, every scale, the multiples of (log 2)/2 where exponents change."""
    rng = np.random.default_rng(1)
    halves = np.arange(1, 240) * (np.log(2) / 4)
    positive = np.concatenate([
        10 ** rng.uniform(-300, 3, 200), 10 ** rng.uniform(-4, 2.6, 500), rng.uniform(0, 40, 261),
        halves, np.nextafter(halves, 0)[:100],
    ])  # fmt: skip
    return np.concatenate([positive, -positive])


def ulps(found, exact):
    """Return |found − exact| in units in the last place of exact; both 0 below the normal range."""
    info = np.finfo(found.dtype)
    unit = np.exp2(np.floor(np.log2(np.maximum(np.abs(exact), info.tiny)))) * info.eps
    error = np.abs(found.astype(np.float64) - exact) / unit
    return np.where(np.abs(exact) < info.tiny, np.abs(found) > info.tiny, error)


@EACH
def test_every_scale_in_single_precision(name):
    u = singles()
    for found, exact in zip(activation(name).both(u), double(name, u.astype(float)), strict=True):
        error = ulps(found, exact)
        assert error.max() <= ULPS, u[error.argmax()]


@EACH
def test_every_scale_in_double_precision(name):
    u = doubles()
    tiny = np.finfo(float).tiny
    with mp.workdps(50):
        exact = [many_digits(name, v) for v in u.tolist()]
        for side, found in enumerate(activation(name).both(u)):
            for v, approximate, pair in zip(u, found.tolist(), exact, strict=True):
                if abs(pair[side]) < tiny:
                    assert abs(approximate) <= tiny
                else:
                    assert abs(approximate / pair[side] - 1) <= RELATIVE, v


@EACH
@BOTH
def test_limits_nan_and_symmetry(name, dtype):
    tiny, eps, huge = (getattr(np.finfo(dtype), key) for key in ("tiny", "eps", "max"))
    value, slope = activation(name).both(np.array([np.nan, np.inf, -np.inf, huge, -huge], dtype))
    assert np.isnan(value[0]) and np.isnan(slope[0])
    low = 0 if name == "sigmoid" else -1
    np.testing.assert_array_equal(value[1:], [1, low, 1, low])
    np.testing.assert_array_equal(slope[1:], 0)
    small = np.array([0, tiny, tiny / 2, tiny * eps, -tiny * eps, 1e-5 * eps], dtype)
    at_zero = {"tanh": (0, 1, 1), "sigmoid": (0.5, 0, 0.25), "erf": (0, *2 * [2 / np.sqrt(np.pi)])}
    level, growth, rise = at_zero[name]
    value, slope = activation(name).both(small)
    expected = (level + np.float64(growth) * small).astype(dtype)
    np.testing.assert_allclose(value, expected, rtol=CLOSE[dtype], atol=2 * tiny * eps)
    np.testing.assert_allclose(slope, rise, rtol=CLOSE[dtype])
    u = np.concatenate([small, np.geomspace(1e-6, 50, 1000, dtype=dtype)])
    (up, up_slope), (down, down_slope) = activation(name).both(u), activation(name).both(-u)
    np.testing.assert_array_equal(up_slope, down_slope)
    if name != "sigmoid":
        np.testing.assert_array_equal(up, -down)


@EACH
@BOTH
def test_values_rise_and_slopes_fall_but_for_rounding(name, dtype):
    """Between neighbours a thousandth apart, far above the promised errors until both saturate."""
    u = np.arange(0, 40, 1e-3, dtype=dtype)
    value, slope = activation(name).both(u)
    eps = np.finfo(dtype).eps
    assert (np.diff(value) >= -4 * eps).all() and value.max() <= 1
    assert (np.diff(value)[u[1:] < 2] > 0).all()
    assert (slope[1:] <= slope[:-1] * (1 + 8 * eps)).all() and (slope >= 0).all()


@cache
def kernel(code, dtype, stamp=STAMP):
    """The loop of the dense engine over one neuron, which keeps values and slopes."""
    zero = np.dtype(dtype).type(0)

    @jit.serial
    def run(neuron, u, kept, f):
        _ = stamp
        dense.predict_block(code, True, (zero,), neuron, neuron, u, kept, kept, f)

    return run


@njit
def slopes_told(code, values):
    slopes = np.empty_like(values)
    for i in range(values.size):
        slopes[i] = slope_told(code, values[i])
    return slopes


@EACH
@BOTH
def test_the_same_inside_a_kernel(name, dtype):
    """In vectors, among the sums of a prediction."""
    u = np.concatenate([np.linspace(-45, 45, 40_001), np.geomspace(1e-30, 1, 4_000)]).astype(dtype)
    neuron = np.zeros((1, 2, lanes(dtype)), dtype)
    neuron[0, :, 0] = 1  # the other lanes have no weight
    kept, f = np.zeros((u.size, 2, lanes(dtype)), dtype), np.zeros(u.size, dtype)
    kernel(ACTIVATIONS[name].code, np.dtype(dtype).name)(neuron, u[:, None], kept, f)
    values, slopes = kept[:, 0, 0], kept[:, 1, 0]
    np.testing.assert_array_equal(f, values)
    most = CLOSE[dtype] / np.finfo(dtype).eps
    expected = double(name, u.astype(float))
    if ACTIVATIONS[name].code in TOLD:
        assert not slopes.any()  # they are not kept
        told = slopes_told(ACTIVATIONS[name].code, values)
        # A value next to 1 is off by half a unit, its square by one.
        np.testing.assert_allclose(told, expected[1], rtol=0, atol=8 * np.finfo(dtype).eps)
        found_and_exact = [(values, expected[0])]
    else:
        found_and_exact = [(values, expected[0]), (slopes, expected[1])]
    for found, exact in found_and_exact:
        error = ulps(found, exact)
        # NumPy's exponential is itself off by up to a unit in u², 1600 of them here.
        far = np.abs(u) > 6 if name == "erf" and dtype == np.float64 else np.zeros(u.size, bool)
        assert error[~far].max() <= most, u[~far][error[~far].argmax()]
    alone = activation(name).both(u)
    np.testing.assert_allclose(values, alone[0], rtol=2 * CLOSE[dtype])
    if ACTIVATIONS[name].code not in TOLD:
        np.testing.assert_allclose(slopes, alone[1], rtol=2 * CLOSE[dtype])


def exponential_error(p):
    """Greatest relative error of r + r² P(r) for expm1(r)."""
    half = mp.log(2) / 2
    r = [half * k / 50 for k in range(-50, 51) if k]
    return max(abs((v + v**2 * minimax.polynomial(p, v)) / mp.expm1(v) - 1) for v in r)


def erf_error(p, q):
    """Greatest relative error of erf from N and D."""
    a = [mp.mpf(k) / 40 for k in range(1, 240)]
    ratios = [v * minimax.polynomial(p, v) / minimax.polynomial(q, v) for v in a]
    pairs = zip(a, ratios, strict=True)
    return max(abs((-mp.expm1(-v * v) + mp.exp(-v * v) * x) / mp.erf(v) - 1) for v, x in pairs)


def test_the_coefficients_are_as_close_as_they_say():
    with mp.workdps(40):
        assert exponential_error(exponential.EXPM1_SINGLE) < 1.8e-8
        assert exponential_error(exponential.EXPM1_DOUBLE) < 1.5e-15
        assert erf_error(*elementary.ERF_SINGLE) < 1.5e-8
        assert erf_error(*elementary.ERF_DOUBLE) < 4.1e-15


def test_the_coefficients_are_found_again():
    with mp.workdps(40):
        p, error = minimax.expm1(8)
        np.testing.assert_allclose(exponential.EXPM1_DOUBLE, [float(c) for c in p], rtol=1e-6)
        assert error == pytest.approx(1.4e-15, rel=0.02)
        p, q, error = minimax.erf(mp.mpf("3.95"), 3, 3)
        for found, kept in zip((p, q), elementary.ERF_SINGLE, strict=True):
            np.testing.assert_allclose(kept, [1.65625 * float(c) for c in found], rtol=2e-3)
        assert error == pytest.approx(8.8e-9, rel=0.02)
