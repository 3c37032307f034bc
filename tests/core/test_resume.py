"""Runs taken up from a file go on as if they had never been interrupted, to the last bit."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import Experiment, GradientDescent, Problem, Simulation, SoftminAscent, TangentFlow
from core.dynamics import DYNAMICS
from core.frame import SCALARS
from core.saved import SavedRun, versions

from .cases import DENSE, MATRIX, draw

ROOT = Path(__file__).parents[2]

FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
KINDS = [entry.kind for entry in DYNAMICS.values()]
RUNS = st.fixed_dictionaries(
    {
        "d": st.sampled_from([DENSE, MATRIX]),
        "kind": st.sampled_from(KINDS),
        "dtype": st.sampled_from([np.float32, np.float64]),
        "tested": st.booleans(),
        "seed": st.sampled_from([0, 2**63 - 1]),
    }
)


def start(
    d=DENSE, kind=GradientDescent, dtype=np.float64, tested=True, seed=0, stepsize=0.1,
    schedule=None, **about
):  # fmt: skip
    X, y, w = draw(3, n=10, d=d, m=40, dtype=dtype)
    points, labels, _ = draw(4, n=7, d=d, m=1)
    about = {"weight_decay": 0.01} | about
    test = Problem(points, labels) if tested else None
    own = {"stepsize": stepsize} | ({} if schedule is None else {"schedule": schedule})
    return Simulation(Problem(X, y, **about), kind(**own), w, seed=seed, test=test)


def bits(simulation):
    """Everything a run can be asked for, with the whole history."""
    frame, history = simulation.frame, simulation.history
    values = [v for v in dataclasses.astuple(frame) if not isinstance(v, np.ndarray)]
    steps, clouds = history.snapshots()
    arrays = [np.array(values, float), frame.particles, *history.scalars().values(), steps, *clouds]
    asked = [(array.dtype.str, array.shape, array.tobytes()) for array in arrays]
    return asked, list(history.scalars()), history.next_step, simulation.divergence, simulation.seed


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.npz"


def reloaded(simulation, path):
    simulation.save(path)
    return Simulation.from_file(path)


@FEW
@given(run=RUNS, cuts=st.lists(st.integers(0, 150), min_size=2, max_size=4))
def test_interruptions_leave_every_bit(path, run, cuts):
    whole, cut = start(**run), start(**run)
    for steps in cuts:
        cut.advance(steps)
        cut = reloaded(cut, path)
    whole.advance(sum(cuts))
    assert bits(cut) == bits(whole)
    assert whole.frame.step == sum(cuts)


@pytest.mark.thorough
@FEW
@given(run=RUNS, before=st.integers(0, 60), after=st.integers(1, 60))
def test_settings_changed_on_the_way_are_kept(path, run, before, after):
    whole = start(**run)
    cut = start(**run)
    for simulation in (whole, cut):
        simulation.advance(before)
        simulation.dynamics = run["kind"](stepsize=0.03)
        simulation.weight_decay = 0.2
        simulation.advance(5)
    cut = reloaded(cut, path)
    assert cut.dynamics == run["kind"](stepsize=0.03) and cut.weight_decay == 0.2
    for simulation in (whole, cut):
        simulation.advance(after)
        simulation.weight_decay = 0.0
        simulation.advance(3)
    assert bits(cut) == bits(whole)


@pytest.mark.parametrize("d", [DENSE, MATRIX])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("decay", [0.35, 0.7, 0.9])
def test_the_signs_of_zeros_are_kept(path, d, dtype, decay):
    """An input that is always 0, and a decay that turns particles round or makes them vanish."""
    X, y, w = draw(5, n=10, d=d, m=40, dtype=dtype)
    X[:, 0] = w[:, 0] = 0
    problem = Problem(X, y, weight_decay=decay)
    whole, cut = (Simulation(problem, GradientDescent(1.0), w) for _ in range(2))
    for steps in (1, 2, 3, 99, 45):
        cut.advance(steps)
        cut = reloaded(cut, path)
    whole.advance(150)
    assert bits(cut) == bits(whole)


@pytest.mark.parametrize("d", [DENSE, MATRIX])
def test_a_thinned_history_goes_on_being_thinned_alike(path, d):
    """Room for five snapshots of each cloud: they are dropped again and again."""
    whole, cut = start(d, SoftminAscent), start(d, SoftminAscent)
    for simulation in (whole, cut):
        simulation.history = type(simulation.history)(5 * simulation.frame.particles.nbytes)
        simulation.history.record(simulation.frame)
    for steps in (3, 40, 400, 1000):
        cut.advance(steps)
        cut = reloaded(cut, path)
        assert cut.history.nbytes <= 5 * cut.frame.particles.nbytes
    whole.advance(1443)
    assert bits(cut) == bits(whole)


PROGRAM = """
import sys
from core import Simulation
run = Simulation.from_file(sys.argv[1])
run.advance(77)
run.save(sys.argv[2])
"""


@pytest.mark.parametrize(("d", "kind"), [(DENSE, SoftminAscent), (MATRIX, GradientDescent)])
def test_another_process_goes_on_with_the_same_bits(path, tmp_path, d, kind):
    run = start(d, kind, np.float32)
    run.advance(50)
    run.save(path)
    there = tmp_path / "there.npz"
    subprocess.run([sys.executable, "-c", PROGRAM, path, there], cwd=ROOT, check=True, timeout=120)
    run.advance(77)
    run.save(path)
    assert there.read_bytes() == path.read_bytes()
    assert bits(Simulation.from_file(there)) == bits(run)


@pytest.mark.parametrize("d", [DENSE, MATRIX])
def test_a_diverged_run_stays_diverged(path, d):
    run = start(d, activation="relu2", loss="square", stepsize=5.0)
    frame = run.advance(10_000)
    assert not frame.finite
    again = reloaded(run, path)
    assert again.divergence == run.divergence and bits(again) == bits(run)
    assert again.advance(10).step == frame.step and not again.frame.finite
    for simulation in (run, again):
        simulation.dynamics = GradientDescent(1e-200)
        assert simulation.advance(4).finite
    assert bits(again) == bits(run)


@pytest.mark.parametrize(
    "knobs",
    [
        {"data": "clusters", "n": 20, "m": 30, "n_test": 10},
        {"data": "teacher", "loss": "square", "dynamics": "gradient", "d": 12, "m": 20, "n": 9,
         "activation": "tanh", "ntk": True, "precision": "float64"},
        {"data": "interpolation", "loss": "square", "dynamics": "gradient", "n_test": 0, "m": 5},
    ],
)  # fmt: skip
def test_runs_of_experiments(path, knobs):
    experiment = Experiment(**knobs)
    run, whole = experiment.simulation(), experiment.simulation()
    run.advance(30)
    run.save(path, experiment)
    again = Simulation.from_file(path)
    assert Experiment.from_dict(again.experiment).to_dict() == experiment.to_dict()
    again.save(path)  # the experiment goes along
    again = Simulation.from_file(path)
    assert again.experiment == experiment.to_dict()
    again.advance(31)
    whole.advance(61)
    assert bits(again) == bits(whole)
    for name in ("activation", "loss", "scale", "weight_decay"):
        assert getattr(again.problem, name) == getattr(whole.problem, name)


def test_what_a_file_says_of_itself(path):
    run = start(tested=False)
    run.advance(10)
    run.save(path, {"m": 40})
    saved = SavedRun.read(path)
    assert saved.versions == versions() and saved.experiment == {"m": 40}
    assert {"wideflow", "numpy", "numba", "python", "cpu"} <= set(saved.versions)
    assert saved.versions["numpy"] == np.__version__
    assert saved.test is None and saved.divergence is None and (saved.seed, saved.step) == (0, 10)
    assert list(saved.now) == list(SCALARS) and saved.now["risk"] == run.frame.risk
    assert np.isnan(saved.now["test_risk"])


def test_a_run_without_an_experiment_has_none(path):
    assert start().experiment is None and reloaded(start(), path).experiment is None


def test_what_a_dynamics_knows_besides_is_kept(path):
    """The tangent model goes on from n numbers and its anchor, which particles do not tell."""
    run = start(kind=TangentFlow)
    anchor = run.frame.particles
    run.advance(20)
    run.save(path)
    state = SavedRun.read(path).state
    assert set(state) == {"anchor", "response", "shrink"}
    np.testing.assert_array_equal(state["anchor"], anchor)
    assert state["response"].shape == (10,) and state["response"].any()
    # 20 steps of 1 − η 2λ.
    np.testing.assert_allclose(state["shrink"], [(1 - 0.1 * 0.02) ** 20], rtol=1e-14)
    np.testing.assert_array_equal(Simulation.from_file(path).problem.anchor, anchor)


@pytest.mark.parametrize("schedule", ["auto", "normalised"])
def test_schedules_are_kept_with_what_they_chose(path, schedule):
    """A run taken up does not choose its stepsize again, from where it is now."""
    whole = start(stepsize=0.1, schedule=schedule)
    cut = start(stepsize=0.1, schedule=schedule)
    cut.advance(30)
    cut = reloaded(cut, path)
    assert cut.dynamics == whole.dynamics and cut.dynamics.schedule == schedule
    assert (cut.dynamics.stepsize == 0.1) == (schedule == "normalised")
    cut.advance(30)
    whole.advance(60)
    assert bits(cut) == bits(whole)
