"""Descent in squared weights: steps in closed form, both speeds, what never changes, its flow."""

import numpy as np
import pytest

from core import GradientDescent, PopulationProblem, Problem, Simulation, SquaredDescent

from . import reference
from .cases import DENSE, MATRIX, draw

BOTH = pytest.mark.parametrize("d", [DENSE, MATRIX])
DECAY, SCALE = 0.05, 1.5


def case(d, penalty="l1", m=40):
    X, y, w = draw(3, n=12, d=d, m=m)
    return X, y, w, Problem(X, y, "relu", "logistic", SCALE, DECAY, penalty=penalty)


def roots(w):
    return np.sign(w[:, :-1]) * np.sqrt(np.abs(w[:, :-1]))


def pull(w, X, y):
    """−m ∇_a of the risk over scale², by plain NumPy."""
    return reference.velocity(w, X, y, "relu", "logistic", SCALE)[:, :-1]


def stepped(w, X, y, h, radial=1.0, angular=1.0):
    """The step of SCIENCE 2.7 under the ℓ₁ path norm: −λ|c|Σu² has the gradient −2λ|c|u."""
    u = roots(w)
    velocity = 2 * np.abs(u) * pull(w, X, y) - 2 * DECAY * np.abs(w[:, -1:]) * u
    size = (u**2).sum(axis=1, keepdims=True)
    along = (velocity * u).sum(axis=1, keepdims=True) / size * u
    u = u + h * (radial * along + angular * (velocity - along))
    return np.column_stack((u * np.abs(u), w[:, -1]))


@BOTH
@pytest.mark.parametrize("speeds", [(1.0, 1.0), (1.3, 0.6), (0.0, 2.0)])
def test_steps_against_numpy(speeds, d):
    X, y, w, problem = case(d)
    found = Simulation(problem, SquaredDescent(0.3, "constant", *speeds), w).advance(5).particles
    expected = w
    for _ in range(5):
        expected = stepped(expected, X, y, 0.3, *speeds)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    assert np.abs(found - w).max() > 0.05


@BOTH
def test_output_weights_and_zeros_stay(d):
    _X, _y, w, problem = case(d)
    w[::3, 0] = 0
    w[4, :-1] = 0
    moved = Simulation(problem, SquaredDescent(0.3, radial=1.2), w).advance(20).particles
    np.testing.assert_array_equal(moved[:, -1], w[:, -1])
    np.testing.assert_array_equal(moved[w == 0], 0)
    assert np.isfinite(moved).all() and (moved[w != 0] != 0).all()


@BOTH
def test_without_angular_speed_neurons_keep_their_directions(d):
    """Along u alone the factor of all coordinates is 1 − 2ηα J'."""
    X, y, w, problem = case(d)
    u = roots(w)
    velocity = 2 * np.abs(u) * pull(w, X, y) - 2 * DECAY * np.abs(w[:, -1:]) * u
    growth = 1 + 0.3 * (velocity * u).sum(axis=1, keepdims=True) / (u**2).sum(1, keepdims=True)
    moved = Simulation(problem, SquaredDescent(0.3, angular=0), w).advance(1).particles
    np.testing.assert_allclose(moved[:, :-1], growth * np.abs(growth) * w[:, :-1], rtol=1e-12)


@pytest.mark.parametrize("penalty", ["mass", "path", "l1"])
def test_a_small_step_is_preconditioned_descent_in_the_input_weights(penalty):
    """da/dt = 4|a| ∘ velocity of a, whatever the penalty, with an error of O(η)."""
    _X, _y, w, problem = case(DENSE, penalty)
    expected = 4 * np.abs(w[:, :-1]) * problem.velocity(w)[:, :-1]
    gaps = []
    for h in (1e-3, 1e-4):
        moved = Simulation(problem, SquaredDescent(h), w).advance(1).particles
        gaps.append(np.abs((moved - w)[:, :-1] / h - expected).max() / np.abs(expected).max())
    assert gaps[0] < 0.05 and gaps[1] == pytest.approx(gaps[0] / 10, rel=0.1)


def test_the_objective_falls_at_its_rate():
    """dF/dt = −(1/m) Σ_j (α |along|² + β |across|²) of the gradient in u."""
    _X, _y, w, problem = case(DENSE)
    u = roots(w)
    velocity = 2 * np.abs(u) * problem.velocity(w)[:, :-1]
    along = (velocity * u).sum(axis=1) ** 2 / (u**2).sum(axis=1)
    rate = -(1.3 * along + 0.6 * ((velocity**2).sum(axis=1) - along)).mean()
    h = 1e-6
    run = Simulation(problem, SquaredDescent(h, radial=1.3, angular=0.6), w)
    before = run.frame.objective
    assert (run.advance(1).objective - before) / h == pytest.approx(rate, rel=1e-3)
    assert rate < 0


def test_a_single_sparse_teacher_is_a_fixed_point_and_shrinks_under_the_penalty():
    """Student = teacher: no pull. With λ alone every root shrinks by 1 − 2ηλ."""
    teacher = np.array([[0.5, 0.0, -0.3, 2.0]])
    still = PopulationProblem(teacher, "relu", "sphere", penalty="l1")
    run = Simulation(still, SquaredDescent(0.1), teacher)
    np.testing.assert_allclose(run.advance(10).particles, teacher, rtol=1e-14)
    shrunk = Simulation(still.replace(weight_decay=0.2), SquaredDescent(0.1), teacher)
    factor = (1 - 2 * 0.1 * 0.2 * 2.0) ** 2  # |c| = 2
    expected = np.append(factor * teacher[0, :-1], 2.0)
    np.testing.assert_allclose(shrunk.advance(1).particles[0], expected, rtol=1e-13)


def test_gradient_descent_of_the_l1_norm_against_numpy():
    """The penalty by itself, in the usual weights: λ(|c| sign a, ‖a‖₁ sign c)."""
    _X, _y, w, problem = case(DENSE)
    free = problem.replace(weight_decay=0.0)
    a, c = w[:, :-1], w[:, -1:]
    norm = np.abs(a).sum(axis=1, keepdims=True)
    expected = free.velocity(w) - DECAY * np.hstack((np.abs(c) * np.sign(a), norm * np.sign(c)))
    moved = Simulation(problem, GradientDescent(0.2), w).advance(1).particles
    np.testing.assert_allclose(moved, w + 0.2 * expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("name", ["radial", "angular"])
@pytest.mark.parametrize("value", [-0.1, 1001, np.nan, "1", None])
def test_speeds_out_of_range(name, value):
    with pytest.raises(ValueError, match=rf"{name}=.* is not a finite number in \[0, 1000\]"):
        SquaredDescent(**{name: value})


def test_a_stepsize_by_the_curvature_is_refused():
    """1/λ_max is that of the usual weights, not of their roots."""
    with pytest.raises(ValueError, match="schedule='auto'"):
        SquaredDescent(schedule="auto")
