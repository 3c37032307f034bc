"""Penalties: values, velocities against differences, the path norm in runs and at zeros."""

import numpy as np
import pytest

from core import ConicDescent, GradientDescent, Langevin, PopulationProblem, Problem, Simulation
from core.measure import path_norm, total_mass
from core.penalties import PENALTIES

from . import reference
from .cases import DENSE, MATRIX, draw

BOTH = pytest.mark.parametrize("d", [DENSE, MATRIX])
DECAY = 0.07


def problems(d, penalty, **about):
    """A problem on samples and one on a law, each with the weight decay and without."""
    X, y, w = draw(1, n=9, d=d, m=6, labels=False)
    teacher = draw(2, n=1, d=d, m=2)[2]
    for make in (
        lambda decay: Problem(X, y, "relu", "square", 2.0, decay, penalty=penalty, **about),
        lambda decay: PopulationProblem(teacher, "relu", "gaussian", 2.0, decay, penalty),
    ):
        yield make(DECAY), make(0.0), w


def value(penalty, w):
    """β = (1/m) Σ|w|², or 2P with P = (1/m) Σ|c||a|, or (1/m) Σ|c|‖a‖₁."""
    if penalty == "mass":
        return (w**2).sum() / len(w)
    if penalty == "l1":
        return (np.abs(w[:, -1]) @ np.abs(w[:, :-1])).sum() / len(w)
    return 2 * (np.abs(w[:, -1]) * np.sqrt((w[:, :-1] ** 2).sum(axis=1))).sum() / len(w)


@BOTH
@pytest.mark.parametrize("penalty", PENALTIES)
def test_the_objective_carries_the_penalty(penalty, d):
    for problem, free, w in problems(d, penalty):
        found = problem.objective(w) - free.objective(w)
        assert found == pytest.approx(DECAY * value(penalty, w), rel=1e-12)
        assert PENALTIES[penalty].value(w) == pytest.approx(value(penalty, w), rel=1e-14)


@BOTH
@pytest.mark.parametrize("penalty", PENALTIES)
def test_the_velocity_of_the_penalty_against_differences(penalty, d):
    h = 1e-6
    for problem, free, w in problems(d, penalty):
        gradient = np.empty_like(w)
        for at in np.ndindex(w.shape):
            shift = np.zeros_like(w)
            shift[at] = h
            gradient[at] = (value(penalty, w + shift) - value(penalty, w - shift)) / (2 * h)
        found = problem.velocity(w) - free.velocity(w)
        np.testing.assert_allclose(found, -DECAY * len(w) * gradient, rtol=1e-7, atol=1e-9)


@BOTH
@pytest.mark.parametrize("act", ["relu", "tanh"])
def test_a_run_with_the_path_norm_against_numpy(act, d):
    X, y, w = draw(3, n=12, d=d, m=40)
    about = {"scale": 1.5, "weight_decay": DECAY, "penalty": "path"}
    frame = Simulation(Problem(X, y, act, **about), GradientDescent(0.2), w).advance(30)
    expected = reference.trajectory(w, [0.2] * 30, X, y, act=act, **about)
    np.testing.assert_allclose(frame.particles, expected, rtol=1e-11, atol=1e-12)
    risk = reference.loss("logistic", reference.predict(expected, X, act, 1.5), y)[0].mean()
    objective = risk / 1.5**2 + DECAY * value("path", expected)
    assert frame.objective == pytest.approx(objective, rel=1e-11)


@BOTH
def test_where_the_path_norm_has_no_gradient_its_part_is_0(d):
    """a = 0: nothing on a, and |a| sign c = 0 on c; c = 0: nothing on either."""
    X, y, w = draw(4, n=1, d=d, m=4)
    X = np.zeros_like(X)  # no pull of the data, whose identity vanishes at 0
    w[0, :-1] = 0
    w[1, -1] = 0
    w[2] = 0
    problem = Problem(X, y, "identity", weight_decay=DECAY, penalty="path")
    velocity = problem.velocity(w)
    np.testing.assert_array_equal(velocity[:3], 0)
    a, c = w[3, :-1], w[3, -1]
    norm = np.linalg.norm(a)
    expected = -2 * DECAY * np.append(abs(c) * a / norm, norm * np.sign(c))
    np.testing.assert_allclose(velocity[3], expected, rtol=1e-14)
    moved = Simulation(problem, GradientDescent(0.3), w).advance(1).particles
    np.testing.assert_array_equal(moved[:3], w[:3])
    np.testing.assert_allclose(moved[3], w[3] + 0.3 * expected, rtol=1e-14)


@BOTH
def test_balanced_particles_feel_both_penalties_alike(d):
    """Where |a| = |c|, mass and 2P have the same value and the same gradient."""
    X, y, w = draw(5, n=9, d=d, m=40)
    w[:, -1] = np.sign(w[:, -1]) * np.linalg.norm(w[:, :-1], axis=1)
    one, other = (Problem(X, y, weight_decay=DECAY, penalty=name) for name in ("mass", "path"))
    assert one.objective(w) == pytest.approx(other.objective(w), rel=1e-13)
    np.testing.assert_allclose(one.velocity(w), other.velocity(w), rtol=1e-12, atol=1e-14)
    assert total_mass(w) == pytest.approx(2 * path_norm(w), rel=1e-13)
    w[:, -1] *= 1.5
    assert total_mass(w) > 2 * path_norm(w), "and otherwise the mass is larger"


@BOTH
@pytest.mark.parametrize("dynamics", [ConicDescent(0.2), Langevin(0.2, temperature=0)])
def test_other_dynamics_take_the_path_norm_too(dynamics, d):
    """One small step of each follows the velocity of the problem, to second order."""
    X, y, w = draw(6, n=9, d=d, m=40)
    problem = Problem(X, y, weight_decay=DECAY, penalty="path")
    dynamics = type(dynamics)(1e-5)
    if isinstance(dynamics, Langevin):
        dynamics = Langevin(1e-5, temperature=0)
    moved = Simulation(problem, dynamics, w).advance(1).particles
    velocity = problem.velocity(w)
    np.testing.assert_allclose((moved - w) / 1e-5, velocity, atol=1e-4 * np.abs(velocity).max())
    free = Problem(X, y).velocity(w)
    assert np.abs(velocity - free).max() > 1e-2 * np.abs(velocity).max()
