"""Exact identities and symmetries of the dynamics, as properties of random runs.

p is the degree of homogeneity of σ, so that φ(w, x) = c σ(a·x) is (p+1)-homogeneous in w and
a·∇_a φ = p c ∂_c φ. Explicit Euler obeys the identities below without an error of discretisation.
"""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core import GradientDescent, Problem, Simulation, SoftminAscent
from core.activations import ACTIVATIONS
from core.losses import LOSSES

from . import reference
from .cases import DENSE, FEW, MATRIX, draw

HOMOGENEOUS = [name for name, entry in ACTIVATIONS.items() if entry.degree is not None]
ANY_D = st.sampled_from([DENSE, MATRIX])
SEED = st.integers(0, 2**32 - 1)
STEPSIZE = st.floats(1e-3, 1.0)
SIZES = {"n": st.integers(1, 30), "m": st.integers(1, 60)}


def labelled(loss):
    return loss == "softmin" or LOSSES[loss].labels


def start(X, y, w, act="relu", loss="logistic", stepsize=0.1, **settings):
    """Return a simulation; the loss "softmin" stands for soft-min ascent."""
    if loss == "softmin":
        # Its first step has length η/√2.
        dynamics = SoftminAscent(stepsize * np.sqrt(2))
        return Simulation(Problem(X, y, act, **settings), dynamics, w)
    return Simulation(Problem(X, y, act, loss, **settings), GradientDescent(stepsize), w)


def run(X, y, w, steps=5, **about):
    return start(X, y, w, **about).advance(steps).particles


@FEW
@given(
    act=st.sampled_from(HOMOGENEOUS), loss=st.sampled_from([*LOSSES, "softmin"]), d=ANY_D,
    seed=SEED, stepsize=STEPSIZE, scale=st.floats(0.3, 3), decay=st.floats(0, 0.3), **SIZES,
)  # fmt: skip
def test_balance(act, loss, d, seed, stepsize, scale, decay, n, m):
    """δ = |a|² − p c² obeys δ' = (1 − 2λη)² δ + η² (|v_a|² − p v_c²), v the part of the loss."""
    X, y, w = draw(seed, n, d, m, labels=labelled(loss))
    v = reference.velocity(w, X, y, act, loss, scale)
    p = ACTIVATIONS[act].degree

    def delta(u):
        return (u[:, :-1] ** 2).sum(axis=1) - p * u[:, -1] ** 2

    frame = start(X, y, w, act, loss, stepsize, scale=scale, weight_decay=decay).advance(1)
    assume(frame.finite)
    expected = (1 - 2 * decay * stepsize) ** 2 * delta(w) + stepsize**2 * delta(v)
    size = (w**2).sum() + stepsize**2 * (v**2).sum()
    np.testing.assert_allclose(delta(frame.particles), expected, rtol=0, atol=1e-14 * size)


@FEW
@given(
    act=st.sampled_from(HOMOGENEOUS), loss=st.sampled_from([*LOSSES, "softmin"]), d=ANY_D,
    seed=SEED, stepsize=STEPSIZE, scale=st.floats(0.3, 3), **SIZES,
)  # fmt: skip
def test_total_mass(act, loss, d, seed, stepsize, scale, n, m):
    """β' = β − η (2(p+1)/α²) Σ g_i f(x_i) + η² (1/m) Σ |v|²; for p = α = 1, dβ/dt = −4 Σ g f."""
    X, y, w = draw(seed, n, d, m, labels=labelled(loss))
    simulation = start(X, y, w, act, loss, stepsize, scale=scale)
    f = reference.predict(w, X, act, scale)
    g = reference.forces(loss, f, y)
    drift = -2 * (ACTIVATIONS[act].degree + 1) / scale**2 * (g @ f)
    squares = (reference.velocity(w, X, y, act, loss, scale) ** 2).sum() / m
    before = simulation.frame.total_mass
    assert before == pytest.approx((w**2).sum() / m, rel=1e-14)
    frame = simulation.advance(1)
    assume(frame.finite)
    change = frame.total_mass - before
    size = before + np.abs(stepsize * drift) + stepsize**2 * squares
    assert change == pytest.approx(stepsize * drift + stepsize**2 * squares, abs=1e-14 * size)


@FEW
@given(act=st.sampled_from(list(ACTIVATIONS)), d=ANY_D, seed=SEED, **SIZES)
def test_order_of_particles_and_samples(act, d, seed, n, m):
    X, y, w = draw(seed, n, d, m)
    rng = np.random.default_rng(seed)
    particles, samples = rng.permutation(m), rng.permutation(n)
    permuted = run(X[samples], y[samples], w[particles], act=act)
    np.testing.assert_allclose(permuted, run(X, y, w, act=act)[particles], rtol=1e-9, atol=1e-12)


@FEW
@given(act=st.sampled_from(list(ACTIVATIONS)), d=ANY_D, seed=SEED, **SIZES)
def test_orthogonal_maps(act, d, seed, n, m):
    """Q acting on the inputs and on every a acts on the whole run."""
    X, y, w = draw(seed, n, d, m)
    Q = np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))[0]

    def turn(u):
        return np.column_stack((u[:, :-1] @ Q.T, u[:, -1]))

    turned = run(X @ Q.T, y, turn(w), act=act)
    np.testing.assert_allclose(turned, turn(run(X, y, w, act=act)), rtol=1e-9, atol=1e-12)


