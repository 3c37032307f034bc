"""Langevin dynamics: stationary laws at a finite stepsize, noise, and bits. z as in test_random."""

import numpy as np
import pytest
from scipy.optimize import brentq

from core import ConicDescent, Dropout, GradientDescent, Langevin, Problem, Simulation

from .cases import DENSE, MATRIX, draw, force_threads
from .test_random import MOST_Z

BOTH = pytest.mark.parametrize("d", [DENSE, MATRIX])


def stationary(rate, stepsize, temperature):
    """Variance of w ← (1 − η h) w + √(2ητ) ξ: 2ητ / (1 − (1−ηh)²) = τ / (h (1 − ηh/2))."""
    return temperature / (rate * (1 - stepsize * rate / 2))


def variance_z(values, variance):
    """A mean of N squares of centred Gaussians has variance 2 variance²/N."""
    return ((values**2).mean() - variance) / (variance * np.sqrt(2 / values.size))


@BOTH
@pytest.mark.parametrize(("stepsize", "decay"), [(0.05, 0.5), (0.8, 0.5), (0.3, 2.0)])
def test_weight_decay_alone_is_an_ornstein_uhlenbeck_process(d, stepsize, decay):
    """Velocity −2λw: variance τ/(2λ (1 − ηλ)) at any stepsize below 1/λ, not only small ones."""
    m, temperature = 2000, 0.2
    problem = Problem(np.zeros((1, d)), [1.0], "identity", weight_decay=decay)
    dynamics = Langevin(stepsize, temperature=temperature)
    run = Simulation(problem, dynamics, np.zeros((m, d + 1)), seed=1)
    variance = stationary(2 * decay, stepsize, temperature)
    assert variance == pytest.approx(temperature / (2 * decay * (1 - stepsize * decay)))
    shrink = abs(1 - 2 * stepsize * decay)
    for steps in (1, 5, 100):
        values = run.advance(steps).particles.ravel()
        now = variance * (1 - shrink ** (2 * run.step))
        assert abs(variance_z(values, now)) < MOST_Z
        assert abs(values.mean() / np.sqrt(now / values.size)) < MOST_Z


@pytest.mark.thorough
@pytest.mark.parametrize(("stepsize", "target"), [(0.1, 0.5), (0.3, -1.0)])
def test_particles_that_interact_through_the_risk(stepsize, target):
    """Identity, one sample x = (1, 0, 0): at force g = f − y a particle descends the quadratic
    g c a₁ + λ|w|², so that (a₁ ± c)/√2 has rate h = 2λ ± g, and f = E[c a₁] closes the loop."""
    m, decay, temperature = 10_000, 0.8, 0.4
    problem = Problem([[1.0, 0, 0]], [target], "identity", "square", weight_decay=decay)

    def variances(g):
        rates = 2 * decay + g, 2 * decay - g, 2 * decay
        return [stationary(rate, stepsize, temperature) for rate in rates]

    def gap(g):
        plus, minus, _ = variances(g)
        return (plus - minus) / 2 - (g + target)

    g = brentq(gap, -1.5 * decay, 1.5 * decay, xtol=1e-14)
    assert abs(g) > 0.2, "the force must matter"
    run = Simulation(problem, Langevin(stepsize, temperature=temperature),
                     np.zeros((m, DENSE + 1)), seed=2)  # fmt: skip
    run.advance(int(20 / (stepsize * (2 * decay - abs(g)))))
    for _ in range(3):
        w = run.advance(30).particles
        for values, variance in zip(
            ((w[:, 0] + w[:, 3]) / np.sqrt(2), (w[:, 0] - w[:, 3]) / np.sqrt(2), w[:, 1:3]),
            variances(g), strict=True,
        ):  # fmt: skip
            assert abs(variance_z(values, variance)) < MOST_Z
            assert abs(values.mean() / np.sqrt(variance / values.size)) < MOST_Z


@BOTH
def test_no_temperature_is_gradient_descent_to_the_last_bit(d):
    X, y, w = draw(1, n=9, d=d, m=40)
    problem = Problem(X, y, weight_decay=0.01)
    frames = [
        Simulation(problem, dynamics, w).advance(30)
        for dynamics in (Langevin(0.1, temperature=0), GradientDescent(0.1))
    ]
    np.testing.assert_array_equal(frames[0].particles, frames[1].particles)


@pytest.mark.parametrize("schedule", ["constant", "sqrt"])
def test_each_step_has_noise_of_its_own_stepsize(schedule):
    """Variance 2 η_t τ, at each of the first steps."""
    problem = Problem(np.zeros((1, DENSE)), [1.0], "identity")
    dynamics = Langevin(0.3, schedule, temperature=0.7)
    run = Simulation(problem, dynamics, np.zeros((4000, DENSE + 1)), seed=3)
    for t in range(4):
        before = run.frame.particles
        noise = run.advance(1).particles - before
        stepsize = 0.3 if schedule == "constant" else 0.3 / np.sqrt(t + 2)
        assert abs(variance_z(noise, 2 * stepsize * 0.7)) < MOST_Z


@BOTH
@pytest.mark.parametrize(
    "dynamics",
    [Langevin(0.1, temperature=0.1), Dropout(0.1, keep=0.6), ConicDescent(0.1, angular=0.5)],
    ids=lambda dynamics: dynamics.name,
)
def test_threads_and_cuts_leave_every_bit(d, dynamics, monkeypatch):
    """100 neurons are several blocks, which threads take in any order."""
    X, y, w = draw(2, n=9, d=d, m=100)
    ends = []
    for threads, cuts in ((False, [60]), (True, [60]), (True, [1, 30, 0, 29]), (False, [59, 1])):
        force_threads(monkeypatch, threads)
        run = Simulation(Problem(X, y, weight_decay=0.01), dynamics, w, seed=2**62)
        for steps in cuts:
            frame = run.advance(steps)
        ends.append(frame)
    assert len({frame.particles.tobytes() for frame in ends}) == 1
    assert len({(frame.risk, frame.time, frame.total_mass) for frame in ends}) == 1


def test_the_seed_draws_the_noise():
    X, y, w = draw(3, n=9, d=DENSE, m=40)
    ends = [
        Simulation(Problem(X, y), Langevin(0.1), w, seed).advance(5).particles.tobytes()
        for seed in (0, 1, 2**32, 0)
    ]
    assert len(set(ends)) == 3 and ends[0] == ends[3]


@pytest.mark.parametrize("temperature", [-1e-9, 1.1e6, np.nan, "1", None, True])
def test_a_temperature_out_of_range(temperature):
    with pytest.raises(ValueError, match=r"temperature=.* is not a finite number in \[0, 1e\+06\]"):
        Langevin(temperature=temperature)
