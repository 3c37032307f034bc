"""Pair functions of the closed forms against 40 digits, and the limits of their arguments."""

import mpmath as mp
import numpy as np
import pytest

from core import jit
from core.population import closed_forms as forms
from core.population.closed_forms import FORMS, closed_form

EPS = np.finfo(float).eps

#: Angles from one end to the other, close to both.
ANGLES = [0, 1e-12, 1e-8, 1e-4, 0.01, 0.3, 1.0, "1.5707", "1.5709", 2.0, 3.0, 3.14]
ANGLES = [mp.mpf(angle) for angle in ANGLES]
ANGLES += [mp.mpf(mp.pi) - mp.mpf(gap) for gap in (1e-2, 1e-4, 1e-8, 1e-12, 0)]


@jit.serial
def quarter(s, c):
    return forms.quarter_angle(s, c)


@jit.serial
def pair(form, t, gap, r, other):
    return forms.pair(form, t, gap, r, other)


def call(name, t, gap, r=1.0, other=1.0, law="gaussian", d=2):
    form = closed_form(name, law)
    return pair((form.kind, form.positive, form.negative, form.nodes(d)), t, gap, r, other)


def exact(name, theta, r, other):
    """Return (h, k1, k0) by the textbook formulas."""
    if name == "erf":
        return exact_erf(theta, r, other)
    rest, sine, cosine = mp.pi - theta, mp.sin(theta), mp.cos(theta)
    if name == "step":
        k1 = 1 / (2 * mp.pi * sine) if sine > 1e-13 else mp.mpf(0)
        return rest / (2 * mp.pi), k1, -cosine * k1
    if name == "relu2":
        h = (3 * sine * cosine + rest * (1 + 2 * cosine**2)) / (2 * mp.pi)
        k1 = (4 * sine + 4 * rest * cosine) / (2 * mp.pi)
        return h, k1, 2 * h - cosine * k1
    plus, minus = FORMS[name].positive, mp.mpf(FORMS[name].negative)
    relu = (sine + rest * cosine) / (2 * mp.pi)
    h = (plus - minus) ** 2 * relu + ((plus - minus) * minus + minus**2) * cosine
    k1 = (plus - minus) ** 2 * rest / (2 * mp.pi) + (plus - minus) * minus + minus**2
    return h, k1, h - cosine * k1


def exact_erf(theta, r, other):
    """From G = (2/π) asin(2 a·b / √((1 + 2|a|²)(1 + 2|b|²))), its derivatives by differences."""
    r, other = mp.mpf(r), mp.mpf(other)

    def kernel(length, dot):
        return 2 / mp.pi * mp.asin(2 * dot / mp.sqrt((1 + 2 * length**2) * (1 + 2 * other**2)))

    dot = r * other * mp.cos(theta)
    by_length = mp.diff(kernel, (r, dot), (1, 0))  # ∇_a G = ∂_dot G b + ∂_length G a/|a|
    by_dot = mp.diff(kernel, (r, dot), (0, 1))
    return kernel(r, dot), by_dot * other, by_length


def test_the_angle_against_40_digits():
    """Three roundings of the last place at most, from the smallest angle to π/4."""
    with mp.workdps(40):
        ratios = [0.0, 1e-300, 1e-17, 1e-8, *np.linspace(1e-3, 1, 400), 0.41421356, 0.41421357]
        for s in ratios:
            for c in (1.0, 1.7):
                expected = mp.atan(mp.mpf(s * c) / mp.mpf(c))
                assert abs(quarter(s * c, c) - expected) <= 1.5 * EPS * expected


@pytest.mark.parametrize("name", FORMS)
def test_pairs_against_40_digits(name):
    """Relative to the value, or to the terms it is a difference of near the two ends."""
    with mp.workdps(40):
        for theta in ANGLES:
            t = mp.cos(theta)
            gap = float(1 - abs(t))
            near = mp.acos(1 - mp.mpf(gap)) if gap else mp.mpf(0)  # the angle that arrives
            arrived = near if t > 0 else mp.pi - near
            for r, other in ((1.0, 1.0), (0.3, 2.5), (20.0, 20.0), (0.3, 0.0)):
                found = call(name, float(t), gap, r, other)
                expected = exact(name, arrived, r, other)
                for one, other_one in zip(found, expected, strict=True):
                    assert abs(one - other_one) <= 8 * EPS * max(1, abs(other_one))


@pytest.mark.parametrize("name", ["relu", "step"])
def test_small_overlaps_keep_their_digits(name):
    """Close to θ = π the overlap π − θ is small, and known to full relative precision."""
    with mp.workdps(40):
        for overlap in (1e-3, 1e-6, 1e-12):
            gap = float(1 - mp.cos(mp.mpf(overlap)))
            expected = mp.acos(1 - mp.mpf(gap)) / (2 * mp.pi)
            found = call(name, -1.0, gap)[1 if name == "relu" else 0]
            assert abs(found - expected) <= 4 * EPS * expected


def test_a_vector_of_no_length_has_no_part_in_the_erf():
    assert call("erf", 0.0, 1.0, 0.0, 2.0)[0] == 0
    h, k1, k0 = call("erf", 0.0, 1.0, 2.0, 0.0)
    assert (h, k1, k0) == (0, 0, 0)


@pytest.mark.parametrize(
    ("name", "degree", "gaussian", "sphere"),
    [("step", 0, 1, 1), ("relu", 1, 1, 5), ("abs", 1, 1, 5), ("relu2", 2, 1, 35)],
)
def test_moments(name, degree, gaussian, sphere):
    form = closed_form(name, "sphere")
    assert form.degree == degree
    assert (form.moment("gaussian", 5), form.moment("sphere", 5)) == (gaussian, sphere)


def test_activations_without_a_closed_form():
    for name in ("tanh", "sigmoid", "swish", None, ["relu"]):
        with pytest.raises(ValueError, match=r"activation=.* no population risk .* relu, leaky"):
            closed_form(name, "gaussian")
