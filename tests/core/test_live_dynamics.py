"""Dynamics switched while a run goes on: as if the second had been there from that step on."""

import itertools

import numpy as np
import pytest

from core import (
    ConicDescent,
    Dropout,
    GradientDescent,
    Langevin,
    OutputLayerAscent,
    PopulationProblem,
    Problem,
    Simulation,
    SoftminAscent,
    StochasticGradientDescent,
    TangentFlow,
    TangentProblem,
)
from core.dynamics import DYNAMICS

from .cases import DENSE, MATRIX, draw

SEED = 77
NAMES = list(DYNAMICS)
PAIRS = [pair for pair in itertools.product(NAMES, NAMES) if pair[0] != pair[1]]


def case(d=DENSE, **about):
    X, y, w = draw(1, n=10, d=d, m=40)
    return Problem(X, y, **{"weight_decay": 0.02} | about), w


def goes_on(dynamics, problem, particles, step, count):
    """Where `dynamics` leads that starts from `particles` at `step`, by its own protocol."""
    model = dynamics.model(problem, particles)
    state = dynamics.init(model, particles, SEED)
    taken = dynamics.advance(state, model, step, count, SEED)
    return state.particles, taken


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_switch_starts_the_second_from_the_particles_of_the_first(first, second):
    problem, w = case()
    run = Simulation(problem, DYNAMICS[first].kind(0.1), w, SEED)
    before = run.advance(7)
    then = DYNAMICS[second].kind(0.05)
    run.dynamics = then
    assert run.dynamics == then and run.frame.particles.tobytes() == before.particles.tobytes()
    assert (run.frame.step, run.frame.time, run.step) == (7, before.time, 7)
    after = run.advance(9)
    expected, taken = goes_on(then, problem, before.particles, 7, 9)
    assert after.particles.tobytes() == expected.tobytes()
    assert after.time == pytest.approx(before.time + taken.sum(), rel=1e-14)
    assert (after.particles != before.particles).any() and after.step == 16


@pytest.mark.parametrize("name", NAMES)
def test_other_settings_of_the_same_dynamics_act_from_the_next_step(name):
    """The tangent model keeps its anchor, the others have nothing to keep."""
    problem, w = case()
    run = Simulation(problem, DYNAMICS[name].kind(0.1), w, SEED)
    before = run.advance(7)
    run.dynamics = DYNAMICS[name].kind(0.03)
    found = run.advance(9).particles
    if name != "tangent":
        expected = goes_on(DYNAMICS[name].kind(0.03), problem, before.particles, 7, 9)[0]
        assert found.tobytes() == expected.tobytes()
    else:
        np.testing.assert_array_equal(run.problem.anchor, w)
    assert (found != before.particles).any()


def test_a_switch_there_and_back_is_no_switch():
    problem, w = case()
    switched, plain = (Simulation(problem, GradientDescent(0.1), w, SEED) for _ in range(2))
    for simulation in (switched, plain):
        simulation.advance(5)
    switched.dynamics = Langevin(0.3)
    switched.dynamics = GradientDescent(0.1)
    assert switched.advance(20).particles.tobytes() == plain.advance(20).particles.tobytes()


@pytest.mark.parametrize("d", [DENSE, MATRIX])
def test_the_tangent_model_is_that_of_the_particles_at_the_switch(d):
    problem, w = case(d, activation="tanh")
    points, labels, _ = draw(5, n=6, d=d, m=1)
    test = Problem(points, labels, "tanh")
    run = Simulation(problem, GradientDescent(0.3), w, test=test)
    anchor = run.advance(20).particles
    run.dynamics = TangentFlow(0.3)
    assert isinstance(run.problem, TangentProblem) and isinstance(run.test, TangentProblem)
    np.testing.assert_array_equal(run.problem.anchor, anchor)
    # At its anchor the model is the network, and so is the risk.
    assert run.frame.risk == pytest.approx(problem.risk(anchor), rel=1e-13)
    assert run.frame.test_risk == pytest.approx(test.risk(anchor), rel=1e-13)
    moved = run.advance(30)
    assert moved.risk != pytest.approx(problem.risk(moved.particles), rel=1e-6)
    run.dynamics = GradientDescent(0.3)
    assert type(run.problem) is Problem is type(run.test)
    assert run.frame.risk == pytest.approx(problem.risk(moved.particles), rel=1e-13)


