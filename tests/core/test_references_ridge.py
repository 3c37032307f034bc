"""Kernel regression and the flow of the linearised network: scikit-learn, SciPy, plain steps."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm
from sklearn.kernel_ridge import KernelRidge as Oracle

import core
from core.references import LimitKernel, ParticleKernel, kernel_ridge, tangent_flow

from . import reference


def draw(seed=0, n=12, d=3, m=40):
    rng = np.random.default_rng(seed)
    cloud = rng.standard_normal((m, d + 1))
    return rng.standard_normal((n, d)), rng.standard_normal(n), cloud, rng.standard_normal((7, d))


def wave(x):
    return np.sin(x).sum(axis=1)


@pytest.mark.parametrize("ridge", [1e-3, 0.1, 10.0])
@pytest.mark.parametrize("offset", [None, wave])
def test_against_scikit_learn(ridge, offset):
    """Its alpha multiplies |f|² against a sum of squares: alpha = n ridge."""
    x, y, _, new = draw()
    kernel = LimitKernel("relu")
    result = kernel_ridge(kernel, x, y, ridge, offset=offset)
    base, ahead = (0, 0) if offset is None else (wave(x), wave(new))
    oracle = Oracle(alpha=len(x) * ridge, kernel="precomputed").fit(kernel(x), y - base)
    np.testing.assert_allclose(result.coefficients, oracle.dual_coef_, rtol=1e-9)
    expected = oracle.predict(kernel(new, x)) + ahead
    np.testing.assert_allclose(result.predict(new), expected, rtol=1e-9, atol=1e-10)
    assert result.tolerance < 1e-12
    error = result.predict(x) - y
    assert result.risk == pytest.approx((error**2).mean() / 2, rel=1e-8)


def test_ridgeless_interpolates_and_is_the_limit_of_small_ridges():
    x, y, _, new = draw()
    kernel = LimitKernel("relu")
    result = kernel_ridge(kernel, x, y, offset=wave)
    np.testing.assert_allclose(result.predict(x), y, atol=1e-9)
    near = kernel_ridge(kernel, x, y, 1e-10, offset=wave)
    np.testing.assert_allclose(result.predict(new), near.predict(new), atol=1e-5)
    assert result.risk < 1e-20
    assert result.norm**2 == pytest.approx(result.coefficients @ (y - wave(x)), rel=1e-9)


def test_a_singular_kernel_is_fitted_by_least_squares():
    """Repeated samples with other targets: their mean is the best. Rank 3 of linear features."""
    x = np.repeat(np.random.default_rng(1).standard_normal((3, 3)), 2, axis=0)
    y = np.array([1.0, 3.0, -1.0, 0.0, 2.0, 2.0])
    result = kernel_ridge(LimitKernel("relu"), x, y)
    np.testing.assert_allclose(result.predict(x[::2]), [2, -0.5, 2], atol=1e-10)
    assert result.rank == 3
    inputs, targets, _, new = draw()
    line = kernel_ridge(lambda u, v: u @ v.T, inputs, targets)
    slope = np.linalg.lstsq(inputs, targets, rcond=None)[0]
    np.testing.assert_allclose(line.predict(new), new @ slope, atol=1e-10)
    assert line.rank == 3


def test_weight_decay_on_the_output_layer_alone_is_ridge():
    """min over c of (1/2n)|f - y|² + lambda mean c²: normal equations against ridge = 2 lambda."""
    x, y, cloud, new = draw(m=5)
    decay, m = 0.03, 5
    features = reference.activation("tanh", x @ cloud[:, :-1].T)[0] / m
    c = np.linalg.solve(features.T @ features / len(x) + 2 * decay / m * np.eye(m),
                        features.T @ y / len(x))  # fmt: skip
    network = core.Problem(x, y, "tanh", "square")
    expected = network.predict(np.column_stack((cloud[:, :-1], c)), new)
    result = kernel_ridge(ParticleKernel(cloud, "tanh", "output"), x, y, 2 * decay)
    np.testing.assert_allclose(result.predict(new), expected, atol=1e-12)


# flow


def test_flow_against_the_matrix_exponential():
    x, y, cloud, _ = draw()
    kernel = ParticleKernel(cloud, "tanh")
    flow = tangent_flow(kernel, x, y, offset=wave)
    gram, end = kernel(x), kernel_ridge(kernel, x, y, offset=wave).predict(x)
    for time in (0.0, 1e-3, 0.5, 7.0, 300.0):
        expected = end + expm(-gram * time / len(x)) @ (wave(x) - end)
        np.testing.assert_allclose(flow.train(time), expected, atol=1e-10)
        np.testing.assert_allclose(flow.predict(x, time), flow.train(time), atol=1e-9)
    np.testing.assert_allclose(flow.train(math.inf), end, atol=1e-9)
    assert flow.tolerance < 1e-13


def test_flow_against_an_integrator():
    """Train and new samples together: df/dt = -(1/n) K(., X)(f(X) - y)."""
    x, y, cloud, new = draw()
    kernel, n = ParticleKernel(cloud, "relu"), len(x)
    flow = tangent_flow(kernel, x, y, offset=wave)
    rows = kernel(np.concatenate((x, new)), x)
    solved = solve_ivp(
        lambda t, f: -rows @ (f[:n] - y) / n, (0, 20), wave(np.concatenate((x, new))),
        rtol=1e-11, atol=1e-12, t_eval=[0.1, 3, 20], method="DOP853",
    )  # fmt: skip
    for time, values in zip(solved.t, solved.y.T, strict=True):
        np.testing.assert_allclose(flow.train(time), values[:n], atol=1e-8)
        np.testing.assert_allclose(flow.predict(new, time), values[n:], atol=1e-8)
        error = values[:n] - y
        assert flow.risk(time) == pytest.approx((error**2).mean() / 2, abs=1e-8)


def test_flow_ends_at_ridgeless_regression_on_new_samples():
    x, y, _, new = draw()
    kernel = LimitKernel("leaky_relu", law="gaussian")
    end = kernel_ridge(kernel, x, y, offset=wave).predict(new)
    flow = tangent_flow(kernel, x, y, offset=wave)
    np.testing.assert_allclose(flow.predict(new, math.inf), end, atol=1e-9)


def linearised_run(x, y, cloud, scale, stepsize, steps):
    """Plain NumPy: w <- w - stepsize m grad of R(f0 + J (w - w0))/scale²; f at the end."""
    m, n = len(cloud), len(x)
    value, slope = reference.activation("tanh", x @ cloud[:, :-1].T)
    hidden = (slope * cloud[:, -1])[:, :, None] * x[:, None, :]
    jacobian = scale / m * np.concatenate((hidden, value[:, :, None]), axis=2).reshape(n, -1)
    start = f = reference.predict(cloud, x, "tanh", scale)
    w = np.zeros(jacobian.shape[1])
    for _ in range(steps):
        w = w - stepsize * m / scale**2 * jacobian.T @ (f - y) / n
        f = start + jacobian @ w
    return f


@pytest.mark.parametrize("scale", [1.0, 5.0])
def test_time_is_the_sum_of_stepsizes_of_linearised_descent(scale):
    """Neither m nor the scale enters; Euler's error falls as the stepsize."""
    x, y, cloud, _ = draw(n=6, m=9)
    problem = core.Problem(x, y, "tanh", "square", scale)
    flow = tangent_flow(
        ParticleKernel(cloud, "tanh"), x, y, offset=lambda z: problem.predict(cloud, z)
    )
    errors = [
        np.abs(linearised_run(x, y, cloud, scale, 2.0 / steps, steps) - flow.train(2.0)).max()
        for steps in (200, 2000)
    ]
    assert errors[1] < 1e-3 * np.abs(y).max()
    assert errors[0] / errors[1] == pytest.approx(10, rel=0.1)


