"""The erf's pair on the unit sphere against quadrature, the circle, the line and their limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import erf, roots_jacobi

from core import jit
from core.population import PopulationProblem
from core.population import closed_forms as forms
from core.population.closed_forms import closed_form
from core.population.contour import contour

from .cases import FEW

LENGTHS = [(0.01, 0.3), (1.0, 1.0), (0.5, 3.0), (6.0, 6.0), (8.0, 1e-3), (0.0, 2.0)]
ANGLES = [0.0, 1e-3, 0.4, 1.3, 1.8, 2.9, math.pi]


@jit.serial
def pair(form, t, gap, r, other):
    return forms.pair(form, t, gap, r, other)


def call(d, theta, r, other):
    """Return (h, k1, k0) of two vectors at an angle."""
    form = closed_form("erf", "sphere")
    gap = 2 * math.sin(min(theta, math.pi - theta) / 2) ** 2
    return pair((form.kind, 0.0, 0.0, form.nodes(d)), math.cos(theta), gap, r, other)


def slope(u):
    return 2 / math.sqrt(math.pi) * np.exp(-u * u)


def mean(d, theta, function, count=120):
    """Return E[function(x, y)], x = â·s and y = b̂·s of s on the sphere of R^d."""
    if d == 1:
        return sum(function(x, x * round(math.cos(theta))) for x in (1.0, -1.0)) / 2
    if d == 2:
        angle = np.arange(4000) * 2 * math.pi / 4000
        return function(np.cos(angle), np.cos(angle - theta)).mean()
    x, weights = roots_jacobi(count, (d - 3) / 2, (d - 3) / 2)
    across, others = roots_jacobi(count, (d - 4) / 2, (d - 4) / 2)
    y = math.cos(theta) * x[:, None] + math.sin(theta) * np.sqrt(1 - x[:, None] ** 2) * across
    return weights @ function(x[:, None], y) @ others / weights.sum() / others.sum()


@pytest.mark.parametrize("d", [1, 2, 3, 4, 7, 30, 100, 1000])
def test_pairs_against_quadrature(d):
    for theta in ANGLES if d > 1 else (0.0, math.pi):
        for r, other in LENGTHS:
            h, k1, k0 = call(d, theta, r, other)
            value = mean(d, theta, lambda x, y, r=r, s=other: erf(r * x) * erf(s * y))
            assert h == pytest.approx(value, rel=0, abs=2e-12)
            for along, first in ((k0 + k1 * math.cos(theta), 0), (k0 * math.cos(theta) + k1, 1)):
                # ∇_a G = E[σ'(a·s) σ(b·s) s], its parts along â and along b̂
                expected = mean(
                    d,
                    theta,
                    lambda x, y, r=r, s=other, k=first: slope(r * x) * erf(s * y) * (x, y)[k],
                )
                assert along == pytest.approx(expected, rel=0, abs=2e-12)


@pytest.mark.parametrize("d", [2, 3, 10])
def test_long_vectors_see_signs(d):
    """E[sign(a·s) sign(b·s)] = 1 − 2θ/π in any dimension; the error is of order 1/r²."""
    for theta in (0.3, 1.2, 2.0, 3.0):
        for r in (1e5, 1e8, 1e12):
            assert call(d, theta, r, r)[0] == pytest.approx(1 - 2 * theta / math.pi, abs=1e-8)


def test_short_vectors_see_a_straight_line():
    """erf u = 2u/√π − …, and E[(a·s)(b·s)] = a·b/d."""
    for d in (1, 2, 5, 300):
        h, k1, _ = call(d, 0.0, 1e-6, 1e-6)
        assert h == pytest.approx(4e-12 / math.pi / d, rel=1e-9)
        assert k1 == pytest.approx(4e-6 / math.pi / d, rel=1e-9)


@pytest.mark.parametrize("d", [1, 2, 3, 64, 65, 1000, 3000])
def test_the_weights_are_those_of_a_mean(d):
    """Of ∫ u^k over the sphere, E over N(0, I/2p) is (ν)_k / p^k, and on the sphere 1."""
    x, y, w, v = contour(d)
    for k in range(4):
        rising = math.prod(d / 2 + i for i in range(k))
        total = ((w + 1j * v) * rising / (x + 1j * y) ** k).sum().real
        assert total == pytest.approx(1, abs=2e-11)


@FEW
@given(st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_in_many_dimensions_the_sphere_is_a_gaussian(d, seed):
    """|x|² of N(0, I) in 100·d dimensions varies by √(2/100d): risks agree to first order."""
    rng = np.random.default_rng(seed)
    dimensions = 100 * d
    teacher = np.zeros((2, dimensions + 1))
    teacher[:, :2], teacher[:, -1] = rng.standard_normal((2, 2)), (1.0, 2.0)
    gaussian = PopulationProblem(teacher, "erf", "gaussian").null_risk
    teacher[:, :2] *= math.sqrt(dimensions)
    sphere = PopulationProblem(teacher, "erf", "sphere").null_risk
    assert sphere == pytest.approx(gaussian, rel=3 / dimensions)
