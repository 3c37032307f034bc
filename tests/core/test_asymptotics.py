"""Laws of large scale, of many particles, and of noise, as measured slopes; the seeds are fixed."""

import numpy as np
import pytest

from core import Dropout, GradientDescent, Langevin, Problem, Simulation, TangentFlow, initial

D = 3


def slope(sizes, values):
    """Return the slope of log value against log size."""
    return np.polyfit(np.log(sizes), np.log(values), 1)[0]


def twins(cloud, scale, seed):
    """Return the largest relative displacement and the largest gap to the tangent model.

    sup_t |α h − α h̄| in the root mean square over the samples and |w_t − w_0|/|w_0|, over t ≤ 5.
    The target of α h is y + α h(w₀): the network is centred, as if it were h − h(w₀).
    """
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((20, D)), rng.standard_normal(20)
    w = initial.draw(cloud, m=200, d=D, tau=1.0, rng=rng)
    centred = y + Problem(X, y, "tanh", "square", scale).predict(w)
    problem = Problem(X, centred, "tanh", "square", scale)
    pair = [Simulation(problem, kind(0.02), w) for kind in (GradientDescent, TangentFlow)]
    displacements, gaps = [], []
    for _ in range(10):
        cloud, linear = (run.advance(25).particles for run in pair)
        difference = problem.predict(cloud) - pair[1].problem.predict(linear)
        gaps.append(np.sqrt((difference**2).mean()))
        displacements.append(np.linalg.norm(cloud - w) / np.linalg.norm(w))
    return max(displacements), max(gaps)


@pytest.mark.parametrize(("cloud", "order"), [("gaussian", -1.1), ("antisymmetric", -2.0)])
def test_lazy_training(cloud, order):
    """Displacements fall as 1/α. So does the gap to the tangent model, and as 1/α² for twins.

    With twins (a, ±c) D²h(w₀)[u, u] vanishes for the first displacement u, since h is odd under
    the exchange of twins with c → −c: the gap is of the next order.
    """
    scales = np.array([10.0, 40.0, 160.0])
    found = np.array([[twins(cloud, scale, seed) for scale in scales] for seed in range(3)])
    # Geometric means over the seeds.
    displacement, gap = np.exp(np.log(found).mean(axis=0)).T
    print("LAZY", cloud, slope(scales, displacement), slope(scales, gap))
    assert slope(scales, displacement) == pytest.approx(-1.0, abs=0.1)
    assert slope(scales, gap) == pytest.approx(order, abs=0.2)


def test_the_predictor_nears_that_of_a_wide_network_as_one_over_root_m():
    """Root mean square over 20 clouds against m = 2·10⁴ at time 40, whose own error is small."""
    rng = np.random.default_rng(100)
    X = rng.standard_normal((20, D))
    problem = Problem(X, np.sign(X[:, 0] * X[:, 1]), "relu", "square")

    def predictor(m, seed):
        w = initial.draw("gaussian", m=m, d=D, tau=1.0, rng=np.random.default_rng(seed))
        return problem.predict(Simulation(problem, GradientDescent(0.2), w).advance(200).particles)

    wide, widths = predictor(20_000, 999), np.array([50, 100, 200, 400, 800])
    errors = np.array([[predictor(m, seed) - wide for seed in range(20)] for m in widths])
    sizes = np.sqrt((errors**2).mean(axis=(1, 2)))
    print("WIDE", slope(widths, sizes), sizes)
    assert sizes[0] < 0.05 * np.sqrt((wide**2).mean())
    assert slope(widths, sizes) == pytest.approx(-0.5, abs=0.15)


