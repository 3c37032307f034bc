"""Runs of the tangent model: chunks, files, precision, exchange, divergence, refusals, twins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import GradientDescent, Problem, Simulation, TangentFlow
from core.kernels.tangent import MOST_SAMPLES
from core.losses import LOSSES
from core.population import PopulationProblem
from core.tangent import TangentProblem

from .cases import DENSE, FEW, draw
from .tangent_reference import case, euler


@FEW
@given(cuts=st.lists(st.integers(0, 40), min_size=1, max_size=5), loss=st.sampled_from([*LOSSES]))
def test_chunks_leave_every_bit(cuts, loss):
    problem, w, _ = case("tanh", loss)
    whole, cut = (Simulation(problem, TangentFlow(0.1), w) for _ in range(2))
    for steps in cuts:
        frame = cut.advance(steps)
        np.testing.assert_array_equal(cut.problem.predict(w), whole.problem.predict(w))
    expected = whole.advance(sum(cuts))
    np.testing.assert_array_equal(frame.particles, expected.particles)
    assert (frame.risk, frame.time) == (expected.risk, expected.time)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_saved_run_goes_on_from_its_anchor_to_the_last_bit(tmp_path, dtype):
    problem, w, _ = case(dtype=dtype)
    whole, cut = (Simulation(problem, TangentFlow(0.1), w) for _ in range(2))
    for steps in (17, 0, 30):
        cut.advance(steps)
        cut.save(tmp_path / "run.npz")
        cut = Simulation.from_file(tmp_path / "run.npz")
    frame, expected = cut.advance(11), whole.advance(58)
    assert frame.particles.dtype == dtype
    np.testing.assert_array_equal(frame.particles, expected.particles)
    assert (frame.risk, frame.objective, frame.step) == (expected.risk, expected.objective, 58)
    np.testing.assert_array_equal(cut.problem.anchor, w)


def test_single_precision_particles_are_rounded_ones_of_a_double_precision_run():
    problem, w, _ = case(dtype=np.float32)
    rough = Simulation(problem, TangentFlow(0.1), w).advance(50)
    exact = Simulation(problem, TangentFlow(0.1), w.astype(np.float64)).advance(50)
    assert rough.particles.dtype == np.float32
    np.testing.assert_array_equal(rough.particles, exact.particles.astype(np.float32))
    assert rough.risk == exact.risk


def test_exchanging_the_dynamics_takes_the_present_cloud_as_the_anchor():
    problem, w, _ = case()
    simulation = Simulation(problem, GradientDescent(0.2), w)
    anchor = simulation.advance(10).particles
    simulation.dynamics = TangentFlow(0.2)
    np.testing.assert_array_equal(simulation.problem.anchor, anchor)
    simulation.advance(5)
    simulation.dynamics = TangentFlow(0.1)  # another stepsize is no other model
    frame = simulation.advance(5)
    expected = euler(problem, anchor, [0.2] * 5 + [0.1] * 5, "square")
    np.testing.assert_allclose(frame.particles, expected, rtol=0, atol=1e-12)
    simulation.dynamics = GradientDescent(0.2)
    assert type(simulation.problem) is Problem
    # Two kernels sum in different orders.
    assert simulation.frame.risk == pytest.approx(problem.risk(frame.particles), rel=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_step_that_is_too_long_stops_the_run_at_its_last_finite_step(dtype):
    """Particles overflow before predictions here, in single precision at 3e38 already."""
    problem, w, _ = case(dtype=dtype)
    simulation = Simulation(problem, TangentFlow(1e3), w)
    frame = simulation.advance(10_000)
    assert not frame.finite and 0 < frame.step < 10_000
    assert np.isfinite([*frame.particles.ravel(), frame.total_mass, frame.objective]).all()
    assert np.abs(frame.particles).max() > np.finfo(dtype).max ** 0.4  # it did diverge
    simulation.dynamics = TangentFlow(1e-3)
    assert simulation.advance(1).finite


def test_refused():
    problem, w, _ = case()
    with pytest.raises(ValueError, match="needs penalty='mass', not 'path'"):
        Simulation(problem.replace(penalty="path"), TangentFlow(), w)
    with pytest.raises(ValueError, match="1 to 5000 samples, and the problem has 0"):
        Simulation(PopulationProblem(w), TangentFlow(), w)
    many = np.zeros((MOST_SAMPLES + 1, DENSE))
    with pytest.raises(ValueError, match=f"the problem has {MOST_SAMPLES + 1}"):
        Simulation(Problem(many, many[:, 0], loss="square"), TangentFlow(), w)
    tangent = TangentProblem.at(problem, w)
    with pytest.raises(ValueError, match="particles has 13 rows; the tangent model at 14"):
        tangent.predict(w[1:])
    with pytest.raises(ValueError, match="particles has 13 rows"):
        tangent.velocity(w[1:])
    with pytest.raises(ValueError, match=r"inputs has shape \(5, 2\); it must be \(k, 3\)"):
        tangent.predict(w, np.zeros((5, 2)))
    with pytest.raises(ValueError, match="needs a loss that decreases to 0"):
        Simulation(problem, TangentFlow(schedule="normalised"), w)


def gap(scale):
    """Return the largest distance of predictors over time 5 between network and tangent model."""
    X, y, w = draw(3, n=10, d=DENSE, m=100, labels=False)
    w[50:] = w[:50] * np.array([1, 1, 1, -1])  # f_0 = 0
    twins = [
        Simulation(Problem(2 * X, y, "tanh", "square", scale), kind(0.05), w)
        for kind in (GradientDescent, TangentFlow)
    ]
    gaps = []
    for _ in range(10):
        f = [twin.problem.predict(twin.advance(10).particles) for twin in twins]
        gaps.append(np.abs(f[0] - f[1]).max())
    return max(gaps)


def test_network_and_tangent_model_part_less_the_larger_the_scale():
    gaps = np.array([gap(scale) for scale in (4.0, 16.0, 64.0)])
    assert (gaps[1:] < gaps[:-1] / 4).all() and gaps[-1] < 2e-3