@FEW
@given(
    act=st.sampled_from(list(ACTIVATIONS)), loss=st.sampled_from([*LOSSES, "softmin"]), d=ANY_D,
    seed=SEED, **SIZES,
)  # fmt: skip
def test_reflections_without_any_rounding(act, loss, d, seed, n, m):
    """(a, c, x) → (−a, c, −x) and (c, y) → (−c, −y) change signs and no bits."""
    X, y, w = draw(seed, n, d, m, labels=labelled(loss))
    plain = run(X, y, w, act=act, loss=loss)
    flip_a = np.array([-1.0] * d + [1.0])
    mirrored = run(-X, y, w * flip_a, act=act, loss=loss)
    np.testing.assert_array_equal(mirrored, plain * flip_a)
    opposite = run(X, -y, w * -flip_a, act=act, loss=loss)
    np.testing.assert_array_equal(opposite, plain * -flip_a)


def scaled_pair(act, loss, d, seed, alpha, stepsize, decay):
    """Return the α-run's particles times s, and those of the run at α = 1 from s times its start.

    With q = p + 1 and s = α^{1/q}, f is the same at w (scale α) and at s w (scale 1), and the
    velocity at s w is s^{q−1} α that at w: the step must be h s^{2−q}/α = h α^{2/q − 2}, which is
    h/α for p = 1. The shrinking 1 − 2λh is the same if λh is.
    """
    X, y, w = draw(seed, n=15, d=d, m=20, labels=labelled(loss))
    q = ACTIVATIONS[act].degree + 1
    s, ratio = alpha ** (1 / q), alpha ** (2 / q - 2)
    scaled = run(
        X, y, w, 200, act=act, loss=loss, stepsize=stepsize, scale=alpha, weight_decay=decay
    )
    plain = run(
        X, y, s * w, 200, act=act, loss=loss, stepsize=stepsize * ratio, weight_decay=decay / ratio
    )
    return s * scaled, plain


@FEW
@given(
    act=st.sampled_from(HOMOGENEOUS), loss=st.sampled_from(["square", "logistic", "softmin"]),
    d=ANY_D, seed=SEED, alpha=st.floats(0.5, 20), decay=st.sampled_from([0.0, 0.01]),
)  # fmt: skip
def test_the_scale_acts_as_the_size_of_the_start(act, loss, d, seed, alpha, decay):
    """Small steps: a rounding that moved a sample across a kink would else be amplified."""
    scaled, plain = scaled_pair(act, loss, d, seed, alpha, 0.02, decay)
    np.testing.assert_allclose(plain, scaled, rtol=1e-8, atol=1e-9 * np.abs(scaled).max())


@FEW
@given(
    act=st.sampled_from(["relu", "abs", "identity"]), loss=st.sampled_from(["square", "logistic"]),
    d=ANY_D, seed=SEED, alpha=st.sampled_from([4.0, 16.0, 0.25]), stepsize=st.floats(1e-3, 0.1),
)  # fmt: skip
def test_a_scale_of_a_power_of_four_leaves_every_bit(act, loss, d, seed, alpha, stepsize):
    scaled, plain = scaled_pair(act, loss, d, seed, alpha, stepsize, 0.0)
    np.testing.assert_array_equal(plain, scaled)


@FEW
@given(
    act=st.sampled_from(list(ACTIVATIONS)), loss=st.sampled_from(["logistic", "softmin"]),
    d=ANY_D, seed=SEED, copies=st.integers(2, 4), **SIZES,
)  # fmt: skip
def test_repeating_every_particle_leaves_the_measure(act, loss, d, seed, copies, n, m):
    X, y, w = draw(seed, n, d, m)
    once = start(X, y, w, act, loss).advance(5)
    many = start(X, y, np.repeat(w, copies, axis=0), act, loss).advance(5)
    groups = many.particles.reshape(m, copies, d + 1)
    np.testing.assert_array_equal(groups, groups[:, :1].repeat(copies, axis=1))
    np.testing.assert_allclose(groups[:, 0], once.particles, rtol=1e-9, atol=1e-12)
    for name in ("risk", "objective", "margin", "total_mass"):
        assert getattr(many, name) == pytest.approx(getattr(once, name), rel=1e-9, abs=1e-12)


@FEW
@given(act=st.sampled_from(["relu", "leaky_relu", "abs", "identity"]), d=ANY_D, seed=SEED)
def test_rescaling_single_neurons_leaves_the_predictions(act, d, seed):
    X, y, w = draw(seed, n=10, d=d, m=20)
    t = np.random.default_rng(seed).uniform(0.1, 10, (20, 1))
    rescaled = np.column_stack((t * w[:, :-1], w[:, -1:] / t))
    problem = Problem(X, y, act)
    np.testing.assert_allclose(problem.predict(rescaled), problem.predict(w), rtol=1e-9, atol=1e-13)