@pytest.mark.parametrize("second", [SoftminAscent(0.1), Dropout(1e-3), GradientDescent(1e-3)])
def test_a_divergence_is_forgotten(second):
    problem, w = case(activation="relu2", loss="square", weight_decay=0.0)
    run = Simulation(problem, GradientDescent(5.0), w, SEED)
    stopped = run.advance(1000)
    assert not stopped.finite and run.divergence.step == stopped.step + 1
    assert run.advance(10) is run.frame and run.step == stopped.step
    run.dynamics = second
    assert run.divergence is None and run.frame.finite
    np.testing.assert_array_equal(run.frame.particles, stopped.particles)
    run.advance(1)
    expected, taken = goes_on(second, problem, stopped.particles, stopped.step, 1)
    if len(taken):
        assert run.frame.finite and run.frame.particles.tobytes() == expected.tobytes()
    else:  # from so far out the next step of any size may not be finite either
        assert not run.frame.finite and run.divergence.step == stopped.step + 1


def test_another_weight_decay_forgets_a_divergence_too():
    problem, w = case(loss="square", weight_decay=50.0)
    run = Simulation(problem, GradientDescent(0.1), w)  # 1 − 2·50·0.1 = −9 a step
    assert not run.advance(2000).finite and "the weight decay (now 50)" in run.divergence.message
    run.weight_decay = 5.0  # 1 − 1 = 0
    assert run.divergence is None and run.frame.finite


@pytest.mark.parametrize(
    ("about", "refused", "message"),
    [
        ({"activation": "tanh"}, ConicDescent(0.1), "ConicDescent needs a positively homogeneous"),
        ({"penalty": "path"}, TangentFlow(0.1), "TangentFlow needs penalty='mass', not 'path'"),
        ({"loss": "hinge"}, StochasticGradientDescent(0.1, "normalised"), "'normalised' needs"),
    ],
)
def test_a_dynamics_that_does_not_apply_leaves_the_run_as_it_is(about, refused, message):
    problem, w = case(**about)
    asked, alone = (Simulation(problem, Langevin(0.1), w, SEED) for _ in range(2))
    for simulation in (asked, alone):
        simulation.advance(5)
    with pytest.raises(ValueError, match=message):
        asked.dynamics = refused
    assert asked.dynamics == Langevin(0.1) and asked.problem is problem
    assert asked.advance(9).particles.tobytes() == alone.advance(9).particles.tobytes()


def test_targets_that_are_no_labels_are_refused_while_a_run_goes_on():
    X, y, w = draw(1, n=10, d=DENSE, m=40, labels=False)
    run = Simulation(Problem(X, y, loss="square"), GradientDescent(0.1), w)
    for dynamics in (SoftminAscent(0.1), OutputLayerAscent(0.1)):
        with pytest.raises(ValueError, match="needs targets of ±1"):
            run.dynamics = dynamics
    assert run.advance(2).finite


def test_a_law_is_descended_by_its_closed_form_and_by_fresh_samples_in_turn():
    rng = np.random.default_rng(0)
    problem = PopulationProblem(rng.standard_normal((3, 4)), "relu", weight_decay=0.02)
    w = rng.standard_normal((40, 4))
    run = Simulation(problem, GradientDescent(0.1), w, SEED)
    for dynamics in (
        StochasticGradientDescent(0.05), Langevin(0.05), ConicDescent(0.05), GradientDescent(0.05),
    ):  # fmt: skip
        before = run.advance(3)
        run.dynamics = dynamics
        expected, _ = goes_on(dynamics, problem, before.particles, run.step, 6)
        frame = run.advance(6)
        assert frame.particles.tobytes() == expected.tobytes()
        assert frame.risk == pytest.approx(problem.risk(frame.particles), rel=1e-12)
    for dynamics, what in ((Dropout(0.1), "Dropout"), (TangentFlow(0.1), "TangentFlow")):
        with pytest.raises(ValueError, match=f"{what} needs .*samples"):
            run.dynamics = dynamics
