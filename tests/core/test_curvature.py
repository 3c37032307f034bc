"""Sharpness against Hessians by differences of the objective of `reference`, and closed forms."""

import numpy as np
import pytest

from core import Problem, losses
from core.activations import ACTIVATIONS
from core.curvature import gauss_newton, largest_eigenvalue, sharpness

from . import reference
from .cases import draw


def objective(w, X, y, act, loss, scale, decay):
    f = reference.predict(w, X, act, scale)
    if loss == "softmin":
        risk = -reference.softmin(f, y)[0]
    else:
        risk = reference.loss(loss, f, y)[0].mean()
    return risk / scale**2 + decay * (w**2).sum() / len(w)


def hessian(function, w, h=1e-4):
    """Return the Hessian in all entries of w by mixed second differences, error about 1e-7."""
    size = w.size
    result = np.zeros((size, size))
    steps = h * np.eye(size).reshape(size, *w.shape)
    for k in range(size):
        for j in range(k + 1):
            p, q = steps[k], steps[j]
            sides = function(w + p + q) - function(w + p - q) - function(w - p + q)
            result[k, j] = result[j, k] = (sides + function(w - p - q)) / (4 * h * h)
    return result


def top(matrix):
    return np.linalg.eigvalsh(matrix)[-1]


def problem_of(X, y, act, loss, scale=1.0, decay=0.0):
    named, force = ("logistic", losses.SOFTMIN) if loss == "softmin" else (loss, None)
    return Problem(X, y, act, named, scale, decay), force


@pytest.mark.parametrize("loss", ["square", "logistic", "exponential", "softmin"])
@pytest.mark.parametrize("act", ["relu", "leaky_relu", "abs", "tanh", "sigmoid", "erf", "relu2"])
def test_sharpness_is_the_top_of_the_hessian(act, loss):
    X, y, w = draw(1, n=6, d=3, m=4)
    # No kink within reach of the oracle's differences.
    assert np.abs(X @ w[:, :3].T).min() > 1e-3
    problem, force = problem_of(X, y, act, loss, 1.7, 0.05)
    full = hessian(lambda v: objective(v, X, y, act, loss, 1.7, 0.05), w)
    found = sharpness(problem, w, force, tolerance=1e-9, most_products=16)
    assert found.value == pytest.approx(4 * top(full), rel=2e-6)


@pytest.mark.parametrize("gap", [0.0, 0.7])
def test_sharpness_of_one_linear_neuron(gap):
    """F = ½(αcax − y)²/α² + λ(a² + c²), whose Hessian is written out; gap = 0: y = f, no forces."""
    a, c, x, scale, decay = 0.8, -1.1, 1.3, 2.0, 0.1
    f = scale * c * a * x
    problem = Problem([[x]], [f - gap], "identity", "square", scale, decay)
    cross = x**2 * a * c + gap * x / scale
    expected = top(np.array([[(c * x) ** 2, cross], [cross, (a * x) ** 2]])) + 2 * decay
    found = sharpness(problem, np.array([[a, c]]))
    assert found.value == pytest.approx(expected, rel=1e-7)  # differences: 1e-9 of the velocity
    assert found.products <= 2


def test_particles_at_a_kink_keep_to_their_side():
    """A neuron 1e-9 from a kink: the Hessian is that of its cell, where σ(u) = u or 0 for good.

    A difference across the kink would hold a jump over 1e-7. What the neuron adds to f beyond the
    kink is still missed by one of two sides, a part of the others' curvature of order 1/m.
    """
    X, y, w = draw(3, n=5, d=3, m=4)
    w[0, :3] += (1e-9 - w[0, :3] @ X[0]) / (X[0] @ X[0]) * X[0]
    w[1, :3] -= (1e-9 + w[1, :3] @ X[1]) / (X[1] @ X[1]) * X[1]
    active = w[:, :3] @ X.T > 0
    assert active[0, 0]
    assert not active[1, 1]

    def in_the_cell(v):
        f = ((v[:, :3] @ X.T) * active * v[:, 3:]).mean(axis=0)
        return ((f - y) ** 2).mean() / 2

    found = sharpness(Problem(X, y, "relu", "square"), w, tolerance=1e-9, most_products=16)
    assert found.value == pytest.approx(4 * top(hessian(in_the_cell, w)), rel=0.05)


