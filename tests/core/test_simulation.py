"""Simulation: frames, independence of how a run is cut, live settings, divergence, arguments."""

import dataclasses
import importlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Frame, GradientDescent, Problem, Simulation, SoftminAscent
from core.dynamics import DYNAMICS

from . import reference
from .cases import DENSE, FEW, MATRIX, draw

BOTH = pytest.mark.parametrize("d", [DENSE, MATRIX])
KINDS = [entry.kind for entry in DYNAMICS.values()]
ANY_D, ANY_KIND = st.sampled_from([DENSE, MATRIX]), st.sampled_from(KINDS)
PRECISIONS = st.sampled_from([np.float32, np.float64])


def start(d=DENSE, kind=GradientDescent, dtype=np.float64, stepsize=0.1, seed=0, **about):
    X, y, w = draw(seed, n=10, d=d, m=40, dtype=dtype)
    return Simulation(Problem(X, y, **about), kind(stepsize=stepsize), w)


def bits(simulation):
    """Everything a run can be asked for, with the whole history."""
    frame, history = simulation.frame, simulation.history
    values = [v for v in dataclasses.astuple(frame) if not isinstance(v, np.ndarray)]
    steps, clouds = history.snapshots()
    arrays = [frame.particles, *history.scalars().values(), steps, *clouds]
    return np.array(values, float).tobytes(), b"".join(array.tobytes() for array in arrays)


@FEW
@given(
    d=ANY_D, kind=ANY_KIND, dtype=PRECISIONS,
    cuts=st.lists(st.integers(0, 120), min_size=2, max_size=8),
)  # fmt: skip
def test_cutting_a_run_leaves_every_bit_of_frame_and_history(d, kind, dtype, cuts):
    whole, cut, single = (start(d, kind, dtype, weight_decay=0.01) for _ in range(3))
    whole.advance(sum(cuts))
    for steps in cuts:
        cut.advance(steps)
    for _ in range(sum(cuts)):
        single.advance()
    assert bits(whole) == bits(cut) == bits(single)
    assert whole.frame.step == sum(cuts)


@BOTH
def test_cutting_inside_compiled_code_leaves_every_bit(d, monkeypatch):
    module = importlib.import_module("core.simulation")
    whole, cut = start(d, SoftminAscent), start(d, SoftminAscent)
    whole.advance(300)
    monkeypatch.setattr(module, "_MOST_STEPS", 7)
    cut.advance(300)
    assert bits(whole) == bits(cut)


def test_more_steps_than_one_call_into_compiled_code_takes():
    X, y, w = draw(1, n=2, d=DENSE, m=1)
    one, two = (Simulation(Problem(X, y), SoftminAscent(0.1), w) for _ in range(2))
    one.advance(50_000)
    for steps in (1, 16_384, 16_384, 17_231):
        two.advance(steps)
    assert bits(one) == bits(two)
    expected = (0.1 / np.sqrt(np.arange(2, 50_002))).sum()
    assert one.frame.time == pytest.approx(expected, rel=1e-12)


@FEW
@given(d=ANY_D, dtype=PRECISIONS, at=st.integers(1, 60))
def test_live_settings_act_from_the_next_step_and_leave_what_was(d, dtype, at):
    runs = [start(d, dtype=dtype) for _ in range(2)]
    for run, cuts in zip(runs, ([at], [1, at - 1]), strict=True):
        for steps in cuts:
            before = run.advance(steps)
        run.dynamics = GradientDescent(0.02)
        run.weight_decay = 0.5
        assert run.frame.particles.tobytes() == before.particles.tobytes()
        assert (run.frame.step, run.frame.time) == (before.step, before.time)
        run.advance(10)
    assert bits(runs[0]) == bits(runs[1])
    fresh = Simulation(runs[0].problem, GradientDescent(0.02), before.particles)
    np.testing.assert_array_equal(fresh.advance(10).particles, runs[0].frame.particles)
    assert runs[0].frame.time == pytest.approx(0.1 * at + 0.2)
    assert runs[0].problem.weight_decay == runs[0].weight_decay == 0.5


def test_bad_live_settings_leave_the_run_as_it_is():
    simulation = start()
    for wrong in ("softmin", SoftminAscent, None, 0.1):
        with pytest.raises(ValueError, match=r"dynamics=.* is no dynamics; see core.dynamics"):
            simulation.dynamics = wrong
    assert simulation.dynamics == GradientDescent(0.1)
    for value in (-1, np.nan, "1"):
        with pytest.raises(ValueError, match="weight_decay="):
            simulation.weight_decay = value
    assert simulation.weight_decay == 0 and simulation.advance(3).step == 3


