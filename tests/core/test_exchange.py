"""Training data exchanged while a run goes on: as if it had been on the new ones from there."""

import numpy as np
import pytest

from core import Experiment, GradientDescent, PopulationProblem, Problem, Simulation
from core.datasets import from_arrays, points_text
from core.dynamics import DYNAMICS
from core.kernels.dense_engine import DenseEngine
from core.kernels.matrix_engine import MatrixEngine
from core.kernels.planar_engine import PlanarEngine
from core.kernels.tangent import TangentEngine

from .cases import DENSE, MATRIX, draw
from .test_live_dynamics import SEED, goes_on


def data(seed, n, d, labels=True):
    return draw(seed, n=n, d=d, m=1, labels=labels)[:2]


@pytest.mark.parametrize("name", DYNAMICS)
def test_every_dynamics_goes_on_from_its_particles_with_the_new_data(name):
    """By the protocol of the dynamics itself: step numbers, and so draws and schedules, go on."""
    X, y, w = draw(1, n=10, d=DENSE, m=40)
    dynamics = DYNAMICS[name].kind(0.1)
    run = Simulation(Problem(X, y, weight_decay=0.02), dynamics, w, SEED)
    before = run.advance(7)
    inputs, targets = data(2, 14, DENSE)
    run.exchange(inputs, targets)
    problem = Problem(inputs, targets, weight_decay=0.02)
    now = run.frame
    assert (now.step, now.time) == (7, before.time) and run.requested == dynamics
    assert now.particles.tobytes() == before.particles.tobytes()
    assert now.risk == pytest.approx(problem.risk(now.particles), rel=1e-12)
    after = run.advance(9)
    expected, _ = goes_on(dynamics, problem, before.particles, 7, 9)
    assert after.particles.tobytes() == expected.tobytes() != before.particles.tobytes()


@pytest.mark.parametrize(
    ("d", "n", "m", "kinds"),
    [
        (DENSE, (10, 14), 40, (DenseEngine, DenseEngine)),
        (MATRIX, (10, 3), 40, (MatrixEngine, MatrixEngine)),
        (2, (10, 1000), 1000, (DenseEngine, PlanarEngine)),
        (2, (1000, 999), 1000, (PlanarEngine, PlanarEngine)),
        (2, (1000, 1), 1000, (PlanarEngine, DenseEngine)),
    ],
)
def test_a_fresh_run_from_the_same_particles_gives_the_same_bits(d, n, m, kinds):
    """Whatever engine suits the one data and the other; constant steps, which need no number."""
    X, y, w = draw(1, n=n[0], d=d, m=m)
    run = Simulation(Problem(X, y), GradientDescent(0.1), w)
    assert type(run._state) is kinds[0]
    start = run.advance(5)
    inputs, targets = data(2, n[1], d)
    run.exchange(inputs, targets)
    assert type(run._state) is kinds[1]
    fresh = Simulation(Problem(inputs, targets), GradientDescent(0.1), start.particles)
    assert run.frame.risk == fresh.frame.risk
    cut = [run.advance(steps) for steps in (1, 6, 4)][-1]
    whole = fresh.advance(11)
    assert cut.particles.tobytes() == whole.particles.tobytes()
    assert (cut.risk, cut.margin, cut.accuracy) == (whole.risk, whole.margin, whole.accuracy)
    assert (cut.step, cut.time) == (16, pytest.approx(start.time + whole.time, rel=1e-14))


def test_the_tangent_model_is_that_of_the_particles_at_the_exchange():
    X, y, w = draw(1, n=10, d=DENSE, m=40)
    run = Simulation(Problem(X, y), DYNAMICS["tangent"].kind(0.1), w)
    particles = run.advance(20).particles
    inputs, targets = data(2, 12, DENSE)
    run.exchange(inputs, targets)
    assert type(run._state) is TangentEngine
    np.testing.assert_array_equal(run.problem.anchor, particles)
    assert run.frame.risk == pytest.approx(Problem(inputs, targets).risk(particles), rel=1e-12)


def test_a_stepsize_chosen_by_itself_is_chosen_anew():
    X, y, w = draw(1, n=10, d=DENSE, m=40, labels=False)
    dynamics = GradientDescent(schedule="auto")
    run = Simulation(Problem(X, y, loss="square"), dynamics, w)
    first, told = run.dynamics.stepsize, run.remark
    particles = run.advance(3).particles
    run.exchange(3 * X, y)
    alone = Simulation(Problem(3 * X, y, loss="square"), dynamics, particles)
    assert run.dynamics.stepsize == alone.dynamics.stepsize != first
    assert run.remark == alone.remark != told


def test_the_history_goes_on_and_holds_the_risk_of_the_data_of_its_time():
    X, y, w = draw(1, n=10, d=DENSE, m=40)
    run = Simulation(Problem(X, y), GradientDescent(0.1), w)
    run.advance(10)
    before = run.history.scalars()
    run.exchange(X, -y)
    run.advance(10)
    after = run.history.scalars()
    np.testing.assert_array_equal(after["risk"][: len(before["step"])], before["risk"])
    assert (np.diff(after["step"]) > 0).all() and after["step"][-1] == 20
    steps, clouds = run.history.snapshots()
    for step, particles in zip(steps, clouds, strict=True):
        labels = y if step <= 10 else -y
        risk = after["risk"][after["step"] == step][0]
        assert risk == pytest.approx(Problem(X, labels).risk(particles), rel=1e-12)


