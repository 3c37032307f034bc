"""One layer alone, and the tangent model: what stays, b_t, and linear models in closed form."""

import numpy as np
import pytest
from scipy.optimize import minimize

from core import (
    HiddenLayerDescent,
    OutputLayerAscent,
    OutputLayerDescent,
    Problem,
    Simulation,
    TangentFlow,
)

from . import reference
from .cases import DENSE, MATRIX, draw

BOTH = pytest.mark.parametrize("d", [DENSE, MATRIX])


@pytest.mark.parametrize(
    ("d", "dtype"), [(DENSE, np.float32), (DENSE, np.float64), (MATRIX, np.float64)]
)
@pytest.mark.parametrize("penalty", ["mass", "path"])
@pytest.mark.parametrize(
    ("kind", "stays"),
    [(OutputLayerAscent, "a"), (OutputLayerDescent, "a"), (HiddenLayerDescent, "c")],
)
def test_the_other_layer_keeps_its_bits(kind, stays, penalty, dtype, d):
    X, y, w = draw(1, n=9, d=d, m=40, dtype=dtype)
    problem = Problem(X, y, weight_decay=0.05, penalty=penalty)
    moved = Simulation(problem, kind(0.3), w).advance(30).particles
    a, c = (moved[:, :-1], w[:, :-1]), (moved[:, -1], w[:, -1])
    still, other = (a, c) if stays == "a" else (c, a)
    assert still[0].tobytes() == still[1].tobytes()
    assert (other[0] != other[1]).all()


@BOTH
@pytest.mark.parametrize("start", [0.0, 5.0])
def test_output_layer_ascent_against_the_formula(start, d):
    """c += η_t b_t Σ q y σ(a·x), η_t = η/√(t+2), b_t = max(1, ‖c‖₂/√m); time is Σ η_t b_t.

    Few steps: later, softmax weights jump between samples, and roundings grow.
    """
    X, y, w = draw(2, n=12, d=d, m=40)
    w[:, -1] *= start
    frame = Simulation(Problem(X, y), OutputLayerAscent(3.0), w).advance(20)
    values = reference.activation("relu", w[:, :-1] @ X.T)[0]
    c, time, factors = w[:, -1].copy(), 0.0, []
    for t in range(20):
        q = reference.softmin(values.T @ c / len(c), y)[1]
        factors.append(max(1.0, np.linalg.norm(c) / np.sqrt(len(c))))
        length = 3.0 / np.sqrt(t + 2) * factors[-1]
        c = c + length * (values @ (q * y))
        time += length
    np.testing.assert_allclose(frame.particles[:, -1], c, rtol=1e-11, atol=1e-12)
    assert frame.time == pytest.approx(time, rel=1e-12)
    assert max(factors) > 2 and (min(factors) == 1) == (start == 0), "both branches of b_t"


@BOTH
def test_the_time_of_output_layer_ascent_does_not_depend_on_cuts(d):
    X, y, w = draw(2, n=12, d=d, m=40)
    whole, cut = (Simulation(Problem(X, y), OutputLayerAscent(3.0), w) for _ in range(2))
    whole.advance(60)
    for steps in (1, 30, 29):
        cut.advance(steps)
    assert (cut.frame.time, cut.frame.risk) == (whole.frame.time, whole.frame.risk)
    assert cut.frame.particles.tobytes() == whole.frame.particles.tobytes()