@pytest.mark.parametrize("act", ["relu", "tanh"])
@pytest.mark.parametrize("loss", ["square", "logistic"])
def test_few_velocities_suffice_for_a_stepsize(act, loss, monkeypatch):
    X, y, w = draw(5, n=40, d=3, m=80)
    calls = []
    velocity = Problem.velocity
    monkeypatch.setattr(
        Problem, "velocity", lambda *args, **more: calls.append(1) or velocity(*args, **more)
    )
    found = sharpness(Problem(X, y, act, loss), w)
    assert len(calls) == 1 + 2 * found.products <= 39

    def pull(v):
        return reference.velocity(v.reshape(w.shape), X, y, act, loss).ravel()

    h, flat = 1e-6, w.ravel()
    rows = [(pull(flat - e) - pull(flat + e)) / (2 * h) for e in h * np.eye(w.size)]
    exact = top((np.array(rows) + np.array(rows).T) / 2)
    assert found.value <= exact * (1 + 1e-6)  # Ritz values lie below
    assert found.value == pytest.approx(exact, rel=5e-2)  # a stepsize of 1/λ_max bears 2


def test_explicit_steps_turn_unstable_at_two_over_sharpness():
    """At a fitted minimum a small error shrinks with stepsizes below 2/λ_max and grows above."""
    rng = np.random.default_rng(2)
    X, w = rng.standard_normal((4, 3)), rng.standard_normal((3, 4))
    y = reference.predict(w, X, "tanh")
    limit = 2 / sharpness(Problem(X, y, "tanh", "square"), w, tolerance=1e-9).value
    start = w + 1e-7 * rng.standard_normal(w.shape)
    for share, grows in ((0.95, False), (1.05, True)):
        v = reference.trajectory(start, [share * limit] * 60, X, y, act="tanh", loss="square")
        risks = [np.mean((reference.predict(u, X, "tanh") - y) ** 2) for u in (start, v)]
        assert (risks[1] > risks[0]) == grows


@pytest.mark.parametrize("act", list(ACTIVATIONS))
def test_degenerate_clouds_give_numbers(act):
    X, y, w = draw(7, n=5, d=2, m=3)
    problem = Problem(X, y, act, "square")
    for cloud in (np.zeros((3, 3)), w[:1], w * np.array([1, 1, 0.0]), 1e-8 * w):
        for value in (sharpness(problem, cloud).value, gauss_newton(problem, cloud).value):
            assert np.isfinite(value)


def test_an_overflow_is_infinite_sharpness():
    problem = Problem([[1.0]], [-1.0], "identity", "exponential")
    assert sharpness(problem, np.array([[30.0, 30.0]])).value == np.inf


def test_the_same_bits_again_and_single_precision_is_taken():
    X, y, w = draw(9, n=30, d=12, m=50, dtype=np.float32)
    problem = Problem(X, y, "relu", "logistic")
    assert sharpness(problem, w) == sharpness(problem, w.copy())
    assert sharpness(problem, w) == sharpness(problem, w.astype(np.float64))


def tangent_kernel(w, X, act):
    value, slope = reference.activation(act, w[:, :-1] @ X.T)
    rows = [
        np.concatenate((value[:, i : i + 1], w[:, -1:] * slope[:, i : i + 1] * X[i]), 1).ravel()
        for i in range(len(X))
    ]
    return np.array(rows) @ np.array(rows).T / len(w)


@pytest.mark.parametrize("act", ["relu", "tanh", "relu2"])
@pytest.mark.parametrize("loss", ["square", "logistic", "exponential"])
def test_gauss_newton_is_the_weighted_kernel(act, loss):
    X, y, w = draw(11, n=8, d=3, m=6)
    u = y * reference.predict(w, X, act, 1.5)
    bend = {"square": np.ones(8), "exponential": np.exp(-u), "logistic": 0.25 / np.cosh(u / 2) ** 2}
    root = np.sqrt(bend[loss] / 8)
    expected = top(root[:, None] * tangent_kernel(w, X, act) * root) + 2 * 0.03
    problem = Problem(X, y, act, loss, 1.5, 0.03)
    found = gauss_newton(problem, w, tolerance=1e-9)
    # ∂²R/∂f² by one-sided differences of length 1e-6
    assert found.value == pytest.approx(expected, rel=1e-5)


