"""Margins, masses and balances by hand, against the reference margin and an identity of steps."""

import math

import numpy as np
import pytest

from core import GradientDescent, Problem, Simulation
from core.observables import Sight, measure
from core.references import max_margin

from .. import reference
from ..cases import draw

#: f = (1/2)(2·3·x₁ − 1·1·x₂)₊ parts on x = e₁, −e₂: f = (3, 0) with relu; |a| = (3, 1), c = (2, −1)
CLOUD = np.array([[3.0, 0, 2], [0, 1, -1]])
POINTS = np.array([[1.0, 0], [1, 1]])


def hand(**more):
    return Sight(Problem(POINTS, [1.0, 1.0]), CLOUD, **more)


def test_margins_by_hand():
    """f(1, 0) = (2·3)/2 = 3 and f(1, 1) = (6 − 1)/2 = 2.5; β = (9+4+1+1)/2, P = (6+1)/2."""
    view = hand(ceiling=0.5)
    assert measure("mass_margin", view) == pytest.approx(2.5 / 7.5)
    assert measure("path_margin", view) == pytest.approx(2.5 / 3.5)
    assert measure("output_margin", view) == pytest.approx(2.5 / math.sqrt(2.5))
    assert measure("margin_ratio", view) == pytest.approx((2.5 / 7.5) / 0.25)


def test_masses_and_balance_by_hand():
    view = hand(initial=2 * CLOUD)
    assert measure("total_mass", view) == pytest.approx(7.5)
    assert measure("path_norm", view) == pytest.approx(3.5)
    # δ = (9 − 4, 1 − 1)
    assert measure("balance_spread", view) == pytest.approx(math.sqrt(25 / 2) / 7.5)
    assert measure("mass_growth", view) == pytest.approx(1 / 4)
    assert measure("balance_drift", view) == pytest.approx(3 * math.sqrt(25 / 2) / 7.5)


def test_the_best_measure_has_ratio_one():
    X, y, _ = draw(1, n=14, d=3, m=1)
    best = max_margin(X, y, "relu")
    sizes = np.sqrt(np.abs(best.weights))
    w = np.column_stack((sizes[:, None] * best.directions, np.sign(best.weights) * sizes))
    for scale in (1.0, 3.0):
        view = Sight(Problem(X, y, scale=scale), w, ceiling=best.upper)
        # lower ≤ reached, to the gap of the programs
        assert measure("margin_ratio", view) == pytest.approx(1, abs=2e-6)
        assert measure("balance_spread", view) < 1e-12
        assert measure("total_mass", view) == pytest.approx(2 * measure("path_norm", view))


def test_no_mass_no_number():
    view = Sight(Problem(POINTS, [1.0, -1.0]), 0 * CLOUD, 0 * CLOUD)
    for name in ("mass_margin", "path_margin", "output_margin", "balance_spread", "mass_growth"):
        assert math.isnan(measure(name, view)), name


@pytest.mark.parametrize("act, p", [("relu", 1), ("abs", 1), ("relu2", 2)])
def test_one_step_drifts_by_the_square_of_the_stepsize(act, p):
    """δ_j grows by η² (|v_a|² − p v_c²), exactly (SCIENCE 1)."""
    X, y, w = draw(2, n=10, d=3, m=8)
    v = reference.velocity(w, X, y, act)
    problem = Problem(X, y, act)
    after = Simulation(problem, GradientDescent(0.1), w).advance(1).particles
    drift = 0.01 * ((v[:, :-1] ** 2).sum(axis=1) - p * v[:, -1] ** 2)
    expected = np.sqrt(np.mean(drift**2)) / ((after**2).sum() / 8)
    # The drift is a difference of numbers 10⁴ times larger.
    assert measure("balance_drift", Sight(problem, after, w)) == pytest.approx(expected, rel=1e-9)