def test_a_lazy_simulation_follows_the_flow():
    """Doubled cloud (f0 = 0), tanh: distance to the linearised run of the same steps ~ 1/scale²
    (SCIENCE 2.5), to the flow ~ stepsize."""
    x, y, half, _ = draw(n=6, m=10)
    cloud = np.concatenate((half, half * np.append(np.ones(3), -1)))
    flow = tangent_flow(ParticleKernel(cloud, "tanh"), x, y)
    distances = []
    for scale in (30.0, 300.0):
        problem = core.Problem(x, y, "tanh", "square", scale)
        run = core.Simulation(problem, core.GradientDescent(stepsize=1e-3), cloud)
        frame = run.advance(2000)
        assert frame.time == pytest.approx(2.0)
        f = problem.predict(frame.particles)
        np.testing.assert_allclose(f, flow.train(2.0), atol=5e-3)
        distances.append(np.abs(f - linearised_run(x, y, cloud, scale, 1e-3, 2000)).max())
    assert distances[0] / distances[1] == pytest.approx(100, rel=0.2)


@given(n=st.integers(1, 10), seed=st.integers(0, 2**32 - 1), time=st.floats(0, 1e4))
@settings(deadline=None, max_examples=25)
def test_the_risk_falls_and_times_add(n, seed, time):
    x, y, cloud, _ = draw(seed, n=n, m=6)
    kernel = ParticleKernel(cloud, "relu")
    flow = tangent_flow(kernel, x, y)
    risks = [flow.risk(t) for t in (0, time, 2 * time, math.inf)]
    assert (np.diff(risks) <= 1e-12 * risks[0]).all()
    lookup = flow.train(time)
    later = tangent_flow(kernel, x, y, offset=lambda z: lookup)
    np.testing.assert_allclose(later.train(time), flow.train(2 * time), atol=1e-9)


X, Y = np.ones((2, 1)), np.ones(2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda k: kernel_ridge(k, X, Y, -1), "ridge=-1 is not"),
        (lambda k: kernel_ridge(k, X, np.ones(3)), r"targets has shape \(3,\)"),
        (lambda k: kernel_ridge(k, X, Y, offset=lambda z: np.ones(5)), r"offset has shape \(5,\)"),
        (lambda k: tangent_flow(k, X, Y).train(-1.0), r"time=-1.0 is not"),
        (lambda k: tangent_flow(k, X, Y).predict(X, math.nan), r"time=nan is not"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(LimitKernel("relu"))
