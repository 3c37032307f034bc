"""tanh, sigmoid, erf and their slopes: errors in units in the last place over the whole range."""

from functools import cache

import mpmath as mp
import numpy as np
import pytest
from scipy import special

from core import elementary, jit
from core.activations import ACTIVATIONS, STAMP, activation
from core.kernels import blas, dense

from . import minimax

NAMES = ("tanh", "sigmoid", "erf")
DTYPES = (np.float32, np.float64)
EACH = pytest.mark.parametrize("name", NAMES)
BOTH = pytest.mark.parametrize("dtype", DTYPES)

#: What is promised: units in the last place in float32, relative error in float64.
ULPS, RELATIVE = 4.0, 1e-14


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
    return np.concatenate([wide, -wide, close, -close])


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
