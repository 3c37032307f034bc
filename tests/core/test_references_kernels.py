"""Kernels of finite and infinite width: angles, Monte-Carlo laws, Jacobians."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial.hermite_e import hermegauss

import core
from core import features
from core.references import LimitKernel, ParticleKernel

from .reference import activation as reference

FINITE = ["relu", "leaky_relu", "abs", "identity", "relu2", "tanh", "sigmoid", "erf"]
#: Second moments E act(u) act(v), written apart from core: act and its derivative.
ACTS = {
    "relu": (lambda u: np.maximum(u, 0), lambda u: (u > 0) * 1.0),
    "leaky_relu": (lambda u: np.where(u > 0, u, 0.1 * u), lambda u: np.where(u > 0, 1, 0.1)),
    "abs": (np.abs, np.sign),
    "identity": (lambda u: u, np.ones_like),
    "relu2": (lambda u: np.maximum(u, 0) ** 2, lambda u: 2 * np.maximum(u, 0)),
    "step": (lambda u: (u > 0) * 1.0, np.zeros_like),
    "erf": (lambda u: reference("erf", u)[0], lambda u: reference("erf", u)[1]),
}


def at_angle(theta, d=4, lengths=(1.0, 1.0)):
    x, z = np.zeros((2, 1, d))
    x[0, 0] = lengths[0]
    z[0, :2] = lengths[1] * math.cos(theta), lengths[1] * math.sin(theta)
    return x, z


@pytest.mark.parametrize("d", [2, 5, 100])
@pytest.mark.parametrize(
    ("theta", "expected"),
    [(0, lambda d: 1 / (2 * d)), (math.pi / 2, lambda d: 1 / (2 * math.pi * d)),
     (math.pi, lambda d: 0)],
)  # fmt: skip
def test_relu_on_the_sphere_against_the_angle(d, theta, expected):
    """T20-a: k(0) = 1/(2d), k(pi/2) = 1/(2 pi d), k(pi) = 0."""
    kernel = LimitKernel("relu", "output")
    assert kernel(*at_angle(theta, d))[0, 0] == pytest.approx(expected(d), rel=1e-14, abs=1e-17)


@pytest.mark.parametrize(
    ("name", "values", "slopes"),
    [  # Gaussian a, |x| = 2, |z| = 3, at angles 0, pi/2, pi; u, v are N(0, 4), N(0, 9)
        ("relu", (3, 3 / math.pi, 0), (1 / 2, 1 / 4, 0)),
        ("leaky_relu", (3.03, 3 * 0.81 / math.pi, -0.6), (0.505, 0.3025, 0.1)),
        ("abs", (6, 12 / math.pi, 6), (1, 0, -1)),
        ("identity", (6, 0, -6), (1, 1, 1)),
        ("relu2", (54, 9, 0), (12, 12 / math.pi, 0)),
        ("step", (1 / 2, 1 / 4, 0), (0, 0, 0)),
        # 2/pi asin(2 s/sqrt(9 * 19)), s = 6, 0, -6; 4/pi / sqrt(171 - 4 s²)
        ("erf", (2 / math.pi * math.asin(12 / math.sqrt(171)), 0,
                 -2 / math.pi * math.asin(12 / math.sqrt(171))),
         (4 / math.pi / math.sqrt(27), 4 / math.pi / math.sqrt(171), 4 / math.pi / math.sqrt(27))),
    ],
)  # fmt: skip
def test_values_at_three_angles(name, values, slopes):
    for theta, value, slope in zip((0, math.pi / 2, math.pi), values, slopes, strict=True):
        x, z = at_angle(theta, lengths=(2.0, 3.0))
        output, hidden = (
            LimitKernel(name, part, "gaussian", output_radius=2)(x, z)[0, 0]
            for part in ("output", "hidden")
        )
        assert output == pytest.approx(value, rel=1e-13, abs=1e-13)
        assert hidden == pytest.approx(4 * slope * 6 * math.cos(theta), rel=1e-13, abs=1e-13)


def test_erf_against_quadrature():
    """Gauss-Hermite in two dimensions: exact to rounding for a function this smooth."""
    nodes, weights = hermegauss(120)
    weights = weights / weights.sum()
    x, z, radius = np.array([[0.7, 0.2]]), np.array([[-0.3, 0.5]]), 0.8
    a = np.stack(np.meshgrid(nodes, nodes), axis=-1).reshape(-1, 2) * radius
    w = np.outer(weights, weights).ravel()
    act, slope = ACTS["erf"]
    value = (w * act(a @ x[0])) @ act(a @ z[0])
    hidden = (w * slope(a @ x[0])) @ slope(a @ z[0]) * (x @ z.T)[0, 0]
    both = [LimitKernel("erf", part, "gaussian", radius)(x, z)[0, 0] for part in
            ("output", "hidden", "tangent")]  # fmt: skip
    np.testing.assert_allclose(both, [value, hidden, value + hidden], rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "law"), [(name, law) for name in ACTS for law in ("sphere", "gaussian")
                      if (name, law) != ("erf", "sphere")]
)  # fmt: skip
def test_limit_kernels_are_the_means_of_their_law(name, law):
    """Sample means over 4e5 draws of a, against their standard errors."""
    rng = np.random.default_rng(3)
    x, radius, output, size = rng.standard_normal((4, 3)), 1.3, 0.7, 400_000
    a = rng.standard_normal((size, 3))
    if law == "sphere":
        a /= np.linalg.norm(a, axis=1, keepdims=True)
    value, slope = ACTS[name][0](radius * a @ x.T), ACTS[name][1](radius * a @ x.T)
    for i in range(4):
        for j in range(i + 1):
            out, hid = value[:, i] * value[:, j], slope[:, i] * slope[:, j]
            hid = output**2 * hid * (x[i] @ x[j])
            for part, draws in (("output", out), ("hidden", hid), ("tangent", out + hid)):
                exact = LimitKernel(name, part, law, radius, output)(x[[i]], x[[j]])[0, 0]
                error = draws.std() / math.sqrt(size)
                # 4.8 standard errors: 10 pairs x 3 parts x 13 laws, one in 1600 by chance
                assert abs(draws.mean() - exact) <= 4.8 * error + 1e-12, (part, i, j)


@pytest.mark.parametrize("name", ["relu", "relu2", "leaky_relu"])
def test_finite_width_tends_to_infinite_width(name):
    """m = 2e5 particles a on a sphere, c = +-r_c: z-scores from 200 groups of neurons."""
    rng = np.random.default_rng(5)
    x, groups, m = rng.standard_normal((5, 4)), 200, 1000
    kernels = []
    for _ in range(groups):
        a = rng.standard_normal((m, 4))
        a *= 1.5 / np.linalg.norm(a, axis=1, keepdims=True)
        c = 0.6 * rng.choice([-1.0, 1.0], m)
        kernels.append(ParticleKernel(np.column_stack((a, c)), name)(x))
    mean, error = np.mean(kernels, axis=0), np.std(kernels, axis=0) / math.sqrt(groups)
    limit = LimitKernel(name, "tangent", "sphere", 1.5, 0.6)(x)
    assert (np.abs(mean - limit) <= 4.5 * error).all()
    assert (error < 0.01 * np.abs(limit).max()).all()


@pytest.mark.parametrize("name", FINITE)
@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_the_tangent_kernel_is_that_of_the_jacobian(name, scale):
    """K = (m/scale²) J J^T, J by central differences of Problem.predict."""
    rng = np.random.default_rng(1)
    n, m, d, h = 6, 5, 3, 1e-6
    x, w = rng.standard_normal((n, d)), rng.standard_normal((m, d + 1))
    problem = core.Problem(x, np.ones(n), name, "square", scale)
    jacobian = np.zeros((n, m, d + 1))
    for j, k in np.ndindex(m, d + 1):
        step = np.zeros_like(w)
        step[j, k] = h
        jacobian[:, j, k] = (problem.predict(w + step) - problem.predict(w - step)) / (2 * h)
    for part, block in (("tangent", slice(None)), ("hidden", slice(0, d)), ("output", [d])):
        used = jacobian[:, :, block].reshape(n, -1)
        expected = m / scale**2 * used @ used.T
        # central differences: rounding 1e-16/h relative to entries of order 1
        np.testing.assert_allclose(ParticleKernel(w, name, part)(x), expected, atol=2e-8)


@pytest.mark.parametrize("kernel", ["particle", "limit"])
def test_blocks_change_nothing(monkeypatch, kernel):
    rng = np.random.default_rng(2)
    x, z, w = (rng.standard_normal(s) for s in ((23, 3), (17, 3), (50, 4)))
    function = ParticleKernel(w, "tanh") if kernel == "particle" else LimitKernel("relu2")
    whole = function(x, z)
    monkeypatch.setattr(features, "MOST_PAIRS", 40)
    np.testing.assert_allclose(function(x, z), whole, rtol=1e-13, atol=1e-15)


def test_the_diagonal_keeps_its_digits():
    """arccos of a rounded cosine would be off by 1e-8 in the hidden block."""
    x = np.random.default_rng(0).standard_normal((50, 7))
    hidden = np.diag(LimitKernel("relu", "hidden")(x))
    np.testing.assert_allclose(hidden, (x**2).sum(axis=1) / 2, rtol=1e-14)


@given(
    name=st.sampled_from(sorted(ACTS)), part=st.sampled_from(["output", "hidden", "tangent"]),
    n=st.integers(1, 8), d=st.integers(1, 5), seed=st.integers(0, 2**32 - 1),
)  # fmt: skip
@settings(deadline=None, max_examples=40)
def test_symmetric_positive_isotropic(name, part, n, d, seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, d))
    x[0] = 0 if seed % 3 == 0 else x[0]
    kernel = LimitKernel(name, part, "gaussian")
    gram = kernel(x)
    size = np.abs(gram).max() + 1e-300
    assert np.isfinite(gram).all()
    np.testing.assert_allclose(gram, gram.T, atol=1e-13 * size)
    assert np.linalg.eigvalsh((gram + gram.T) / 2).min() >= -1e-12 * n * size
    turn = np.linalg.qr(rng.standard_normal((d, d)))[0]
    np.testing.assert_allclose(kernel(x @ turn), gram, atol=1e-12 * size)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LimitKernel("tanh"), "activation='tanh' is unknown; choose one of relu"),
        (lambda: LimitKernel("relu", "both"), "part='both' is unknown"),
        (lambda: LimitKernel("relu", law="cube"), "law='cube' is unknown"),
        (lambda: LimitKernel("erf"), "law='sphere' has no closed form with activation='erf'"),
        (lambda: LimitKernel("relu", radius=0), r"radius=0 is not .*\]0"),
        (lambda: LimitKernel("relu", output_radius=-1), r"output_radius=-1 is not .*\[0"),
        (lambda: LimitKernel("relu")(np.ones((2, 3)), np.ones((2, 2))), r"others has shape"),
        (lambda: ParticleKernel(np.ones((3, 1)), "relu"), r"particles has shape \(3, 1\)"),
        (lambda: ParticleKernel(np.ones((3, 3)), "swish"), r"activation='swish' is unknown"),
        (lambda: ParticleKernel(np.ones((3, 3)), "relu")(np.ones((2, 3))), r"inputs has shape"),
    ],
)
def test_wrong_arguments_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
