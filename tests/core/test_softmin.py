"""Soft minima S = ℓ⁻¹(mean ℓ(u)) of the margins, and their forces, at margins up to ±1000."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.losses import SOFTMIN, risk_and_forces
from core.losses.formulas import LOGISTIC_SOFTMIN, POLYNOMIAL_SOFTMIN

from .cases import FEW

MARGIN_LISTS = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12)

#: The losses and their slopes, with k the power of the polynomial tail.
LOSS = {
    LOGISTIC_SOFTMIN: lambda u, k: mpmath.log1p(mpmath.exp(-u)),
    POLYNOMIAL_SOFTMIN: lambda u, k: (1 + u) ** -k if u >= 0 else 1 - k * u,
}
SLOPE = {
    LOGISTIC_SOFTMIN: lambda u, k: -1 / (1 + mpmath.exp(u)),
    POLYNOMIAL_SOFTMIN: lambda u, k: -k * (1 + max(u, 0)) ** (-k - 1),
}
#: Their inverses: S = −log expm1(e^L) with L = log mean ℓ, and the two branches of the tail.
INVERSE = {
    LOGISTIC_SOFTMIN: lambda r, k: -mpmath.log(mpmath.expm1(r)),
    POLYNOMIAL_SOFTMIN: lambda r, k: r ** (-1 / k) - 1 if r < 1 else (1 - r) / k,
}
CASES = [(LOGISTIC_SOFTMIN, None), *((POLYNOMIAL_SOFTMIN, k) for k in (None, 0.5, 1.0, 7.0))]


def labelled(u, seed=0):
    """Predictions and labels ±1 with the margins u."""
    y = np.random.default_rng(seed).choice([-1.0, 1.0], size=len(u))
    return y * np.array(u), y


def by_formula(code, u, k):
    """S and ∂S/∂u_i = ℓ'(u_i) / (n ℓ'(S)) to 900 digits: e^(−1000) must not vanish beside 1."""
    with mpmath.workdps(900):
        u, k = [mpmath.mpf(v) for v in u], mpmath.mpf(2 if k is None else k)
        soft = INVERSE[code](mpmath.fsum(LOSS[code](v, k) for v in u) / len(u), k)
        slopes = [SLOPE[code](v, k) / (len(u) * SLOPE[code](soft, k)) for v in u]
        return float(soft), np.array([float(slope) for slope in slopes])


@pytest.mark.parametrize(("code", "k"), CASES)
@FEW
@given(u=MARGIN_LISTS)
def test_soft_minima_of_other_losses_against_many_digits(code, k, u):
    f, y = labelled(u)
    soft, slopes = by_formula(code, u, k)
    minus_s, g = risk_and_forces(code, f, y, k)
    assert -minus_s == pytest.approx(soft, rel=1e-12, abs=1e-12)
    np.testing.assert_allclose(g, -y * slopes, rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("level", [-1e3, -745.2, -40, -1e-9, 0, 1e-9, 39.9, 40, 40.1, 745.2, 1e3])
@pytest.mark.parametrize(("code", "k"), CASES)
def test_soft_minima_at_chosen_levels(code, k, level):
    """Around the change of formula at 40, where e^(−u) vanishes, and at both ends."""
    for u in ([level], [level] * 5, [level, 1e3], [level, level + 1, level + 3], [level, -1e3]):
        f, y = labelled(u)
        soft, slopes = by_formula(code, u, k)
        minus_s, g = risk_and_forces(code, f, y, k)
        assert -minus_s == pytest.approx(soft, rel=1e-12, abs=1e-12)
        np.testing.assert_allclose(g, -y * slopes, rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize(("code", "k"), [(SOFTMIN, None), *CASES])
@FEW
@given(u=MARGIN_LISTS)
def test_a_soft_minimum_lies_between_the_least_margin_and_the_mean(code, k, u):
    """ℓ is decreasing and convex (Jensen); the weights are not negative."""
    f, y = labelled(u)
    minus_s, g = risk_and_forces(code, f, y, k)
    slack = 1e-11 * (1 + np.abs(u).max())
    assert min(u) - slack <= -minus_s <= np.mean(u) + slack
    assert (-y * g >= 0).all()


@pytest.mark.parametrize("base", [-1e3, 0.0, 1e3])
def test_large_margins_turn_the_logistic_soft_minimum_into_the_exponential_one(base):
    """log(1 + e^(−u)) → e^(−u); near 0 and below, the two are not alike."""
    f, y = labelled(base + np.array([0.0, 0.5, 3.0]))
    exponential, logistic = (risk_and_forces(code, f, y) for code in (SOFTMIN, LOGISTIC_SOFTMIN))
    same = base > 0
    assert (abs(exponential[0] - logistic[0]) < 1e-9) == same
    assert np.allclose(exponential[1], logistic[1], rtol=1e-9) == same


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
