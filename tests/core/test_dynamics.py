"""Dynamics: stepsizes, whole runs against NumPy, the soft minimum; all of the registry."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import GradientDescent, Problem, Simulation, SoftminAscent
from core.activations import ACTIVATIONS
from core.dynamics import DYNAMICS, dynamics
from core.losses import LOSSES

from . import reference
from .cases import DENSE, FEW, MATRIX, PRECISIONS, draw, single

BOTH = pytest.mark.parametrize("d", [DENSE, MATRIX])
KINDS = [entry.kind for entry in DYNAMICS.values()]
SETTINGS = {"scale": 1.5, "weight_decay": 0.01}


def softmin_stepsizes(stepsize, count):
    return [stepsize / np.sqrt(t + 2) for t in range(count)]


def close(particles, expected, steps):
    """Compare with float64 particles, at a few roundings a step."""
    tolerance = 10 * steps * float(np.finfo(particles.dtype).eps)
    size = np.abs(expected).max()
    np.testing.assert_allclose(particles, expected, rtol=tolerance, atol=tolerance * size)


def test_the_registry_holds_the_agreed_names():
    assert DYNAMICS["gradient"].kind is GradientDescent
    assert DYNAMICS["softmin"].kind is SoftminAscent
    for name, entry in DYNAMICS.items():
        assert entry.name == entry.kind.name == name and entry.label and entry.doc
        assert dynamics(name) is entry
    with pytest.raises(ValueError, match="dynamics='newton' is unknown; choose one of gradient"):
        dynamics("newton")


@BOTH
@pytest.mark.parametrize(("act", "dtype"), PRECISIONS)
def test_gradient_descent_against_numpy(act, dtype, d):
    X, y, w = draw(1, n=20, d=d, m=33, dtype=dtype)
    problem = Problem(X, y, act, "squared_hinge", **SETTINGS)
    frame = Simulation(problem, GradientDescent(0.2), w).advance(30)
    X = single(X) if dtype == np.float32 else X
    expected = reference.trajectory(
        w.astype(float), [0.2] * 30, X, y, act=act, loss="squared_hinge", **SETTINGS
    )
    close(frame.particles, expected, 30)
    assert frame.time == pytest.approx(6.0, rel=1e-14)


@BOTH
@pytest.mark.parametrize("act", ["relu", "tanh"])
def test_softmin_ascent_against_the_formula(act, d):
    """a += η_t c Σ q y σ' x and c += η_t Σ q y σ with q = softmax(−y f), η_t = η/√(t+2)."""
    X, y, w = draw(2, n=20, d=d, m=33)
    frame = Simulation(Problem(X, y, act), SoftminAscent(0.4), w).advance(30)
    expected = w
    for stepsize in softmin_stepsizes(0.4, 30):
        values, slopes = reference.activation(act, expected[:, :-1] @ X.T)
        u = y * (values.T @ expected[:, -1]) / len(w)
        pull = y * np.exp(-u) / np.exp(-u).sum()
        move = np.column_stack((expected[:, -1:] * ((slopes * pull) @ X), values @ pull))
        expected = expected + stepsize * move
    close(frame.particles, expected, 30)
    assert frame.time == pytest.approx(sum(softmin_stepsizes(0.4, 30)), rel=1e-14)


def test_softmin_ascent_with_scale_and_weight_decay():
    X, y, w = draw(3, n=20, d=DENSE, m=33)
    frame = Simulation(Problem(X, y, **SETTINGS), SoftminAscent(0.4), w).advance(20)
    expected = reference.trajectory(
        w, softmin_stepsizes(0.4, 20), X, y, act="relu", loss="softmin", **SETTINGS
    )
    close(frame.particles, expected, 20)


@pytest.mark.parametrize("loss", LOSSES)
def test_softmin_ascent_takes_no_notice_of_the_loss_named(loss):
    X, y, w = draw(4, n=20, d=DENSE, m=33)
    frames = [
        Simulation(Problem(X, y, loss=name), SoftminAscent(0.4), w).advance(20)
        for name in ("logistic", loss)
    ]
    np.testing.assert_array_equal(frames[0].particles, frames[1].particles)
    assert frames[0].margin == frames[1].margin


@pytest.mark.parametrize("scale", [1.0, 3.0])
@pytest.mark.parametrize("act", ACTIVATIONS)
def test_small_steps_of_softmin_ascent_raise_the_soft_minimum(act, scale):
    X, y, w = draw(5, n=20, d=DENSE, m=50)
    problem = Problem(X, y, act, scale=scale)
    simulation = Simulation(problem, SoftminAscent(0.01), w)
    path = [reference.softmin(problem.predict(simulation.frame.particles), y)[0]]
    for _ in range(20):
        frame = simulation.advance(2)
        path.append(reference.softmin(problem.predict(frame.particles), y)[0])
    assert (np.diff(path) > 0).all()


