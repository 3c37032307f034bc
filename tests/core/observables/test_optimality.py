"""How far a cloud is from an optimum, where solvers or closed forms know the optimum."""

import math

import numpy as np
import pytest

from core import Problem, losses
from core.observables import Sight
from core.observables.optimality import optimality
from core.population import PopulationProblem
from core.references import max_margin, weight_decay_optimum

from ..cases import draw


def test_the_gap_closes_at_the_optimum_of_a_solver_and_nowhere_else():
    X, y, w = draw(1, n=15, d=2, m=6, labels=False)
    best = weight_decay_optimum(X, y, "relu", weight_decay=0.02)
    theta, b = best.directions, best.weights
    sizes = np.sqrt(len(b) * np.abs(b))[:, None]
    optimum = np.hstack([sizes * theta, np.sign(b)[:, None] * sizes])
    problem = Problem(X, y, "relu", "square", 1.0, 0.02)
    found = optimality(Sight(problem, optimum))
    assert found.kind == "objective" and found.landscape.exact
    assert -1e-9 < found.gap < 1e-5 and found.level == 0.02
    assert found.peak == pytest.approx(0.02, rel=1e-3)
    least = problem.objective(optimum)
    for cloud in (w, 1.1 * optimum):
        found = optimality(Sight(problem, cloud))
        objective = problem.objective(cloud)
        assert found.gap >= (objective - least) / objective > 1e-4


def test_the_code_of_the_loss_itself_is_no_other_force():
    X, y, w = draw(2, n=10, d=2, m=6, labels=True)
    problem = Problem(X, y, "relu", "logistic", 1.0, 0.05)
    plain = optimality(Sight(problem, w))
    assert optimality(Sight(problem, w, force=problem.loss_code)).gap == plain.gap < math.inf
    other = optimality(Sight(problem, w, force=losses.SOFTMIN))
    assert (other.kind, other.gap) == ("force", math.inf) and other.peak != plain.peak


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_a_margin_is_told_as_a_share_of_the_largest(scale):
    X = np.array([[1.0, 0.2], [-0.3, 1.0], [-1.0, -0.4], [0.5, -1.0]])
    y = np.array([1.0, 1.0, -1.0, -1.0])
    gamma = max_margin(X, y, "relu").lower
    rng = np.random.default_rng(0)
    right = np.hstack([X, y[:, None]]) * np.linalg.norm(X, axis=1)[:, None]
    for size in (1.0, 20.0):
        cloud = size * (right + 0.1 * rng.standard_normal(right.shape))
        problem = Problem(X, y, "relu", "logistic", scale)
        u = y * problem.predict(cloud)
        P = np.abs(cloud[:, -1]) @ np.linalg.norm(cloud[:, :-1], axis=1) / len(cloud)
        found = optimality(Sight(problem, cloud, force=losses.SOFTMIN))
        assert u.min() > 0 and found.kind == "margin"
        assert (1.0 - found.gap) * gamma <= u.min() / (scale * P) + 1e-12  # a bound that holds
        assert 0.0 <= found.gap < 1.0


def test_a_risk_that_is_never_negative_is_told_as_a_share_of_that_of_zero():
    X, y, w = draw(4, n=10, d=2, m=6, labels=False)
    problem = Problem(X, y, "relu", "square")
    found = optimality(Sight(problem, w))
    residual = ((problem.predict(w) - y) ** 2).sum() / (y**2).sum()
    assert found.kind == "risk" and found.gap == pytest.approx(residual)
    at_zero = optimality(Sight(problem, np.zeros((3, 3))))
    assert at_zero.gap == pytest.approx(1.0)
    unbounded = Problem(X, np.sign(y), "relu", "unhinged")
    wrong = -np.hstack([X, np.sign(y)[:, None]])
    assert optimality(Sight(unbounded, wrong)).kind == "force"


@pytest.mark.parametrize("decay", [0.0, 0.01])
def test_at_the_teacher_a_population_has_nothing_left(decay):
    teacher = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, -1.0]])
    problem = PopulationProblem(teacher, weight_decay=decay)
    found = optimality(Sight(problem, teacher))
    if decay:
        # shrinking helps: the bound holds for the best multiple of the teacher
        multiples = [problem.objective(math.sqrt(s) * teacher) for s in np.linspace(0.8, 1, 21)]
        objective = problem.objective(teacher)
        assert found.kind == "objective"
        assert found.gap >= (objective - min(multiples)) / objective > 0
    else:
        assert found.kind == "risk" and found.gap == pytest.approx(0.0, abs=1e-12)
