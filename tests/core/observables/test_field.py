"""The force field against sums in NumPy, and against the objective of a cloud with a little more
mass: F(μ + εδ_w) = F(μ) + ε F'_μ(w) + O(ε²)."""

import numpy as np
import pytest

from core import Problem, losses
from core.observables.field import force_at, potential_at
from core.population import PopulationProblem

from .. import reference
from ..cases import draw


def unit(k, d, seed=0):
    rows = np.random.default_rng(seed).standard_normal((k, d))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("d", [1, 2, 3, 12])
@pytest.mark.parametrize("act", ["relu", "leaky_relu", "abs"])
def test_the_potential_is_a_sum_over_samples(act, d):
    X, y, _ = draw(1, n=20, d=d, m=5, labels=True)
    g, theta = np.random.default_rng(2).standard_normal(20), unit(30, d)
    expected = reference.activation(act, theta @ X.T)[0] @ g
    found = potential_at(Problem(X, y, act), g, theta)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("penalty", ["mass", "path"])
@pytest.mark.parametrize("loss", ["logistic", "square"])
def test_a_little_mass_changes_the_objective_by_the_first_variation(loss, penalty):
    X, y, w = draw(3, n=15, d=3, m=8, labels=True)
    scale, decay, eps = 1.7, 0.03, 1e-6
    problem = Problem(X, y, "relu", loss, scale, decay, penalty=penalty)
    theta, m = unit(10, 3, 4), len(w)
    eta = force_at(problem, w, theta)
    before = problem.objective(w)
    for aim, force in zip(theta, eta, strict=True):
        for sign in (1.0, -1.0):
            more = np.append(aim, sign) * np.sqrt(eps * (m + 1) / 2)
            cloud = np.vstack([w * np.sqrt((m + 1) / m), more])  # the same measure, and ε of mass
            slope = (problem.objective(cloud) - before) / eps
            assert slope == pytest.approx(decay - sign * force, abs=1e-5)


def test_what_is_descended_may_be_another_force():
    X, y, w = draw(5, n=12, d=2, m=6, labels=True)
    problem, theta = Problem(X, y, "relu", "logistic"), unit(9, 2)
    u = y * problem.predict(w)
    q = np.exp(-u) / np.exp(-u).sum()
    expected = np.maximum(theta @ X.T, 0.0) @ (y * q) / 2
    np.testing.assert_allclose(force_at(problem, w, theta, losses.SOFTMIN), expected, rtol=1e-9)


def test_what_has_no_samples_or_another_dimension_is_refused():
    X, y, _ = draw(1, n=4, d=2, m=1, labels=True)
    with pytest.raises(ValueError, match=r"\(5, 3\); it must be \(k, 2\)"):
        potential_at(Problem(X, y), np.ones(4), np.ones((5, 3)))
    with pytest.raises(ValueError, match="no samples"):
        potential_at(PopulationProblem(np.ones((1, 3))), np.ones(0), np.ones((5, 2)))
