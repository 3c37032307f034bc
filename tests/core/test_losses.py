"""Losses: values, slopes, large margins and errors, parameters; all of the registry."""

import re

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Problem
from core.losses import LOSSES, SOFTMIN, loss, parameter_of, risk_and_forces
from core.losses.formulas import LOGISTIC_SOFTMIN, POLYNOMIAL_SOFTMIN

from . import reference
from .cases import FEW

NAMES = list(LOSSES)

MARGINS = [-1e3, -745.2, -709, -100.3, -36.7, -1.5, -1e-9, 0.0, 1e-9, 0.3, 1.0, 1 + 1e-12, 20,
           36.8, 700.1, 1e3]  # fmt: skip

#: Losses with a parameter, each at its default and at others of its range.
PARAMETERS = {"huber": (None, 0.7, 40.0), "quantile": (None, 0.2, 1.0),
              "polynomial": (None, 0.5, 1.0, 9.0)}  # fmt: skip
CASES = [(name, k) for name in NAMES for k in PARAMETERS.get(name, (None,))]

#: Value and slope by formula: of e = f − y (regression) and of u = y f, k the parameter.
REGRESSION = {
    "square": (lambda e, k: e**2 / 2, lambda e, k: e),
    "huber": (
        lambda e, k: e**2 / 2 if abs(e) <= k else k * (abs(e) - k / 2),
        lambda e, k: max(-k, min(k, e)),
    ),
    "absolute": (lambda e, k: abs(e), lambda e, k: mpmath.sign(e)),
    "quantile": (
        lambda e, k: max(-k * e, (1 - k) * e),
        lambda e, k: 1 - k if e > 0 else -k,
    ),
}
CLASSIFICATION = {
    "logistic": (lambda u, k: mpmath.log1p(mpmath.exp(-u)), lambda u, k: -1 / (1 + mpmath.exp(u))),
    "exponential": (lambda u, k: mpmath.exp(-u), lambda u, k: -mpmath.exp(-u)),
    "hinge": (lambda u, k: max(1 - u, 0), lambda u, k: -1 if u < 1 else 0),
    "squared_hinge": (lambda u, k: max(1 - u, 0) ** 2 / 2, lambda u, k: -max(1 - u, 0)),
    "unhinged": (lambda u, k: 1 - u, lambda u, k: -1),
    "polynomial": (
        lambda u, k: (1 + u) ** -k if u >= 0 else 1 - k * u,
        lambda u, k: -k * (1 + max(u, 0)) ** (-k - 1),
    ),
}


def exact(name, f, y, k):
    """Value and slope in f of a loss at one sample, to 500 digits and then rounded."""
    with mpmath.workdps(500):
        f, y = mpmath.mpf(f), mpmath.mpf(y)
        k = mpmath.mpf(reference.PARAMETERS.get(name, 0) if k is None else k)
        if name in REGRESSION:
            value, slope = REGRESSION[name]
            return float(value(f - y, k)), float(slope(f - y, k))
        value, slope = CLASSIFICATION[name]
        return float(value(y * f, k)), float(y * slope(y * f, k))


def one(name, f, y, parameter=None):
    """Value and slope of a loss at one sample."""
    risk, force = risk_and_forces(loss(name).code, np.array([f]), np.array([y]), parameter)
    return risk, force[0]


def test_the_registry_holds_the_agreed_names():
    assert set(NAMES) == set(REGRESSION) | set(CLASSIFICATION)
    codes = {entry.code for entry in LOSSES.values()}
    assert len(codes) == len(NAMES)
    assert not codes & {SOFTMIN, LOGISTIC_SOFTMIN, POLYNOMIAL_SOFTMIN}
    for name, entry in LOSSES.items():
        assert entry.name == name and entry.label and entry.latex and loss(name) is entry
        assert entry.labels == (name in CLASSIFICATION)
        assert (entry.parameter is None) == (name not in PARAMETERS)