def test_at_step_0_it_is_the_run_of_the_new_data_from_the_start():
    X, y, w = draw(1, n=10, d=DENSE, m=40)
    inputs, targets = data(2, 12, DENSE)
    run = Simulation(Problem(X, y), GradientDescent(0.1), w)
    run.exchange(inputs, targets)
    alone = Simulation(Problem(inputs, targets), GradientDescent(0.1), w)
    for simulation in (run, alone):
        simulation.advance(30)
    for name, values in alone.history.scalars().items():
        np.testing.assert_array_equal(run.history.scalars()[name], values)


def test_a_saved_run_goes_on_with_the_data_it_had_last(tmp_path):
    X, y, w = draw(1, n=10, d=DENSE, m=40)
    run = Simulation(Problem(X, y), GradientDescent(0.1), w, test=Problem(X, y))
    run.advance(5)
    inputs, targets = data(2, 12, DENSE)
    run.exchange(inputs, targets)
    assert run.test is None and np.isnan(run.frame.test_risk)
    run.advance(3)
    run.save(tmp_path / "run.npz")
    taken_up = Simulation.from_file(tmp_path / "run.npz")
    assert taken_up.has_data(inputs, targets) and not taken_up.has_data(X, y)
    assert taken_up.advance(6).particles.tobytes() == run.advance(6).particles.tobytes()


def test_new_test_samples_are_taken_too():
    X, y, w = draw(1, n=10, d=DENSE, m=40)
    run = Simulation(Problem(X, y), GradientDescent(0.1), w)
    test = Problem(*data(3, 7, DENSE))
    run.exchange(X, -y, test)
    assert run.frame.test_risk == pytest.approx(test.risk(w), rel=1e-12)


@pytest.mark.parametrize(
    ("inputs", "targets", "test", "message"),
    [
        (np.ones((4, 2)), np.ones(4), None, f"inputs has 2 columns.*{DENSE} input weights"),
        (np.ones((4, DENSE)), np.ones(3), None, "targets has 3 entries and inputs 4 rows"),
        (np.ones((4, DENSE)), np.full(4, 0.5), None, "needs targets of ±1"),
        (np.full((4, DENSE), np.nan), np.ones(4), None, "inputs holds values that are not finite"),
        (np.ones((4, DENSE)), np.ones(4), Problem(np.ones((1, 2)), [1.0]), "test has 2 input"),
        (np.full((4, DENSE), 1.7e308), np.ones(4), None, "not finite"),
    ],
)
def test_data_that_do_not_fit_leave_the_run_as_it_is(inputs, targets, test, message):
    X, y, w = draw(1, n=10, d=DENSE, m=40)
    own = Problem(X, y)
    asked, alone = (Simulation(own, GradientDescent(0.1), w, test=own) for _ in range(2))
    for simulation in (asked, alone):
        simulation.advance(5)
    with np.errstate(all="ignore"), pytest.raises(ValueError, match=message):
        asked.exchange(inputs, targets, test)
    assert asked.problem is own and asked.test is own
    assert asked.advance(9).particles.tobytes() == alone.advance(9).particles.tobytes()
    assert asked.frame.test_risk == alone.frame.test_risk


def test_a_law_has_no_data_to_exchange():
    rng = np.random.default_rng(0)
    law = PopulationProblem(rng.standard_normal((3, 4)), "relu")
    run = Simulation(law, GradientDescent(0.1), rng.standard_normal((20, 4)))
    with pytest.raises(ValueError, match="is on a PopulationProblem, whose data cannot"):
        run.exchange(np.ones((4, 3)), np.ones(4))
    assert run.advance(2).finite


def test_own_points_act_on_the_run_that_goes_on():
    X, y = data(1, 12, 2)
    own = {"data": "points", "m": 20, "dynamics": "gradient", "stepsize": 0.1, "seed": 3}
    experiment = Experiment(points=points_text(from_arrays(X, y, bias=False)), **own)
    setup = experiment.setup()
    run = setup.simulation
    particles = run.advance(5).particles
    assert experiment.points_are_in(run)
    moved = X + 0.5
    experiment.points = points_text(from_arrays(moved, y, bias=False))
    assert not experiment.points_are_in(run)
    experiment.apply_live(run)
    assert experiment.points_are_in(run) and run.step == 5
    problem = Problem(np.column_stack((np.ones(12), moved)), y)
    fresh = Simulation(problem, GradientDescent(0.1), particles)
    assert run.advance(8).particles.tobytes() == fresh.advance(8).particles.tobytes()
    now = setup.with_data(experiment.dataset())
    assert now.simulation is run and run.has_data(now.problem.inputs, now.problem.targets)
    experiment.data = "circles"
    assert experiment.points_are_in(run)  # they are not the data any more
