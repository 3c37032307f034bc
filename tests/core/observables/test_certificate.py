"""Gaps against convex solvers: scikit-learn's Lasso, SciPy's L-BFGS-B; escape by its definition.

For inputs of one column the sphere is {−1, 1}: the convex problem has two unknown features, and a
finite solver solves the whole of it. Particles that stand for Σ_k b_k δ_{θ_k} are balanced,
a = √(m|b|) θ, c = sign(b) √(m|b|), so that (1/m) Σ c|a| = b and β = 2 Σ|b|.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from sklearn.linear_model import Lasso

from core import Problem, losses
from core.observables import Sight, observe
from core.observables.certificate import conic_gap, duality_gap
from core.observables.escape import first_variation
from core.observables.planar import planar_summit
from core.references import max_margin

from .. import reference
from ..cases import FEW, draw

BOTH = np.array([[1.0], [-1.0]])


def balanced(b, theta):
    sizes = np.sqrt(len(b) * np.abs(b))
    return np.column_stack((sizes[:, None] * theta, np.sign(b) * sizes))


def lasso(X, y, theta, act, decay, scale):
    """Return b of least (1/2n)|y/α − Φb|² + 2λ Σ|b|, Φ = σ(X θᵀ)."""
    features = reference.activation(act, X @ theta.T)[0]
    model = Lasso(alpha=2 * decay, fit_intercept=False, tol=1e-13, max_iter=1_000_000)
    return model.fit(features, y / scale).coef_


@pytest.mark.parametrize("act", ["relu", "leaky_relu"])
@pytest.mark.parametrize("scale", [1.0, 2.5])
def test_all_gaps_close_at_the_lasso_solution(act, scale):
    X, y, _ = draw(1, n=20, d=1, m=1, labels=False)
    w = balanced(lasso(X, y, BOTH, act, 0.02, scale), BOTH)
    view = Sight(Problem(X, y, act, "square", scale, 0.02), w)
    assert (w[:, -1] != 0).any()
    assert abs(observe("duality_gap", view)) < 1e-10
    assert abs(observe("conic_gap", view)) < 1e-7  # first order in the solver's error
    found = observe("certificate", view)
    assert found.main == pytest.approx(found.level, rel=1e-7)
    assert found.landscape.exact
    assert observe("escape", view).minimum == pytest.approx(0, abs=1e-9)


def test_gaps_on_a_dictionary_close_at_its_lasso_solution():
    X, y, _ = draw(2, n=25, d=4, m=1, labels=False)
    theta = np.random.default_rng(3).standard_normal((60, 4))
    theta /= np.linalg.norm(theta, axis=1, keepdims=True)
    view = Sight(
        Problem(X, y, "relu", "square", 1.5, 0.01),
        balanced(lasso(X, y, theta, "relu", 0.01, 1.5), theta),
    )
    g = (view.predictions - y) / 25
    peak = np.abs(reference.activation("relu", X @ theta.T)[0].T @ g).max()
    objective = view.problem.objective(view.particles)
    assert abs(duality_gap(view, peak)) < 1e-9 * objective
    assert abs(conic_gap(view, peak)) < 1e-6 * objective
    # The rest of the sphere has better directions than a random dictionary.
    assert observe("certificate", view).main > 1.01 * peak


# Ever closer directions are all but collinear features, on which coordinate descent stalls.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_adding_the_summit_of_each_certificate_solves_the_problem_on_the_circle():
    """Column generation: the Lasso on ever more directions, until none exceeds the level."""
    X, y, _ = draw(4, n=15, d=2, m=1, labels=False)
    theta = np.array([[1.0, 0.0]])
    for _ in range(60):
        b = lasso(X, y, theta, "relu", 0.01, 1.0)
        view = Sight(Problem(X, y, "relu", "square", 1.0, 0.01), balanced(b, theta))
        if observe("duality_gap", view) < 1e-6:
            break
        theta = np.vstack((theta, planar_summit(X, view.forces, (1.0, 0.0))))
    assert observe("duality_gap", view) < 1e-6
    assert len(theta) < 60


@FEW
@given(
    seed=st.integers(0, 2**32 - 1), decay=st.floats(1e-3, 1), scale=st.floats(0.3, 3),
    act=st.sampled_from(["relu", "leaky_relu"]), size=st.floats(0.01, 3),
)  # fmt: skip
def test_gaps_bound_what_is_left(seed, decay, scale, act, size):
    X, y, w = draw(seed, n=8, d=1, m=5, labels=False)
    problem = Problem(X, y, act, "square", scale, decay)
    view = Sight(problem, size * w)
    least = problem.objective(balanced(lasso(X, y, BOTH, act, decay, scale), BOTH))
    objective = problem.objective(view.particles)
    left = objective - least
    for name in ("duality_gap", "conic_gap"):
        assert observe(name, view) * objective >= left - 1e-9 * objective
    assert observe("duality_gap", view) <= 1 + 1e-12  # 0 is always dual feasible, with value ≥ 0


@pytest.mark.parametrize("loss", ["logistic", "exponential", "squared_hinge"])
def test_the_conic_gap_for_other_losses(loss):
    X, y, w = draw(5, n=20, d=1, m=6)
    problem = Problem(X, y, "relu", loss, 1.5, 0.01)
    features = 1.5 * reference.activation("relu", X @ BOTH.T)[0]

    def objective(b):  # b = (b⁺, b⁻), all at least 0
        value, slope = reference.loss(loss, features @ (b[:2] - b[2:]), y)
        gradient = features.T @ slope / len(y) / 1.5**2
        return (
            value.mean() / 1.5**2 + 0.02 * b.sum(),
            np.concatenate((gradient, -gradient)) + 0.02,
        )

    best = minimize(objective, np.ones(4), jac=True, bounds=[(0, None)] * 4,
                    options={"ftol": 1e-15, "gtol": 1e-12})  # fmt: skip
    at_best = Sight(problem, balanced(best.x[:2] - best.x[2:], BOTH))
    assert problem.objective(at_best.particles) == pytest.approx(best.fun, rel=1e-9)
    assert observe("conic_gap", at_best) < 1e-5  # first order in the solver's error
    far = Sight(problem, w)
    value = problem.objective(w)
    assert observe("conic_gap", far) * value >= value - best.fun


@pytest.mark.parametrize("d", [1, 2, 3])
def test_forces_bound_the_largest_margin(d):
    X, y, w = draw(6, n=12, d=d, m=8)
    margin = max_margin(X, y, "relu")
    for view in (
        Sight(Problem(X, y), w),
        Sight(Problem(X, y, loss="square"), 1e-9 * w),
        Sight(Problem(X, y), w, force=losses.SOFTMIN),
    ):
        assert observe("certificate", view).margin_bound >= margin.lower * (1 - 1e-9)


def test_one_sample_has_its_length_for_margin():
    view = Sight(Problem([[3.0, 4.0]], [1.0]), np.ones((2, 3)))
    found = observe("certificate", view)
    assert found.margin_bound == pytest.approx(5, rel=1e-12)
    assert found.gap == np.inf  # without weight decay nothing bounds the total mass


def test_overfitted_squares_give_no_margin_bound():
    view = Sight(Problem([[1.0]], [1.0], loss="square"), np.array([[2.0, 2.0]]))
    assert np.isnan(observe("certificate", view).margin_bound)


def potential(w, X, y, act, loss, scale, theta):
    g = reference.forces(loss, reference.predict(w, X, act, scale), y)
    return reference.activation(act, theta @ X.T)[0] @ g


@pytest.mark.parametrize("act", ["relu", "abs"])
@pytest.mark.parametrize("loss", ["square", "logistic", "softmin"])
def test_escape_by_its_definition(act, loss):
    """F'(w) = c G(a)/α + λ|w|²; its least value on the sphere, against 10⁶ random places."""
    X, y, w = draw(7, n=10, d=2, m=30)
    force, named = (losses.SOFTMIN, "logistic") if loss == "softmin" else (None, loss)
    view = Sight(Problem(X, y, act, named, 1.6, 0.01), w, force=force)

    def variation(v):
        g = potential(w, X, y, act, loss, 1.6, v[:, :-1])
        return v[:, -1] * g / 1.6 + 0.01 * (v**2).sum(axis=1)

    np.testing.assert_allclose(first_variation(view), variation(w), atol=1e-14)
    places = np.random.default_rng(0).standard_normal((1_000_000, 3))
    places /= np.linalg.norm(places, axis=1, keepdims=True)
    found, least = observe("escape", view), variation(places).min()
    # The nearest of 10⁶ places is about 2e-3 away from the minimum; kinks cost the first order.
    assert found.minimum <= least <= found.minimum + 5e-3 * abs(found.minimum - 0.01)
    mass = (w**2).sum(axis=1)
    assert found.share == pytest.approx(mass[variation(w) < 0].sum() / mass.sum())
    assert found.inside == (found.share > 0)
    assert observe("escape_share", view) == found.share


def test_nobody_escapes_from_a_strong_weight_decay():
    X, y, w = draw(8, n=10, d=2, m=30)
    found = observe("escape", Sight(Problem(X, y, weight_decay=100.0), w))
    assert found.minimum > 0
    assert found.share == 0
    assert not found.inside
    empty = Sight(Problem(X, y, weight_decay=100.0), 0 * w)
    assert observe("escape_share", empty) == 0
