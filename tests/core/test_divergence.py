"""Runs that blow up: where they stop, what they say, how they go on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import GradientDescent, Problem, Simulation

from . import reference
from .cases import DENSE, FEW, MATRIX, draw

PRECISIONS = [np.float32, np.float64]

#: Settings under which a run blows up, each in another way: faster than any exponential, by
#: oscillation, by an exponential loss, and by weight decay alone while relu hides the particles.
WAYS = {
    "relu2": {"activation": "relu2", "loss": "square", "stepsize": 5.0},
    "oscillation": {"activation": "identity", "loss": "square", "stepsize": 1e3},
    "exponential": {"activation": "relu", "loss": "exponential", "stepsize": 20.0},
    "decay": {"activation": "relu", "loss": "hinge", "stepsize": 1.0, "weight_decay": 1e4},
}
#: In single precision not all: each activation, engine and precision is a compilation.
CASES = [(way, d, np.float64) for way in WAYS for d in (DENSE, MATRIX)]
CASES += [(way, d, np.float32) for way in ("exponential", "decay") for d in (DENSE, MATRIX)]
CASES.append(("relu2", DENSE, np.float32))
every = pytest.mark.parametrize(("way", "d", "dtype"), CASES)


def start(way, d, dtype):
    settings = dict(WAYS[way])
    stepsize = settings.pop("stepsize")
    X, y, w = draw(7, n=10, d=d, m=40, dtype=dtype)
    return Simulation(Problem(X, y, **settings), GradientDescent(stepsize), w)


def next_values(simulation, dtype):
    """The next particles, their squares and their risk, by a step of NumPy."""
    problem, frame = simulation.problem, simulation.frame
    with np.errstate(over="ignore", invalid="ignore"):
        velocity = problem.velocity(frame.particles)
        beyond = (frame.particles + simulation.dynamics.stepsize * velocity).astype(dtype)
        f = reference.predict(beyond, problem.inputs, problem.activation)
        losses = reference.loss(problem.loss, f, problem.targets)[0]
        return np.concatenate(((beyond**2).ravel(), f.astype(dtype), losses))


@every
def test_a_run_stops_at_its_last_finite_step(way, d, dtype):
    simulation = start(way, d, dtype)
    frame = simulation.advance(10_000)
    assert 0 < frame.step < 10_000 and not frame.finite
    assert np.isfinite(frame.particles).all()
    scalars = [frame.time, frame.risk, frame.objective, frame.margin, frame.total_mass]
    assert np.isfinite(scalars).all()
    assert frame.time == pytest.approx(frame.step * WAYS[way]["stepsize"])
    history = simulation.history.scalars()
    assert np.isfinite(history["risk"]).all() and np.isfinite(history["total_mass"]).all()
    assert history["step"].max() <= frame.step
    assert not np.isfinite(next_values(simulation, dtype)).all()


@every
def test_a_stopped_run_stays_where_it_is(way, d, dtype):
    simulation = start(way, d, dtype)
    frame = simulation.advance(10_000)
    entries = len(simulation.history.scalars()["step"])
    assert simulation.advance(5) is frame is simulation.advance(0) is simulation.frame
    assert len(simulation.history.scalars()["step"]) == entries


@FEW
@given(case=st.sampled_from(CASES), chunk=st.integers(1, 12))
def test_the_step_and_the_bits_do_not_depend_on_the_cuts(case, chunk):
    way, d, dtype = case
    whole, cut = start(way, d, dtype), start(way, d, dtype)
    frame = whole.advance(2000)
    for _ in range(2000 // chunk):
        if not cut.advance(chunk).finite:
            break
    assert cut.frame.step == frame.step and cut.divergence == whole.divergence
    assert cut.frame.particles.tobytes() == frame.particles.tobytes()
    assert (cut.frame.time, cut.frame.risk) == (frame.time, frame.risk)
    for name, column in whole.history.scalars().items():
        np.testing.assert_array_equal(cut.history.scalars()[name], column)


@every
def test_the_message_names_the_step_and_the_stepsize(way, d, dtype):
    simulation = start(way, d, dtype)
    assert simulation.divergence is None
    frame = simulation.advance(10_000)
    divergence = simulation.divergence
    assert divergence.step == frame.step + 1
    stepsize = f"stepsize (now {WAYS[way]['stepsize']:g})"
    for words in (f"step {frame.step + 1} ", f"step {frame.step},", stepsize):
        assert words in divergence.message
    assert ("weight decay (now 10000)" in divergence.message) == (way == "decay")


@every
def test_another_stepsize_lets_the_run_go_on(way, d, dtype):
    """It goes on as a new run from the last finite particles does, to the last bit."""
    simulation = start(way, d, dtype)
    stopped = simulation.advance(10_000)
    simulation.weight_decay = 0.0
    simulation.dynamics = GradientDescent(0.0)
    assert simulation.divergence is None and simulation.frame.finite
    frame = simulation.advance(3)
    if not frame.finite:  # the force itself may be beyond the numbers
        assert frame.step == stopped.step
        return
    assert (frame.step, frame.time) == (stopped.step + 3, stopped.time)
    np.testing.assert_array_equal(frame.particles, stopped.particles)
    fresh = Simulation(simulation.problem, GradientDescent(1e-30), stopped.particles)
    simulation.dynamics = GradientDescent(1e-30)
    assert simulation.advance(4).particles.tobytes() == fresh.advance(4).particles.tobytes()


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("d", [DENSE, MATRIX])
def test_particles_that_no_prediction_shows(d, dtype):
    """a = (t, −t, 0 …) on inputs of ones gives a·x = 0, and relu(inf − inf) is 0 when compiled."""
    w = np.zeros((1, d + 1), dtype)
    w[0, :2] = 1, -1
    problem = Problem(np.ones((2, d)), [1, -1], weight_decay=1e4)
    simulation = Simulation(problem, GradientDescent(1.0), w)
    frame = simulation.advance(1000)
    assert not frame.finite and 0 < frame.step < 1000
    assert np.isfinite(frame.particles).all() and np.isfinite(frame.total_mass)
    assert frame.risk == pytest.approx(np.log(2))


@pytest.mark.parametrize("d", [DENSE, MATRIX])
def test_a_lower_stepsize_saves_a_run(d):
    """Ten times the risk of the start, and still growing: then lowered, just in time."""
    X, y, w = draw(8, n=10, d=d, m=40)
    problem = Problem(X, y, "relu", "square")
    lost, saved = (Simulation(problem, GradientDescent(20.0), w) for _ in range(2))
    assert not lost.advance(1000).finite
    high = 10 * saved.frame.risk
    while saved.frame.risk < high:
        saved.advance(1)
    saved.dynamics = GradientDescent(1e-3)
    frame = saved.advance(2000)
    assert frame.finite and frame.risk < high
