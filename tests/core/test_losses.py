"""Losses and the soft minimum: values, slopes, large margins; all of the registry."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.losses import LOSSES, SOFTMIN, loss, risk_and_forces

from . import reference
from .cases import FEW

NAMES = list(LOSSES)

MARGINS = [-1e3, -745.2, -709, -100.3, -36.7, -1.5, -1e-9, 0.0, 1e-9, 0.3, 1.0, 1 + 1e-12, 20,
           36.8, 700.1, 1e3]  # fmt: skip

EXACT = {
    "square": lambda u: (u - 1) ** 2 / 2,
    "logistic": lambda u: mpmath.log1p(mpmath.exp(-u)),
    "exponential": lambda u: mpmath.exp(-u),
    "hinge": lambda u: max(1 - u, 0),
    "squared_hinge": lambda u: max(1 - u, 0) ** 2 / 2,
}
EXACT_SLOPES = {
    "square": lambda u: u - 1,
    "logistic": lambda u: -1 / (1 + mpmath.exp(u)),
    "exponential": lambda u: -mpmath.exp(-u),
    "hinge": lambda u: -1 if u < 1 else 0,
    "squared_hinge": lambda u: -max(1 - u, 0),
}

MARGIN_LISTS = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12)


def one(name, f, y):
    """Value and slope of a loss at one sample."""
    risk, force = risk_and_forces(loss(name).code, np.array([f]), np.array([y]))
    return risk, force[0]


def labelled(u, seed=0):
    """Predictions and labels ±1 with the margins u."""
    y = np.random.default_rng(seed).choice([-1.0, 1.0], size=len(u))
    return y * np.array(u), y


def test_the_registry_holds_the_agreed_names():
    assert {"square", "logistic", "exponential", "hinge", "squared_hinge"} <= set(NAMES)
    codes = {entry.code for entry in LOSSES.values()}
    assert len(codes) == len(NAMES) and SOFTMIN not in codes
    for name, entry in LOSSES.items():
        assert entry.name == name and entry.label and entry.latex and loss(name) is entry
        assert entry.labels == (name != "square")


@pytest.mark.parametrize("u", MARGINS)
@pytest.mark.parametrize("name", NAMES)
def test_value_and_slope_against_many_digits(name, u):
    """At both labels; only what overflows a double (exp(−u) for u < −709.7) is left out."""
    with mpmath.workdps(500):
        expected = float(EXACT[name](mpmath.mpf(u)))
        slope = float(EXACT_SLOPES[name](mpmath.mpf(u)))
    tiny = np.finfo(float).tiny  # below the normal numbers, digits are lost
    for y in (1.0, -1.0):
        value, force = one(name, y * u, y)
        assert value == pytest.approx(expected, rel=4e-15, abs=tiny)
        assert force == pytest.approx(y * slope, rel=4e-15, abs=tiny)


@pytest.mark.parametrize("name", NAMES)
@FEW
@given(f=st.floats(-30, 30), y=st.sampled_from([-1.0, 1.0]))
def test_slope_against_central_differences(name, f, y):
    h = 1e-5
    if abs(y * f - 1) < 2 * h:
        f += 10 * h  # away from the kink of the hinge
    differences = (one(name, f + h, y)[0] - one(name, f - h, y)[0]) / (2 * h)
    value, force = one(name, f, y)
    assert force == pytest.approx(differences, rel=1e-6, abs=1e-6 + 1e-9 * abs(value))


@pytest.mark.parametrize("n", [1, 2, 7, 100])
@pytest.mark.parametrize("name", NAMES)
def test_risk_is_the_mean_and_forces_its_gradient(name, n):
    rng = np.random.default_rng(n)
    f, y = 3 * rng.standard_normal(n), rng.choice([-1.0, 1.0], size=n)
    values, slopes = reference.loss(name, f, y)
    risk, g = risk_and_forces(loss(name).code, f, y)
    assert risk == pytest.approx(values.mean(), rel=1e-14)
    np.testing.assert_allclose(g, slopes / n, rtol=1e-14)


def test_the_square_loss_takes_any_target():
    f, y = np.array([0.5, -2.0]), np.array([3.0, 0.25])
    risk, g = risk_and_forces(loss("square").code, f, y)
    assert risk == pytest.approx((2.5**2 + 2.25**2) / 4)
    np.testing.assert_allclose(g, [-1.25, -1.125])


def test_predictions_in_single_precision_are_taken_in_double():
    f = np.array([0.1, 0.2], np.float32)
    risk, g = risk_and_forces(loss("logistic").code, f, np.array([1, -1], np.float32))
    assert g.dtype == np.float64
    assert risk == risk_and_forces(loss("logistic").code, f.astype(float), np.array([1.0, -1]))[0]


@FEW
@given(u=MARGIN_LISTS)
def test_softmin_against_many_digits(u):
    f, y = labelled(u)
    with mpmath.workdps(500):
        weights = [mpmath.exp(-mpmath.mpf(v)) for v in u]
        total = mpmath.fsum(weights)
        soft_minimum = float(-mpmath.log(total / len(u)))
        q = np.array([float(weight / total) for weight in weights])
    minus_s, g = risk_and_forces(SOFTMIN, f, y)
    assert -minus_s == pytest.approx(soft_minimum, rel=1e-14, abs=1e-13)
    np.testing.assert_allclose(g, -y * q, rtol=1e-12, atol=1e-300)


@FEW
@given(u=MARGIN_LISTS, shift=st.floats(-1e3, 1e3))
def test_softmin_bounds_sum_and_shift(u, shift):
    f, y = labelled(u)
    minus_s, g = risk_and_forces(SOFTMIN, f, y)
    slack = 1e-12 * (1 + np.abs(u).max())
    assert min(u) - slack <= -minus_s <= min(u) + math.log(len(u)) + slack
    assert np.abs(g).sum() == pytest.approx(1, rel=1e-14)
    moved, moved_g = risk_and_forces(SOFTMIN, *labelled(np.array(u) + shift))
    assert moved == pytest.approx(minus_s - shift, rel=1e-12, abs=1e-9)
    np.testing.assert_allclose(moved_g, g, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("level", [-1e3, 1e3])
def test_softmin_of_equal_margins(level):
    minus_s, g = risk_and_forces(SOFTMIN, *labelled([level] * 5))
    assert minus_s == -level
    np.testing.assert_array_equal(np.abs(g), 0.2)


@pytest.mark.parametrize("name", ["mse", "", None, ["square"], 3])
def test_unknown_name(name):
    with pytest.raises(ValueError, match=r"loss=.*square, logistic, exponential"):
        loss(name)
