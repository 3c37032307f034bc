"""Schedules of the stepsize: formulas, the flow of a loss with its time changed, 1/λ_max."""

import numpy as np
import pytest

from core import GradientDescent, Problem, Simulation, SoftminAscent
from core.dynamics import DYNAMICS, SCHEDULES
from core.losses import LOSSES

from . import reference
from .cases import DENSE, MATRIX, draw

BOTH = pytest.mark.parametrize("d", [DENSE, MATRIX])
SOFT = [name for name, entry in LOSSES.items() if entry.softmin is not None]


@pytest.mark.parametrize("entry", DYNAMICS.values(), ids=list(DYNAMICS))
def test_stepsizes_by_formula(entry):
    for schedule in entry.kind.schedules:
        found = entry.kind(stepsize=0.3, schedule=schedule).stepsizes(7, 3)
        expected = 0.3 / np.sqrt([9, 10, 11]) if schedule == "sqrt" else [0.3] * 3
        np.testing.assert_allclose(found, expected, rtol=1e-15)


@pytest.mark.parametrize("entry", DYNAMICS.values(), ids=list(DYNAMICS))
def test_the_time_of_a_run_is_the_sum_of_its_stepsizes(entry):
    X, y, w = draw(1, n=9, d=DENSE, m=12)
    w[:, -1] = 0  # so that b_t = 1 for a while where the stepsize grows with ‖c‖
    for schedule in set(entry.kind.schedules) - {"auto"}:
        run = Simulation(Problem(X, y), entry.kind(stepsize=0.01, schedule=schedule), w)
        expected = 0.01 / np.sqrt(np.arange(2, 22)) if schedule == "sqrt" else np.full(20, 0.01)
        assert run.advance(20).time == pytest.approx(expected.sum(), rel=1e-13)


@BOTH
def test_normalised_descent_of_the_exponential_loss_is_soft_min_ascent(d):
    X, y, w = draw(2, n=12, d=d, m=40)
    problem = Problem(X, y, "tanh", "exponential", 1.5, 0.02)
    frames = [
        Simulation(problem, dynamics, w).advance(40)
        for dynamics in (GradientDescent(0.2, "normalised"), SoftminAscent(0.2, "constant"))
    ]
    assert frames[0].particles.tobytes() == frames[1].particles.tobytes()


def slope_at_soft_minimum(loss, u):
    """|ℓ'(S)| with ℓ(S) = mean ℓ(u), S found by bisection: ℓ is decreasing."""
    mean = reference.loss(loss, u, 1.0)[0].mean()
    low, high = u.min() - 1, u.max() + 1
    for _ in range(200):
        middle = (low + high) / 2
        if reference.loss(loss, np.array([middle]), 1.0)[0][0] > mean:
            low = middle
        else:
            high = middle
    return abs(reference.loss(loss, np.array([low]), 1.0)[1][0])


@BOTH
@pytest.mark.parametrize("size", [0.3, 3.0, 8.0])
@pytest.mark.parametrize("loss", SOFT)
def test_normalised_descent_is_descent_over_the_slope_at_the_soft_minimum(loss, size, d):
    """So it is the flow of the loss itself, its time changed."""
    X, y, w = draw(3, n=12, d=d, m=10)
    w[:, -1] *= size
    u = y * reference.predict(w, X, "tanh")
    velocity = reference.velocity(w, X, y, "tanh", loss) / slope_at_soft_minimum(loss, u)
    run = Simulation(Problem(X, y, "tanh", loss), GradientDescent(0.1, "normalised"), w)
    moved = run.advance(1).particles
    np.testing.assert_allclose(moved, w + 0.1 * velocity, rtol=1e-11, atol=1e-12)
    assert run.frame.risk == pytest.approx(Problem(X, y, "tanh", loss).risk(moved), rel=1e-12)


def hessian(w, X, y, h=1e-6, **about):
    """m ∇²objective by central differences of the velocity of `reference`."""
    columns = []
    for k in range(w.size):
        shift = np.zeros(w.size)
        shift[k] = h
        shift = shift.reshape(w.shape)
        ahead, behind = (reference.velocity(w + s, X, y, **about) for s in (shift, -shift))
        columns.append((behind - ahead).ravel() / (2 * h))
    return np.array(columns)


