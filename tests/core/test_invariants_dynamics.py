"""Identities and symmetries of the dynamics besides plain descent, and of the path norm.

p is the degree of homogeneity of σ. Every run here is without noise and without masks.
"""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core import (
    ConicDescent,
    GradientDescent,
    HiddenLayerDescent,
    OutputLayerAscent,
    OutputLayerDescent,
    Problem,
    Simulation,
    SoftminAscent,
    TangentFlow,
)
from core.activations import ACTIVATIONS
from core.losses import LOSSES

from . import reference
from .cases import DENSE, FEW, draw

SEED = st.integers(0, 2**32 - 1)
SIZES = {"n": st.integers(1, 30), "m": st.integers(1, 40)}
LOSS = st.sampled_from(list(LOSSES))

#: Dynamics with the penalty they are run under.
MOVES = [
    (GradientDescent(0.1), "path"),
    (SoftminAscent(0.1), "path"),
    (ConicDescent(0.1, radial=0.8, angular=1.4), "mass"),
    (ConicDescent(0.1, retraction="canonical"), "mass"),
    (HiddenLayerDescent(0.1), "mass"),
    (OutputLayerDescent(0.1), "mass"),
    (OutputLayerAscent(0.1), "mass"),
    (TangentFlow(0.1), "mass"),
]
EVERY = pytest.mark.parametrize(("move", "penalty"), MOVES)


def run(X, y, w, move, penalty, steps=5, scale=1.3, loss="logistic", decay=0.02):
    problem = Problem(X, y, "relu", loss, scale, decay, penalty=penalty)
    return Simulation(problem, move, w).advance(steps)


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11)


@EVERY
@FEW
@given(seed=SEED, **SIZES)
def test_order_rotations_and_copies(move, penalty, seed, n, m):
    X, y, w = draw(seed, n, DENSE, m)
    rng = np.random.default_rng(seed)
    plain = run(X, y, w, move, penalty).particles
    order, samples = rng.permutation(m), rng.permutation(n)
    close(run(X[samples], y[samples], w[order], move, penalty).particles, plain[order])
    Q = np.eye(DENSE + 1)
    Q[:DENSE, :DENSE] = np.linalg.qr(rng.standard_normal((DENSE, DENSE)))[0]
    close(run(X @ Q[:DENSE, :DENSE], y, w @ Q, move, penalty).particles, plain @ Q)
    copies = run(X, y, np.repeat(w, 3, axis=0), move, penalty)
    close(copies.particles, np.repeat(plain, 3, axis=0))


@EVERY
@FEW
@given(seed=SEED, loss=st.sampled_from(["logistic", "squared_hinge", "exponential"]), **SIZES)
def test_reflections_without_any_rounding(move, penalty, seed, loss, n, m):
    """(a, c, x) → (−a, c, −x) and (c, y) → (−c, −y)."""
    X, y, w = draw(seed, n, DENSE, m)
    plain = run(X, y, w, move, penalty, loss=loss).particles
    flip_a = np.array([-1.0] * DENSE + [1.0])
    mirrored = run(-X, y, w * flip_a, move, penalty, loss=loss).particles
    opposite = run(X, -y, w * -flip_a, move, penalty, loss=loss).particles
    if move.name == "tangent":  # matrix products of NumPy sum in an order of their own
        close(mirrored, plain * flip_a)
        close(opposite, plain * -flip_a)
    else:
        np.testing.assert_array_equal(mirrored, plain * flip_a)
        np.testing.assert_array_equal(opposite, plain * -flip_a)


@FEW
@given(
    act=st.sampled_from(["relu", "relu2", "step"]), loss=LOSS, seed=SEED,
    stepsize=st.floats(1e-3, 0.5), decay=st.floats(0, 0.3), **SIZES,
)  # fmt: skip
def test_balance_under_the_path_norm(act, loss, seed, stepsize, decay, n, m):
    """With V the velocity, δ = |a|² − p c² obeys δ' = δ − 4λη(1−p)|a||c| + η²(|V_a|² − p V_c²).

    The path norm pulls a and c alike, a·∇_a = c ∂_c = |a||c|: for p = 1 the flow conserves δ.
    """
    X, y, w = draw(seed, n, DENSE, m, labels=LOSSES[loss].labels)
    V = reference.velocity(w, X, y, act, loss, 1.3, decay, "path")
    p = ACTIVATIONS[act].degree

    def delta(u):
        return (u[:, :-1] ** 2).sum(axis=1) - p * u[:, -1] ** 2

    problem = Problem(X, y, act, loss, 1.3, decay, penalty="path")
    frame = Simulation(problem, GradientDescent(stepsize), w).advance(1)
    assume(frame.finite)
    path = np.linalg.norm(w[:, :-1], axis=1) * np.abs(w[:, -1])
    drift = -4 * decay * stepsize * (1 - p) * path
    size = (w**2).sum() + stepsize**2 * (V**2).sum()
    expected = delta(w) + drift + stepsize**2 * delta(V)
    np.testing.assert_allclose(delta(frame.particles), expected, rtol=0, atol=1e-13 * size)


@pytest.mark.parametrize("penalty", ["mass", "path"])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("act", ["tanh", "relu"])
def test_dissipation(act, loss, penalty):
    """(F_t − F_{t+h})/h = (1/m) Σ|velocity|² + O(h); no kink is crossed in steps so short."""
    X, y, w = draw(6, n=20, d=DENSE, m=30, labels=LOSSES[loss].labels)
    problem = Problem(X, y, act, loss, 1.5, 0.01, penalty=penalty)
    rate = (reference.velocity(w, X, y, act, loss, 1.5, 0.01, penalty) ** 2).sum() / len(w)
    errors = []
    for h in (1e-4, 1e-5):
        frame = Simulation(problem, GradientDescent(h), w).advance(1)
        errors.append((problem.objective(w) - frame.objective) / h - rate)
    assert abs(errors[0]) < 0.01 * rate
    # What rounding makes of the difference: some 1e-15/h.
    assert abs(errors[1] - errors[0] / 10) < 0.05 * abs(errors[0]) / 10 + 1e-9


@pytest.mark.parametrize("loss", ["square", "logistic", "softmin"])
@pytest.mark.parametrize("act", ["relu", "leaky_relu", "abs", "identity"])
@pytest.mark.parametrize("alpha", [0.3, 5.0])
def test_the_scale_acts_as_the_size_of_the_start_to_rounding(act, loss, alpha):
    """√α w_t of the α-run (step h) is the run at α = 1 from √α w₀ (step h/α), for 300 steps."""
    X, y, w = draw(11, n=15, d=DENSE, m=20, labels=loss != "square")
    kind = SoftminAscent if loss == "softmin" else GradientDescent
    name = "logistic" if loss == "softmin" else loss
    ends = [
        Simulation(Problem(X, y, act, name, scale), kind(step, "constant"), start)
        .advance(300).particles
        for scale, step, start in ((alpha, 0.02, w), (1.0, 0.02 / alpha, np.sqrt(alpha) * w))
    ]  # fmt: skip
    expected = np.sqrt(alpha) * ends[0]
    np.testing.assert_allclose(ends[1], expected, rtol=0, atol=1e-12 * np.abs(expected).max())