@pytest.mark.parametrize("u", MARGINS)
@pytest.mark.parametrize(("name", "k"), CASES)
def test_value_and_slope_against_many_digits(name, k, u):
    """At both labels; only what overflows a double (exp(−u) for u < −709.7) is left out."""
    tiny = np.finfo(float).tiny  # below the normal numbers, digits are lost
    for y in (1.0, -1.0):
        expected, slope = exact(name, y * u, y, k)
        value, force = one(name, y * u, y, k)
        # A power loses |k log u| roundings.
        assert value == pytest.approx(expected, rel=2e-14, abs=tiny)
        assert force == pytest.approx(slope, rel=2e-14, abs=tiny)


@pytest.mark.parametrize("e", [-1e3, -40.5, -1.0, -0.7, -0.3, -1e-9, 0.0, 1e-9, 0.3, 0.7, 1.0, 1e3])
@pytest.mark.parametrize(("name", "k"), [case for case in CASES if case[0] in REGRESSION])
def test_errors_of_regression_against_many_digits(name, k, e):
    """With y = 0, so that the error is e to the last bit; also at and beside the kinks."""
    value, force = one(name, e, 0.0, k)
    expected, slope = exact(name, e, 0.0, k)
    assert value == pytest.approx(expected, rel=1e-15, abs=1e-300)
    assert force == pytest.approx(slope, rel=1e-15, abs=1e-300)


@pytest.mark.parametrize(("name", "k"), CASES)
@FEW
@given(f=st.floats(-30, 30), y=st.sampled_from([-1.0, 1.0]))
def test_slope_against_central_differences(name, k, f, y):
    h = 1e-5
    if name in REGRESSION:
        size = 1.0 if k is None else k
        kinks = [y, y + size, y - size]
    else:
        kinks = [y, 0.0]
    while min(abs(f - kink) for kink in kinks) < 2 * h:
        f += 4 * h
    differences = (one(name, f + h, y, k)[0] - one(name, f - h, y, k)[0]) / (2 * h)
    value, force = one(name, f, y, k)
    # The difference of two values loses their size × rounding / h; its own error is of order h².
    assert force == pytest.approx(differences, rel=1e-6, abs=1e-6 + 1e-9 * abs(value))


@pytest.mark.parametrize("n", [1, 2, 7, 100])
@pytest.mark.parametrize(("name", "k"), CASES)
def test_risk_is_the_mean_and_forces_its_gradient(name, k, n):
    rng = np.random.default_rng(n)
    f, y = 3 * rng.standard_normal(n), rng.choice([-1.0, 1.0], size=n)
    values, slopes = reference.loss(name, f, y, k)
    risk, g = risk_and_forces(loss(name).code, f, y, k)
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


@pytest.mark.parametrize("name", ["mse", "", None, ["square"], 3])
def test_unknown_name(name):
    with pytest.raises(ValueError, match=r"loss=.*square, huber, .*polynomial"):
        loss(name)


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters_out_of_range_are_refused_by_name(name):
    about = loss(name).parameter
    allowed = re.escape(f"is not a finite number in ]{about.low:g}, {about.high:g}]")
    X, y = np.eye(3), np.array([1.0, -1.0, 1.0])
    for value in (about.low, -1.0, about.high * 1.001, np.nan, np.inf, "1", True, [1.0]):
        with pytest.raises(ValueError, match=f"loss_parameter=.* {allowed}"):
            Problem(X, y, loss=name, loss_parameter=value)
    for value in (about.high, about.default, np.float32(0.5), 1):
        assert Problem(X, y, loss=name, loss_parameter=value).loss_parameter == value
    problem = Problem(X, y, loss=name)
    assert problem.loss_parameter == about.default == reference.PARAMETERS[name]


def test_a_loss_without_a_parameter_takes_no_notice_of_one():
    for name in set(NAMES) - set(PARAMETERS):
        assert parameter_of(loss(name), 3.0) is None
        assert one(name, 0.3, 1.0, 3.0) == one(name, 0.3, 1.0)
