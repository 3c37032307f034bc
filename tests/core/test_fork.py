"""Forks: runs that take over from a recorded frame of another."""

import numpy as np
import pytest

from core import (
    GradientDescent,
    Langevin,
    Problem,
    Simulation,
    SoftminAscent,
    StochasticGradientDescent,
    TangentFlow,
)

from .cases import DENSE, draw
from .test_resume import bits, start

KINDS = [GradientDescent, StochasticGradientDescent, Langevin, SoftminAscent]
END = 150


def recorded(run, about):
    """The recorded step nearest to `about`."""
    return min(run.history.frame_steps, key=lambda step: abs(step - about))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", KINDS)
def test_a_fork_goes_on_as_the_run_has_gone_on_to_the_last_bit(kind, dtype):
    run = start(kind=kind, dtype=dtype, seed=7)
    run.advance(END)
    for step in (0, 1, recorded(run, 60), END):
        fork = run.fork(step)
        assert fork.step == step
        if step < END:  # where it stands is what was recorded there
            frame = run.history.frame(step)
            assert frame.particles.tobytes() == fork.frame.particles.tobytes()
            assert (frame.time, frame.risk, frame.test_risk) == (
                fork.frame.time, fork.frame.risk, fork.frame.test_risk,
            )  # fmt: skip
        fork.advance(END - step)
        assert bits(fork) == bits(run)


def test_a_fork_leaves_its_origin_alone():
    run, alone = start(), start()
    for simulation in (run, alone):
        simulation.advance(END)
    fork = run.fork(recorded(run, 40), dynamics=SoftminAscent(0.3))
    fork.advance(70)
    assert bits(run) == bits(alone)
    run.advance(20)
    alone.advance(20)
    assert bits(run) == bits(alone)


CHANGES = [
    (SoftminAscent(0.2, schedule="constant"), {}),
    (GradientDescent(0.03), {}),
    (None, {"loss": "exponential"}),
    (None, {"scale": 3.0}),
    (None, {"activation": "tanh"}),
]


@pytest.mark.parametrize(("dynamics", "about"), CHANGES)
def test_what_is_changed_acts_from_the_fork_on(dynamics, about):
    """As a run that starts from those particles: nothing of the origin is left but the step."""
    run = start()
    run.advance(END)
    step = recorded(run, 50)
    X, y, _ = draw(3, n=10, d=DENSE, m=40)
    problem = Problem(X, y, **{"weight_decay": 0.01} | about)
    fork = run.fork(step, dynamics, problem if about else None)
    particles = run.history.frame(step).particles
    fresh = Simulation(problem, dynamics or GradientDescent(0.1), particles)
    fork.advance(30)
    fresh.advance(30)
    assert fork.frame.particles.tobytes() == fresh.frame.particles.tobytes()
    assert fork.step == step + 30
    assert fork.time == pytest.approx(run.history.frame(step).time + fresh.time)


def test_a_problem_comes_with_its_own_test_samples():
    run = start()
    X, y, _ = draw(3, n=10, d=DENSE, m=1)
    assert run.fork().test is not None
    assert run.fork(problem=Problem(X, y)).test is None
    points, labels, _ = draw(9, n=5, d=DENSE, m=1)
    fork = run.fork(problem=Problem(X, y), test=Problem(points, labels))
    assert fork.frame.test_risk == Problem(points, labels).risk(run.frame.particles)


def test_the_stepsize_chosen_at_the_start_is_kept_unless_something_is_exchanged():
    run = start(schedule="auto")
    run.advance(END)
    step = recorded(run, 50)
    assert run.fork(step).dynamics.stepsize == run.dynamics.stepsize
    assert run.fork(step).remark == run.remark
    other = run.fork(step, dynamics=GradientDescent(0.2, schedule="auto"))
    assert other.dynamics.stepsize != run.dynamics.stepsize


def test_the_tangent_model_is_that_of_its_start_or_of_the_fork():
    run = start(kind=TangentFlow)
    run.advance(END)
    now = run.fork()
    for simulation in (run, now):
        simulation.advance(30)
    assert bits(now) == bits(run)
    anchor = run.history.frame(recorded(run, 50)).particles
    assert (run.fork(recorded(run, 50)).problem.anchor == anchor).all()


def test_a_diverged_run_can_be_forked_with_other_settings():
    X, y, w = draw(3, n=10, d=DENSE, m=40)
    run = Simulation(Problem(X, y, loss="square"), GradientDescent(1e5), w)
    run.advance(1000)
    assert run.divergence is not None
    fork = run.fork(dynamics=GradientDescent(0.0))
    fork.advance(10)
    assert fork.divergence is None and fork.step == run.step + 10


def test_what_cannot_be_forked_is_refused():
    run = start()
    run.advance(END)
    gap = next(step for step in range(END) if step not in run.history.frame_steps)
    with pytest.raises(ValueError, match=f"step={gap} is not recorded"):
        run.fork(gap)
    X, y, _ = draw(3, n=10, d=DENSE + 1, m=1)
    with pytest.raises(ValueError, match="particles has shape"):
        run.fork(problem=Problem(X, y))


def test_every_snapshot_can_be_forked_from_however_thinned():
    run = start()
    run.history = type(run.history)(5 * run.frame.particles.nbytes)
    run.history.record(run.frame)
    run.advance(3000)
    steps, clouds = run.history.snapshots()
    assert run.history.frame_steps == steps.tolist()
    for step, cloud in zip(steps.tolist(), clouds, strict=True):
        assert run.history.frame(step).particles is cloud
    half = run.history.frame_steps[2]
    assert run.fork(half).history.frame_steps == run.history.frame_steps[:3]