def test_gauss_newton_is_sharpness_where_the_samples_are_fitted():
    X, _, w = draw(13, n=8, d=3, m=6)
    problem = Problem(X, reference.predict(w, X, "tanh"), "tanh", "square")
    exact = sharpness(problem, w, tolerance=1e-9, most_products=24).value
    # λ_max(K/n); the Hessian here is that of Gauss and Newton alone.
    assert gauss_newton(problem, w, tolerance=1e-9).value == pytest.approx(exact, rel=1e-6)


def test_gauss_newton_bounds_the_soft_min():
    X, y, w = draw(15, n=8, d=3, m=6)
    q = reference.softmin(reference.predict(w, X, "tanh"), y)[1]
    full = y[:, None] * (np.diag(q) - np.outer(q, q)) * y
    values, vectors = np.linalg.eigh(full)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    kernel = tangent_kernel(w, X, "tanh")
    found = gauss_newton(Problem(X, y, "tanh"), w, losses.SOFTMIN, tolerance=1e-9).value
    assert found >= top(root @ kernel @ root)
    assert found == pytest.approx(top(np.sqrt(q)[:, None] * kernel * np.sqrt(q)), rel=1e-6)


def test_lanczos_on_a_known_matrix_and_on_zero():
    rng = np.random.default_rng(0)
    turn = np.linalg.qr(rng.standard_normal((30, 30)))[0]
    matrix = turn * np.linspace(-5, 2, 30) @ turn.T  # the largest in size is negative
    found = largest_eigenvalue(lambda v: matrix @ v, rng.standard_normal(30), 1e-12, 30)
    assert found.value == pytest.approx(2, rel=1e-12)
    assert largest_eigenvalue(lambda v: 0 * v, np.ones(4), 1e-3, 9).value == 0
    rough = largest_eigenvalue(lambda v: matrix @ v, rng.standard_normal(30), 1e-12, 8)
    # Some eigenvalue lies within the accuracy stated.
    off = np.abs(np.linspace(-5, 2, 30) - rough.value).min()
    assert off <= rough.accuracy * abs(rough.value)
    assert rough.products == 8


def test_a_start_that_all_but_misses_the_top_finds_it():
    """Here the iteration meets its tolerance at the second eigenvalue, 10 % below, before."""
    X, y, w = draw(38391987, n=9, d=3, m=6)
    full = hessian(lambda v: objective(v, X, y, "relu", "square", 1.0, 0.05), w)
    assert 6 * np.linalg.eigvalsh(full)[-2] < 0.91 * 6 * top(full)
    found = sharpness(Problem(X, y, "relu", "square", 1.0, 0.05), w)
    assert found.value == pytest.approx(6 * top(full), rel=1e-5)


def test_vectors_that_do_not_fit_in_memory_are_dropped(monkeypatch):
    from core import curvature

    X, y, w = draw(17, n=20, d=3, m=30)
    problem = Problem(X, y, "relu", "square")
    kept = sharpness(problem, w)
    monkeypatch.setattr(curvature, "_MOST_BASIS", 1)
    assert sharpness(problem, w).value == pytest.approx(kept.value, rel=1e-4)


@pytest.mark.parametrize(
    "settings, name", [({"tolerance": 0}, "tolerance"), ({"most_products": 0}, "most_products")]
)
@pytest.mark.parametrize("function", [sharpness, gauss_newton])
def test_wrong_arguments(function, settings, name):
    X, y, w = draw(0, n=3, d=2, m=2)
    with pytest.raises(ValueError, match=name):
        function(Problem(X, y), w, **settings)
    with pytest.raises(ValueError, match="particles"):
        function(Problem(X, y), w[:, :2])