def test_softmin_ascent_from_margins_of_a_thousand_on_either_side():
    """exp(±1000) overflows and underflows; the direction of ascent does neither."""
    X = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    w = np.array([[10.0, 10.0, 0.0, 100.0]])
    for labels, q in (([1.0, -1.0], [0, 1]), ([1.0, 1.0], [0.5, 0.5])):
        y = np.array(labels)
        simulation = Simulation(Problem(X, y), SoftminAscent(0.1), w)
        margins = y * simulation.problem.predict(w)
        np.testing.assert_array_equal(np.abs(margins), 1000)
        pull = y * q
        expected = w + 0.1 / np.sqrt(2) * np.array([[*(100 * pull), 0, 10 * pull.sum()]])
        np.testing.assert_allclose(simulation.advance(1).particles, expected, rtol=1e-14)


@BOTH
@pytest.mark.parametrize("act", ["tanh", "erf", "sigmoid"])
def test_the_objective_falls_at_the_rate_of_dissipation(act, d):
    """(F_t − F_{t+h})/h → (1/m) Σ|velocity|², with an error of order h."""
    X, y, w = draw(6, n=20, d=d, m=30)
    problem = Problem(X, y, act, **SETTINGS)
    rate = (problem.velocity(w) ** 2).sum() / len(w)
    errors = []
    for h in (1e-3, 1e-4):
        frame = Simulation(problem, GradientDescent(h), w).advance(1)
        errors.append(abs((problem.objective(w) - frame.objective) / h - rate))
    assert errors[0] < 0.02 * rate
    assert errors[1] == pytest.approx(errors[0] / 10, rel=0.05)


@pytest.mark.parametrize("loss", LOSSES)
def test_small_steps_lower_the_objective(loss):
    X, y, w = draw(7, n=20, d=DENSE, m=50, labels=LOSSES[loss].labels)
    simulation = Simulation(Problem(X, y, "tanh", loss, **SETTINGS), GradientDescent(0.01), w)
    path = [simulation.frame.objective] + [simulation.advance(5).objective for _ in range(20)]
    assert (np.diff(path) < 0).all()


@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(start=st.integers(0, 10**12), counts=st.lists(st.integers(0, 50), max_size=5))
def test_stepsizes_depend_on_the_step_alone(kind, start, counts):
    moving = kind(stepsize=0.3)
    whole = moving.stepsizes(start, sum(counts))
    pieces, at = [np.zeros(0)], start
    for count in counts:
        pieces.append(moving.stepsizes(at, count))
        at += count
    assert whole.dtype == np.float64 and whole.shape == (sum(counts),)
    np.testing.assert_array_equal(np.concatenate(pieces), whole)
    assert (whole > 0).all()


def test_stepsizes_by_formula():
    np.testing.assert_array_equal(GradientDescent(0.3).stepsizes(10**9, 3), 0.3)
    expected = 0.3 / np.sqrt([2, 3, 4, 5])
    np.testing.assert_allclose(SoftminAscent(0.3).stepsizes(0, 4), expected, rtol=1e-15)
    late = SoftminAscent(0.3).stepsizes(10**12, 1)
    np.testing.assert_allclose(late, 0.3e-6, rtol=1e-11)


@pytest.mark.parametrize("kind", KINDS)
def test_no_stepsize_no_motion(kind):
    X, y, w = draw(8, n=6, d=DENSE, m=5)
    frame = Simulation(Problem(X, y), kind(stepsize=0), w).advance(100)
    np.testing.assert_array_equal(frame.particles, w)
    assert (frame.step, frame.time) == (100, 0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "stepsize", [-0.1, 1.1e6, np.nan, np.inf, "0.1", None, True, [0.1], 1j, 10**400]
)
def test_bad_stepsize(kind, stepsize):
    with pytest.raises(ValueError, match=r"stepsize=.* is not a finite number in \[0, 1e\+06\]"):
        kind(stepsize=stepsize)


@pytest.mark.parametrize("kind", KINDS)
def test_a_dynamics_is_a_value(kind):
    assert kind(stepsize=0.5) == kind(stepsize=0.5) != kind(stepsize=0.25)
    assert kind(stepsize=np.float32(0.5)).stepsize == 0.5
    with pytest.raises(dataclasses.FrozenInstanceError):
        kind(stepsize=0.5).stepsize = 1.0


@pytest.mark.parametrize("entry", DYNAMICS.values(), ids=list(DYNAMICS))
def test_targets_of_plus_minus_one_are_asked_for_where_needed(entry):
    X, y, w = draw(9, n=6, d=DENSE, m=5, labels=False)
    problem = Problem(X, y, loss="square")
    if entry.labels:
        with pytest.raises(ValueError, match="needs targets of ±1"):
            Simulation(problem, entry.kind(stepsize=0.1), w)
    else:
        assert Simulation(problem, entry.kind(stepsize=0.1), w).advance(2).finite