@BOTH
@pytest.mark.parametrize("loss", ["square", "logistic"])
def test_what_a_frame_says(loss, d):
    X, y, w = draw(2, n=10, d=d, m=40)
    points, labels, _ = draw(3, n=30, d=d, m=1)
    problem = Problem(X, y, "tanh", loss, scale=2.0, weight_decay=0.1)
    test = Problem(points, labels, "tanh", loss, scale=2.0)
    simulation = Simulation(problem, GradientDescent(0.1), w, test=test)
    for frame in (simulation.frame, simulation.advance(5)):
        f = reference.predict(frame.particles, X, "tanh", 2.0)
        mass = (frame.particles**2).sum() / 40
        risk = reference.loss(loss, f, y)[0].mean()
        on_test = reference.predict(frame.particles, points, "tanh", 2.0)
        expected = {
            "risk": risk,
            "test_risk": reference.loss(loss, on_test, labels)[0].mean(),
            "objective": risk / 4 + 0.1 * mass,
            "margin": (y * f).min() / mass,
            "total_mass": mass,
            "accuracy": np.mean(y * f > 0),
        }
        for name, value in expected.items():
            assert getattr(frame, name) == pytest.approx(value, rel=1e-11), name
        assert frame.finite is True
    assert (frame.step, frame.time) == (5, pytest.approx(0.5))
    assert isinstance(frame, Frame) and frame is simulation.frame


def test_what_a_frame_cannot_say_is_nan():
    X, y, w = draw(4, n=10, d=DENSE, m=4, labels=False)
    simulation = Simulation(Problem(X, y, loss="square"), GradientDescent(0.1), w)
    for frame in (simulation.frame, simulation.advance(2)):
        assert np.isnan([frame.margin, frame.accuracy, frame.test_risk]).all()
    X, y, w = draw(4, n=10, d=DENSE, m=4)
    frame = Simulation(Problem(X, y), GradientDescent(0.1), 0 * w).frame
    assert np.isnan(frame.margin) and frame.total_mass == frame.accuracy == 0


@BOTH
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_frames_never_change(d, dtype):
    X, y, w = draw(5, n=10, d=d, m=40, dtype=dtype)
    simulation = Simulation(Problem(X, y), GradientDescent(0.1), w)
    first = simulation.frame
    kept = first.particles.copy()
    w[:] = 0
    later = simulation.advance(20)
    np.testing.assert_array_equal(first.particles, kept)
    assert (later.particles != kept).any()
    assert first.particles.dtype == later.particles.dtype == dtype
    for frame in (first, later, *simulation.history.snapshots()[1]):
        particles = frame.particles if isinstance(frame, Frame) else frame
        with pytest.raises(ValueError, match="read-only"):
            particles[0, 0] = 1
    for field in dataclasses.fields(Frame):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(first, field.name, 0)


def test_no_steps_no_change():
    simulation = start()
    frame = simulation.frame
    assert simulation.advance(0) is frame is simulation.advance(0)
    assert (frame.step, frame.time) == (0, 0)


@pytest.mark.parametrize("steps", [-1, 2.5, np.nan, np.inf, 10**12 + 1, "3", None, True])
def test_bad_steps_leave_the_run_as_it_is(steps):
    simulation = start()
    with pytest.raises(ValueError, match=r"steps=.* in \[0, 1e\+12\]"):
        simulation.advance(steps)
    assert simulation.advance(np.int64(2)).step == 2
    assert simulation.advance(3.0).step == 5


X, Y = np.eye(3), np.array([1.0, -1.0, 1.0])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"particles": np.ones((4, 3))}, "particles has shape .* 4 columns in all"),
        ({"particles": np.ones((0, 4))}, "particles has shape"),
        ({"particles": np.full((2, 4), np.inf)}, "particles holds values that are not finite"),
        ({"particles": np.full((2, 4), 1e200)}, "particles make .* not finite"),
        ({"particles": np.full((2, 4), 1e30, np.float32)}, "particles make .* not finite"),
        ({"seed": -1}, r"seed=-1 is not .* in \[0, 9.22337e\+18\]"),
        ({"seed": 2**63}, "seed=9223372036854775808"),
        ({"seed": 0.5}, "seed=0.5 is not a whole number"),
        ({"seed": None}, "seed=None"),
        ({"test": Problem(np.eye(2), [1, -1])}, "test has 2 input coordinates; problem has 3"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    good = {"problem": Problem(X, Y), "dynamics": GradientDescent(), "particles": np.ones((2, 4))}
    with pytest.raises(ValueError, match=message):
        Simulation(**good | arguments)


def test_a_start_of_infinite_risk_is_refused_where_the_risk_is_descended():
    """exp(1200) is no number; the soft minimum of the same margins is −1200."""
    X, y, w = np.eye(3), np.ones(3), np.array([[20.0, 20, 20, -60]])
    problem = Problem(X, y, loss="exponential")
    with pytest.raises(ValueError, match=r"overflows.* margin, -1200; .* schedule='normalised'"):
        Simulation(problem, GradientDescent(0.1), w)
    for way_out in (GradientDescent(0.1, "normalised"), SoftminAscent(0.1)):
        frame = Simulation(problem, way_out, w).advance(1)
        assert frame.finite and np.isfinite(frame.particles).all()
        with pytest.raises(ValueError, match=r"predictions.* not finite; start from a smaller"):
            Simulation(problem, way_out, 1e160 * w)


@pytest.mark.parametrize("seed", [0, 2**53 + 1, 2**63 - 1, np.uint64(7)])
def test_seeds_are_kept_to_the_last_digit(seed):
    w = np.ones((2, 4))
    assert Simulation(Problem(X, Y), GradientDescent(), w, seed=seed).seed == int(seed)
