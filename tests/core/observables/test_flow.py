"""Observables of the flow itself: dissipation, edge of stability, log-rate."""

import math

import numpy as np
import pytest
from scipy.stats import linregress

from core import GradientDescent, Problem, Simulation, losses
from core.activations import ACTIVATIONS
from core.curvature import sharpness
from core.losses import LOSSES
from core.observables import Sight, measure, observe
from core.observables.rate import log_rate

from .. import reference
from ..cases import draw


@pytest.mark.parametrize("act", list(ACTIVATIONS))
@pytest.mark.parametrize("loss", [*LOSSES, "softmin"])
def test_the_objective_falls_at_the_rate_of_dissipation(act, loss):
    X, y, w = draw(1, n=12, d=3, m=10)
    force, named = (losses.SOFTMIN, "logistic") if loss == "softmin" else (None, loss)
    view = Sight(Problem(X, y, act, named, 1.7, 0.03), w, force=force)
    found = observe("dissipation", view)
    v = reference.velocity(w, X, y, act, loss, 1.7, 0.03)
    assert found.rate == pytest.approx((v**2).sum() / 10, rel=1e-10)
    # √(2 ε F curvature / rate) is about 1e-8 here; a kink crossed within h adds as much.
    assert found.main < 1e-5
    assert found.h > 0


def test_a_velocity_that_is_off_by_a_percent_shows(monkeypatch):
    X, y, w = draw(2, n=12, d=3, m=10)
    velocity = Problem.velocity
    monkeypatch.setattr(Problem, "velocity", lambda *args: 1.01 * velocity(*args))
    found = observe("dissipation", Sight(Problem(X, y, "tanh"), w))
    assert found.main == pytest.approx(1 - 1 / 1.01, rel=1e-4)


def test_dissipation_near_and_at_a_critical_point():
    X, _, w = draw(3, n=6, d=3, m=5)
    problem = Problem(X, reference.predict(w, X, "tanh"), "tanh", "square")
    assert measure("dissipation", Sight(problem, 0 * w)) == 0  # both gradients vanish at 0
    near = w + 1e-4 * np.random.default_rng(0).standard_normal(w.shape)
    assert measure("dissipation", Sight(problem, near)) < 1e-5


def test_sharpness_and_edge():
    X, y, w = draw(4, n=12, d=3, m=10)
    problem = Problem(X, y, "tanh", "square", weight_decay=0.1)
    view = Sight(problem, w, stepsize=0.4)
    assert observe("sharpness", view) == sharpness(problem, w)
    assert measure("edge", view) == pytest.approx(0.2 * sharpness(problem, w).value)
    forced = Sight(problem.replace(loss="logistic"), w, force=losses.SOFTMIN)
    assert measure("sharpness", forced) == sharpness(problem, w, losses.SOFTMIN).value


def test_rate_of_an_exponential_and_its_error():
    t = np.linspace(0, 10, 101)
    exact = log_rate(t, 3 * np.exp(-0.7 * t))
    assert exact.slope == pytest.approx(-0.7, rel=1e-12)
    assert exact.error < 1e-12
    assert exact.points == 51
    noisy = 3 * np.exp(-0.7 * t + 0.1 * np.random.default_rng(0).standard_normal(101))
    fit = linregress(t[75:], np.log(noisy[75:]))
    found = log_rate(t, noisy, last=0.25)
    assert (found.slope, found.error) == pytest.approx((fit.slope, fit.stderr), rel=1e-10)


def test_rate_is_local_and_drops_what_has_no_logarithm():
    t = np.arange(20.0)
    excess = np.where(t < 10, np.exp(-t), math.exp(-10) * np.exp(-0.1 * (t - 10)))
    assert log_rate(t, excess).slope == pytest.approx(-0.1, rel=1e-12)
    excess[15:18] = [0, -1, 0]
    assert log_rate(t, excess).slope == pytest.approx(-0.1, rel=1e-12)
    assert log_rate(t, excess).points == 7


def test_too_few_points_have_no_rate():
    assert math.isnan(log_rate([0.0], [1.0]).slope)
    assert math.isnan(log_rate([0.0, 1], [-1.0, 0]).slope)
    two = log_rate([0.0, 1], [1.0, math.e], last=1)
    assert two.slope == pytest.approx(1)
    assert math.isnan(two.error)


@pytest.mark.parametrize(
    "arguments, name",
    [(([0.0, 1], [1.0]), "excess"), (([1.0, 0], [1.0, 2]), "time"), (([0.0], [1.0], 0), "last"),
     (([0.0, math.nan], [1.0, 1.0]), "time")],
)  # fmt: skip
def test_wrong_curves_are_refused(arguments, name):
    with pytest.raises(ValueError, match=name):
        log_rate(*arguments)


def test_rate_of_a_recorded_run():
    """Nothing but weight decay: w shrinks by the same factor every step."""
    problem = Problem(np.zeros((1, 3)), [0.0], "identity", "square", weight_decay=0.05)
    run = Simulation(problem, GradientDescent(0.01), np.array([[1.0, 0.0, 0.0, 2.0]]))
    run.advance(2000)
    found = observe("rate", Sight(problem, run.frame.particles, history=run.history.scalars()))
    # A step multiplies w by 1 − 2λη, so log F moves by 2 log(1 − 2λη) in a time η.
    assert found.slope == pytest.approx(2 * math.log(1 - 0.001) / 0.01, rel=1e-9)
    floor = 0.5 * run.frame.objective
    above = Sight(problem, run.frame.particles, history=run.history.scalars(), floor=floor)
    assert observe("rate", above).slope < found.slope
