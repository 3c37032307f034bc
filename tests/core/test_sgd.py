"""Stochastic gradient descent: laws of its updates, batches by number of step, chunks, blocks."""

import importlib

import numpy as np
import pytest

from core import GradientDescent, PopulationProblem, Problem, Simulation, StochasticGradientDescent

from . import reference
from .cases import DENSE, MATRIX, draw
from .test_random import MOST_Z

BOTH = pytest.mark.parametrize("d", [DENSE, MATRIX])
ABOUT = {"act": "tanh", "loss": "square", "scale": 1.5, "weight_decay": 0.02}


def case(d, n=20, m=5):
    X, y, w = draw(d, n=n, d=d, m=m, labels=False)
    return X, y, w, Problem(X, y, "tanh", "square", ABOUT["scale"], ABOUT["weight_decay"])


def updates(dynamics, problem, w, steps, seed=4):
    """The update of each of `steps` steps, all from w, over the stepsize: (steps, m, d+1)."""
    state = dynamics.init(problem, w, seed)
    state.backup()
    found = []
    for step in range(steps):
        dynamics.advance(state, problem, step, 1, seed)
        found.append((state.particles - w) / dynamics.stepsize)
        state.rollback()
    return np.array(found)


def z_scores(found, mean):
    """How far the mean of independent updates is from `mean`, entry by entry."""
    return (found.mean(axis=0) - mean) / (found.std(axis=0) / np.sqrt(len(found)))


def assert_all_normal(z):
    """The largest of many z, and their mean square: entries are correlated, so that is loose."""
    assert np.abs(z).max() < MOST_Z
    assert 0.1 < (z**2).mean() < 4


@BOTH
@pytest.mark.parametrize("batch", [1, 7, 50])
def test_batches_of_the_samples_have_the_full_gradient_as_mean(d, batch):
    """And the variance of single samples over the batch: drawn with replacement, any batch."""
    X, y, w, problem = case(d)
    found = updates(StochasticGradientDescent(0.1, batch=batch), problem, w, 3000)
    assert_all_normal(z_scores(found, reference.velocity(w, X, y, **ABOUT)))
    f = reference.predict(w, X, "tanh", ABOUT["scale"])
    values, slopes = reference.activation("tanh", w[:, :-1] @ X.T)
    g = -(f - y) / ABOUT["scale"]
    each = np.dstack(((slopes * w[:, -1:] * g)[:, :, None] * X, values * g))  # (m, n, d+1)
    # 3000 draws know a variance to about √(2/3000) = 2.6 %, more for tails like those of batch 1.
    np.testing.assert_allclose(found.var(axis=0), each.var(axis=1) / batch, rtol=0.25)
    total = found.var(axis=0).sum() / (each.var(axis=1).sum() / batch)
    assert total == pytest.approx(1, abs=0.1)


@BOTH
@pytest.mark.parametrize("law", ["gaussian", "sphere"])
def test_fresh_samples_descend_the_population_risk(d, law):
    """The mean update is the velocity of the closed form."""
    rng = np.random.default_rng(d)
    teacher, w = rng.standard_normal((3, d + 1)), rng.standard_normal((4, d + 1))
    problem = PopulationProblem(teacher, "relu", law, weight_decay=0.02)
    dynamics = StochasticGradientDescent(0.1, batch=20)
    assert_all_normal(z_scores(updates(dynamics, problem, w, 2000), problem.velocity(w)))


def test_a_source_stands_in_for_the_samples():
    """Points on a circle, target x₁: known moments, E x xᵀ = I/2, give the mean update."""

    def circle(rng, count):
        angle = rng.uniform(0, 2 * np.pi, count)
        inputs = np.column_stack((np.cos(angle), np.sin(angle), np.zeros(count)))
        return inputs, inputs[:, 0]

    _X, _y, w, _ = case(DENSE)
    problem = Problem(np.zeros((1, DENSE)), [5.0], "identity", "square")
    dynamics = StochasticGradientDescent(0.1, batch=20, source=circle)
    a, c = w[:, :-1], w[:, -1:]
    error = (c * a).mean(axis=0) - [1, 0, 0]  # f(x) − y = error·x
    second = np.diag([0.5, 0.5, 0])
    mean = -np.hstack((c * (second @ error), (a @ second @ error)[:, None]))
    found = updates(dynamics, problem, w, 2000)
    flat = np.ones(mean.shape, bool)
    flat[:, 2] = False  # a₃ never moves
    assert (found[:, :, 2] == 0).all()
    assert_all_normal(z_scores(found[:, flat], mean[flat]))


@BOTH
@pytest.mark.parametrize("batch", [1, 3])
def test_a_run_over_two_blocks_of_batches_against_numpy(d, batch):
    """Blocks hold 256 steps; 520 steps see three, with the samples that `reference` draws."""
    X, y, w, problem = case(d)
    frame = Simulation(problem, StochasticGradientDescent(0.05, batch=batch), w, 9).advance(520)
    for step in range(520):
        chosen = reference.batch(9, step, batch, len(y), d)
        w = w + 0.05 * reference.velocity(w, X[chosen], y[chosen], **ABOUT)
    np.testing.assert_allclose(frame.particles, w, rtol=1e-9, atol=1e-10)
    assert frame.time == pytest.approx(26.0, rel=1e-12)
    assert frame.risk == pytest.approx(problem.risk(w), rel=1e-9), "of all samples, no batch"