def test_the_variance_of_langevin_at_a_finite_stepsize():
    """No data, only weight decay λ|w|²: w ← (1 − 2λη) w + √(2ητ) ξ is an AR(1) process.

    Its law is N(0, s²) with s² = 2ητ/(1 − (1 − 2λη)²) = τ/(2λ(1 − λη)); from w = 0 the variance
    after k steps is s² (1 − (1 − 2λη)^{2k}). All coordinates of all particles are independent.
    """
    decay, heat, stepsize, m = 0.25, 0.2, 0.4, 20_000
    # An input of 0 and a target of 0 pull at nothing: f = 0 there whatever the particles.
    problem = Problem(np.zeros((1, D)), np.zeros(1), "tanh", "square", weight_decay=decay)
    run = Simulation(problem, Langevin(stepsize, temperature=heat), np.zeros((m, D + 1)), seed=3)
    limit = heat / (2 * decay * (1 - decay * stepsize))
    keep = 1 - 2 * decay * stepsize
    for steps in (1, 2, 60):
        w = run.advance(steps - run.step).particles
        variance = limit * (1 - keep ** (2 * steps))
        count = w.size
        # A mean square of Gaussians has relative variance 2/count.
        z = ((w**2).mean() / variance - 1) / np.sqrt(2 / count)
        print("LANGEVIN", steps, z, (w**2).mean(), variance)
        assert abs(z) < 4
        assert abs(w.mean()) < 4 * np.sqrt(variance / count)
    # The stepsize shows: without it the variance would be 10 % less, or 20 standard errors.
    assert abs((w**2).mean() / (heat / (2 * decay)) - 1) > 0.05


def test_the_mean_field_of_langevin_in_one_dimension():
    """F = ½(∫w dμ − y)² + (λ/2)∫w²: mean y/(1+λ), variance τ/(λ(1 − ηλ/2)) (SCIENCE 2.6).

    An identity network whose hidden weights are 1 and still: f = mean c on the input 1. Only c may
    move for that, so the noise is put on c by hand here: each coordinate of the particles obeys
    its own equation, and that of a is kept at 1 by starting the step there.
    """
    decay, heat, stepsize, m, y = 0.5, 0.2, 0.05, 4000, 1.5
    problem = Problem([[1.0]], [y], "identity", "square", weight_decay=decay / 2)
    w = np.column_stack((np.ones(m), np.zeros(m)))
    means, squares = [], []
    for t in range(1500):
        run = Simulation(problem, Langevin(stepsize, temperature=heat), w, seed=t)
        c = run.advance(1).particles[:, 1]
        w = np.column_stack((np.ones(m), c))
        if t >= 300:
            means.append(c.mean())
            squares.append(c.var())
    print(
        np.mean(means), y / (1 + decay), np.mean(squares), heat / decay / (1 - stepsize * decay / 2)
    )


def test_masks_of_the_update_alone_matter_less_the_wider_the_network():
    """Random masking tends to dropout as m^{-1/2}, plain descent does not (SCIENCE 2.11).

    Root mean square distance of particles that share masks, steps 0.5 and early times; teacher of
    15 neurons.
    """
    rng = np.random.default_rng(0)
    d, n, m0, keep = 12, 100, 15, 0.7
    X = rng.standard_normal((n, d))
    teacher = np.column_stack((rng.standard_normal((m0, d)) / np.sqrt(d), rng.standard_normal(m0)))
    y = np.maximum(X @ teacher[:, :-1].T, 0) @ teacher[:, -1] / m0
    problem = Problem(X, y, "relu", "square")
    widths, distances = np.array([100, 400, 1600]), {"update": [], "none": []}
    for m in widths:
        w = np.column_stack((rng.standard_normal((m, d)) / np.sqrt(d), rng.standard_normal(m)))
        ends = {
            name: Simulation(problem, Dropout(0.5, keep=keep, masking=name), w, seed=1)
            .advance(60).particles
            for name in ("dropout", "update", "none")
        }  # fmt: skip
        for name, values in distances.items():
            values.append(np.sqrt(((ends[name] - ends["dropout"]) ** 2).mean()))
    print("DROPOUT", {k: (slope(widths, v), v) for k, v in distances.items()})
    assert slope(widths, distances["update"]) == pytest.approx(-0.5, abs=0.15)
    assert abs(slope(widths, distances["none"])) < 0.1
