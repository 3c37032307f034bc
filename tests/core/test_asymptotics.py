"""Laws of large scale, of many particles, and of noise, as measured slopes; the seeds are fixed."""

import numpy as np
import pytest

from core import Dropout, GradientDescent, Langevin, Problem, Simulation, TangentFlow, initial

from .cases import force_threads

pytestmark = pytest.mark.thorough

D = 3
MASKINGS = ("dropout", "update", "none")


@pytest.fixture(autouse=True)
def serial(monkeypatch):
    """Kernels for threads, which take long to compile, are compared with these in other tests."""
    force_threads(monkeypatch, False)


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

    wide, widths = predictor(20_000, 999), np.array([50, 200, 800])
    errors = np.array([[predictor(m, seed) - wide for seed in range(20)] for m in widths])
    sizes = np.sqrt((errors**2).mean(axis=(1, 2)))
    assert sizes[0] < 0.05 * np.sqrt((wide**2).mean())
    assert slope(widths, sizes) == pytest.approx(-0.5, abs=0.15)


def test_the_variance_of_langevin_at_a_finite_stepsize():
    """No data, only weight decay λ|w|²: w ← (1 − 2λη) w + √(2ητ) ξ is an AR(1) process.

    Its law is N(0, s²) with s² = 2ητ/(1 − (1 − 2λη)²) = τ/(2λ(1 − λη)); from w = 0 the variance
    after k steps is s² (1 − (1 − 2λη)^{2k}). All coordinates of all particles are independent.
    """
    decay, heat, stepsize, m = 0.25, 0.2, 0.4, 8_000
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
        assert abs(z) < 4
        assert abs(w.mean()) < 4 * np.sqrt(variance / count)
    # The stepsize shows: without it the variance would be 10 % less, or 13 standard errors.
    assert abs((w**2).mean() / (heat / (2 * decay)) - 1) > 0.05


def test_the_mean_field_of_langevin_in_one_dimension():
    """F = ½(∫c dμ − y)² + (λ/2)∫c² dμ: mean y/(1+λ), variance τ/(λ(1 − ηλ/2)) (SCIENCE 2.6).

    tanh is 1 to the last bit, and flat, where a·x = 20, so that f is the mean of c; a is put back
    there after each step. c minus its mean is an AR(1) process of factor k = 1 − ηλ, and the mean
    one of factor 1 − η(1+λ), from c = 0: mean and variance are known at every step.
    """
    decay, heat, stepsize, m, y, steps = 0.5, 0.2, 0.05, 5_000, 1.5, 100
    problem = Problem([[1.0, 0, 0]], [y], "tanh", "square", weight_decay=decay / 2)
    c = np.zeros(m)
    for seed in range(steps):
        w = np.column_stack((np.full(m, 20.0), np.zeros((m, 2)), c))
        run = Simulation(problem, Langevin(stepsize, temperature=heat), w, seed=seed)
        c = run.advance(1).particles[:, -1]
    keep, pull = 1 - stepsize * decay, 1 - stepsize * (1 + decay)
    mean = y / (1 + decay) * (1 - pull**steps)
    limit = heat / (decay * (1 - stepsize * decay / 2))
    variance = limit * (1 - keep ** (2 * steps))
    assert abs(c.mean() - mean) < 4 * np.sqrt(variance / m)
    assert abs(c.var() / variance - 1) < 4 * np.sqrt(2 / m)
    assert variance == pytest.approx(limit, rel=0.01)  # nearly at rest


def test_masks_of_the_update_alone_matter_less_the_wider_the_network():
    """Random masking nears dropout as m^{-1/2}, plain descent does not (SCIENCE 2.11).

    Root mean square distance of particles of runs that share the mask of the update; early times,
    since sensitivity hides it later. Teacher of 15 neurons.
    """
    d, n, m0 = 12, 300, 15
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, d))

    def cloud(m):
        return np.column_stack((rng.standard_normal((m, d)) / np.sqrt(d), rng.standard_normal(m)))

    y = Problem(X, np.zeros(n), "relu", "square").predict(cloud(m0))
    problem, widths = Problem(X, y, "relu", "square"), np.array([100, 200, 400, 800, 1600])
    distances = []
    for m in widths:
        w = cloud(m)
        runs = [Simulation(problem, Dropout(0.5, keep=0.7, masking=k), w, seed=1) for k in MASKINGS]
        ends = [run.advance(30).particles for run in runs]
        distances.append([np.sqrt(((end - ends[0]) ** 2).sum(axis=1).mean()) for end in ends[1:]])
    update, none = np.transpose(distances)
    assert slope(widths, update) == pytest.approx(-0.5, abs=0.15)
    assert slope(widths, none) > -0.25
    assert update[-1] < 0.4 * none[-1]