@BOTH
@pytest.mark.parametrize("batch", [1, 20, 6000])
def test_any_cut_leaves_every_bit(d, batch):
    """Also at the ends of blocks: of 256 steps, or of few where a batch is large."""
    _X, _y, w, problem = case(d)
    length = min(256, 2**17 // (batch * (d + 1)))
    whole = 2 * length + 3
    ends = []
    for cuts in ([whole], [length - 1, 1, 1, length + 2], [length, length, 3], [0, 2, whole - 2]):
        run = Simulation(problem, StochasticGradientDescent(0.02, batch=batch), w, 2**62)
        for steps in cuts:
            frame = run.advance(steps)
        ends.append(frame)
    assert len({frame.particles.tobytes() for frame in ends}) == 1
    assert len({(frame.step, frame.time, frame.risk) for frame in ends}) == 1


def test_asking_for_predictions_on_the_way_leaves_every_bit():
    """Frames measure all samples with the buffers of the run."""
    _X, _y, w, problem = case(MATRIX)
    asked, alone = (Simulation(problem, StochasticGradientDescent(0.05), w) for _ in range(2))
    for _ in range(40):
        frame = asked.advance(1)
        assert frame.risk == pytest.approx(problem.risk(frame.particles), rel=1e-12)
    assert alone.advance(40).particles.tobytes() == frame.particles.tobytes()


@BOTH
def test_a_run_that_diverges_stops_at_its_last_finite_step(d):
    _X, _y, w, _ = case(d)
    problem = Problem(*draw(d, n=20, d=d, m=1, labels=False)[:2], "relu2", "square")
    whole, single = (Simulation(problem, StochasticGradientDescent(5.0), w, 1) for _ in range(2))
    last = whole.advance(1000)
    assert not last.finite and 0 < last.step < 1000
    while single.advance(1).finite:
        pass
    assert single.frame.step == last.step and np.isfinite(last.particles).all()
    assert single.frame.particles.tobytes() == last.particles.tobytes()


@BOTH
def test_one_sample_makes_every_batch_the_whole(d):
    X, y, w = draw(1, n=1, d=d, m=30)
    problem = Problem(X, y, "tanh", weight_decay=0.02)
    for batch in (1, 5):
        noisy = Simulation(problem, StochasticGradientDescent(0.3, batch=batch), w).advance(40)
        plain = Simulation(problem, GradientDescent(0.3), w).advance(40)
        np.testing.assert_allclose(noisy.particles, plain.particles, rtol=1e-11, atol=1e-12)


def test_the_seed_draws_the_batches():
    _X, _y, w, problem = case(DENSE)
    ends = [
        Simulation(problem, StochasticGradientDescent(0.1), w, seed).advance(3).particles.tobytes()
        for seed in (0, 1, 2**32, 2**63 - 1, 0)
    ]
    assert len(set(ends)) == 4 and ends[0] == ends[4]


def test_a_batch_of_another_size_in_a_live_run_is_drawn_anew():
    X, y, w, problem = case(DENSE)
    run = Simulation(problem, StochasticGradientDescent(0.1, batch=4), w, 3)
    before = run.advance(5).particles
    run.dynamics = StochasticGradientDescent(0.1, batch=6)
    chosen = reference.batch(3, 5, 6, len(y), DENSE)
    expected = before + 0.1 * reference.velocity(before, X[chosen], y[chosen], **ABOUT)
    np.testing.assert_allclose(run.advance(1).particles, expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("batch", [0, -1, 100_001, 2.5, "10", None, np.nan])
def test_a_batch_out_of_range(batch):
    with pytest.raises(ValueError, match=r"batch=.* is not a .*number in \[1, 100000\]"):
        StochasticGradientDescent(batch=batch)


def test_a_source_must_be_a_function():
    with pytest.raises(ValueError, match=r"source=3 is not a function of \(rng, count\)"):
        StochasticGradientDescent(source=3)


def test_the_length_of_blocks_is_part_of_what_a_run_is(monkeypatch):
    """A guard: shorter blocks would draw other batches, and old run files go on otherwise."""
    module = importlib.import_module("core.dynamics.sgd")
    assert (module._MOST_STEPS, module._MOST_NUMBERS) == (256, 2**17)


def test_a_source_of_the_wrong_shape_is_named():
    X, y, w = draw(3, n=8, d=DENSE, m=5)
    wrong = StochasticGradientDescent(0.1, batch=4, source=lambda rng, count: (X[:, :2], y))
    with pytest.raises(ValueError, match=r"source gave inputs of shape \(8, 2\).*must give \(1024"):
        Simulation(Problem(X, y), wrong, w).advance(1)