@BOTH
@pytest.mark.parametrize(
    ("kind", "loss", "descended"),
    [
        (GradientDescent, "square", "square"),
        (GradientDescent, "logistic", "logistic"),
        (SoftminAscent, "logistic", "softmin"),
    ],
)
def test_auto_takes_one_over_the_largest_eigenvalue_of_the_hessian(kind, loss, descended, d):
    X, y, w = draw(4, n=10, d=d, m=6)
    about = {"act": "tanh", "scale": 1.5, "weight_decay": 0.05}
    largest = np.linalg.eigvalsh(hessian(w, X, y, loss=descended, **about)).max()
    run = Simulation(Problem(X, y, "tanh", loss, 1.5, 0.05), kind(0.7, "auto"), w)
    # Lanczos stops at an accuracy of 1e-3.
    assert run.dynamics.stepsize == pytest.approx(1 / largest, rel=2e-3)
    assert run.dynamics.schedule == "auto"
    assert f"The stepsize is {run.dynamics.stepsize:.4g} = 1/λ_max" in run.remark
    assert run.remark.endswith("at the start is " + f"{1 / run.dynamics.stepsize:.4g}.")
    time = run.advance(10).time
    assert time == pytest.approx(10 * run.dynamics.stepsize, rel=1e-13)


def test_the_automatic_stepsize_is_stable_and_above_twice_it_is_not():
    """One neuron, one sample, at a fixed point that larger steps leave."""
    X, y = np.array([[1.0, 0.0, 0.0]]), np.array([0.0])
    w = np.array([[0.0, 0.0, 0.0, 1.0]])
    problem = Problem(X, y, "identity", "square")
    chosen = Simulation(problem, GradientDescent(1.0, "auto"), w).dynamics.stepsize
    # f = c a₁ and y = 0: objective a₁²c²/2, whose Hessian at a = 0, c = 1 is diag(1, 0, 0, 0).
    assert chosen == pytest.approx(1, rel=1e-6)
    near = np.array([[1e-6, 0.0, 0.0, 1.0]])
    for factor, stable in ((0.5, True), (1.9, True), (2.1, False)):
        last = Simulation(problem, GradientDescent(factor * chosen), near).advance(60)
        assert (abs(last.particles[0, 0]) < 1e-6) == stable


def test_where_the_objective_is_flat_the_stepsize_stays():
    """All margins above 1: the hinge is 0 around."""
    X, y = np.eye(3), np.ones(3)
    run = Simulation(
        Problem(X, y, loss="hinge"), GradientDescent(0.7, "auto"), np.full((2, 4), 5.0)
    )
    assert run.dynamics.stepsize == 0.7
    assert run.remark == "The objective is not convex here: the stepsize stays 0.7."


def test_a_constant_schedule_has_no_remark():
    X, y, w = draw(4, n=10, d=DENSE, m=6)
    run = Simulation(Problem(X, y), GradientDescent(0.1), w)
    assert run.remark == ""
    run.dynamics = GradientDescent(0.1, "auto")
    assert run.remark and run.dynamics.stepsize != 0.1
    run.dynamics = GradientDescent(0.1)
    assert run.remark == "" and run.dynamics.stepsize == 0.1


@pytest.mark.parametrize("entry", DYNAMICS.values(), ids=list(DYNAMICS))
def test_schedules_that_a_dynamics_does_not_have_are_refused(entry):
    for schedule in (*SCHEDULES, "cosine", None, ""):
        if schedule in entry.kind.schedules:
            assert entry.kind(schedule=schedule).schedule == schedule
            continue
        allowed = ", ".join(entry.kind.schedules)
        with pytest.raises(ValueError, match=f"schedule=.* is unknown; choose one of {allowed}"):
            entry.kind(schedule=schedule)


@pytest.mark.parametrize("loss", [name for name in LOSSES if name not in SOFT])
def test_losses_without_a_soft_minimum_have_no_normalised_descent(loss):
    X, y, w = draw(5, n=10, d=DENSE, m=6)
    kinds = [entry.kind for entry in DYNAMICS.values() if "normalised" in entry.kind.schedules]
    assert GradientDescent in kinds
    run = Simulation(Problem(X, y, loss=loss), GradientDescent(0.1), w)
    for kind in kinds:
        with pytest.raises(ValueError, match=f"schedule='normalised' needs .* loss='{loss}' does"):
            Simulation(Problem(X, y, loss=loss), kind(0.1, "normalised"), w)
        with pytest.raises(ValueError, match="schedule='normalised' needs"):
            run.dynamics = kind(0.1, "normalised")
    assert run.dynamics == GradientDescent(0.1) and run.advance(3).finite
