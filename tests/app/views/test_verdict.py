"""The words of the certificate: lit only where a gap says so."""

import math

import numpy as np
import pytest

from app.views.verdict import TOLERANCE, badge_of, rest_of
from core.observables.optimality import Optimality
from core.observables.sphere import Landscape


def found(kind="objective", gap=0.5, peak=0.03, level=0.02, exact=True):
    land = Landscape(np.eye(2), np.ones(2), np.array([1.0, 0.0]), 1.0, exact)
    return Optimality(kind, gap, peak, level, land)


@pytest.mark.parametrize("kind", ["objective", "margin", "risk"])
def test_the_badge_lights_up_at_a_millionth(kind):
    assert badge_of(found(kind, 3e-7)) == "✓ globally optimal to 3e-7"
    assert badge_of(found(kind, TOLERANCE)) == "✓ globally optimal to 1e-6"
    for gap in (1.01e-6, 0.1, math.inf, math.nan):
        assert badge_of(found(kind, gap)) == ""
    assert "1e-12" in badge_of(found(kind, -1e-18))  # rounding
    assert badge_of(None) == rest_of(None) == ""


def test_what_is_left_is_told_in_the_terms_of_the_problem():
    assert rest_of(found()) == "F ≤ inf F + 0.5 F\nmax |η| = 1.5 λ"
    assert "97.25% of the largest" in rest_of(found("margin", 0.0275, level=0.0))
    assert rest_of(found("risk", 0.012, level=0.0)) == "R ≤ inf R + 0.012 R(0)\nmax |η| = 0.03"
    assert rest_of(found("force", math.inf)) == "max |η| = 1.5 λ"
    assert rest_of(found("risk", math.nan, level=0.0)) == "max |η| = 0.03"


def test_a_peak_that_was_only_searched_for_is_called_so():
    for kind in ("objective", "margin"):
        assert "by search" in rest_of(found(kind, exact=False))
        assert "by search" not in rest_of(found(kind))
    assert "by search" not in rest_of(found("risk", exact=False))  # needs no peak