def test_output_layer_ascent_tends_to_the_largest_kernel_margin():
    """γ₂ = max over ‖c‖ = √m of min y f, by the dual of the hard-margin SVM."""
    X, y, w = draw(4, n=6, d=DENSE, m=60)
    w[:, -1] = 0
    values = reference.activation("relu", w[:, :-1] @ X.T)[0]
    gram = (y * values).T @ (y * values) / len(w)
    # The largest margin of c/√m with norm 1 is the least norm in the hull: min over the simplex.
    simplex = {"type": "eq", "fun": lambda p: p.sum() - 1}
    found = minimize(lambda p: p @ gram @ p, np.full(6, 1 / 6), jac=lambda p: 2 * gram @ p,
                     bounds=[(0, 1)] * 6, constraints=simplex, tol=1e-15)  # fmt: skip
    best = np.sqrt(found.fun)
    run = Simulation(Problem(X, y), OutputLayerAscent(1.0), w)
    margins = []
    for steps in (300, 3000, 30_000):
        c = run.advance(steps).particles[:, -1]
        margins.append((y * (values.T @ c / 60)).min() / (np.linalg.norm(c) / np.sqrt(60)))
    # Not at every step: steps of relative size η/√t swing about the largest margin.
    assert margins[-1] == max(margins)
    assert 0.97 * best < margins[-1] < best * (1 + 1e-9)


def residuals(kernel, r, stepsize, steps):
    """(I − (η/n) K)^t r: gradient descent of the square loss on a model linear in its weights."""
    values, vectors = np.linalg.eigh(kernel)
    return vectors @ ((1 - stepsize * values / len(r)) ** steps * (vectors.T @ r))


@BOTH
@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_output_layer_descent_of_the_square_loss_in_closed_form(scale, d):
    """The kernel is (1/m) Σ_j σ(a_j·x) σ(a_j·x'); the scale cancels but in f₀."""
    X, y, w = draw(5, n=10, d=d, m=50, labels=False)
    problem = Problem(X, y, "tanh", "square", scale)
    run = Simulation(problem, OutputLayerDescent(0.7), w)
    values = reference.activation("tanh", w[:, :-1] @ X.T)[0]
    start = reference.predict(w, X, "tanh", scale) - y
    for steps in (1, 10, 500):
        f = problem.predict(run.advance(steps).particles)
        expected = residuals(values.T @ values / 50, start, 0.7, run.step)
        np.testing.assert_allclose(f - y, expected, atol=1e-11 * np.abs(start).max())


@BOTH
@pytest.mark.parametrize("scale", [1.0, 30.0])
def test_the_tangent_model_of_the_square_loss_in_closed_form(scale, d):
    """The tangent kernel is that of the output layer plus (1/m) Σ_j c_j² σ'σ' x·x'."""
    X, y, w = draw(6, n=10, d=d, m=50, labels=False)
    run = Simulation(Problem(X, y, "tanh", "square", scale), TangentFlow(0.5), w)
    values, slopes = reference.activation("tanh", w[:, :-1] @ X.T)
    slopes = slopes * w[:, -1:]
    kernel = (values.T @ values + slopes.T @ slopes * (X @ X.T)) / 50
    start = reference.predict(w, X, "tanh", scale) - y
    for steps in (1, 10, 500):
        frame = run.advance(steps)
        expected = residuals(kernel, start, 0.5, run.step)
        size = np.abs(start).max()
        np.testing.assert_allclose(run.problem.predict(frame.particles) - y, expected,
                                   atol=1e-10 * size)  # fmt: skip
        assert frame.risk == pytest.approx((expected**2).mean() / 2, rel=1e-7, abs=1e-20 * size**2)


def test_hidden_layer_descent_of_the_identity_in_closed_form():
    """f = (1/m) Σ c_j a_j·x: linear in a, with kernel (1/m) Σ c_j² x·x'."""
    X, y, w = draw(7, n=10, d=DENSE, m=50, labels=False)
    problem = Problem(X, y, "identity", "square")
    run = Simulation(problem, HiddenLayerDescent(0.5), w)
    start = reference.predict(w, X, "identity") - y
    kernel = (w[:, -1] ** 2).mean() * X @ X.T
    for steps in (1, 10, 300):
        f = problem.predict(run.advance(steps).particles)
        np.testing.assert_allclose(f - y, residuals(kernel, start, 0.5, run.step), atol=1e-11)
