"""κ and its three norms: finite differences of `reference`, a closed form, scaling laws."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize

from core import Problem
from core.activations import ACTIVATIONS
from core.observables import Sight, observe
from core.observables.second_derivatives import second_derivative

from .. import reference
from ..cases import draw


def kappa(X, y, w, act="relu", scale=1.0):
    return observe("kappa", Sight(Problem(X, y, act, "square", scale), w))


def bilinear(w, X, act, u):
    """Return D²f[u, u] for one neuron alone and |u| = 1, by second differences (error 1e-7)."""
    h = 1e-4
    ends = sum(reference.predict(w + s * h * u, X, act) for s in (1, -1))
    return (ends - 2 * reference.predict(w, X, act)) / h**2


def largest_second_derivative(w, X, act):
    """Climb ‖D²f[u,u]‖ from many starts, one neuron after another.

    D²f[u,u] = (1/m) Σ_j B_j[u_j, u_j] is a convex combination of the B_j over unit vectors when
    (1/m) Σ|u_j|² = 1, so its largest norm is that of one neuron.
    """
    rng = np.random.default_rng(0)

    def size(u, neuron):
        return -np.sqrt(np.mean(bilinear(neuron, X, act, u / np.linalg.norm(u)) ** 2))

    ends = [
        minimize(
            size, rng.standard_normal(w.shape[1]), (neuron[None, :],), "Nelder-Mead", tol=1e-6
        ).fun  # without derivatives: differences are rough
        for neuron in w
        for _ in range(4)
    ]
    return -min(ends)


@pytest.mark.parametrize("act", ["tanh", "sigmoid", "erf", "relu2", "leaky_relu"])
def test_parts_against_finite_differences(act):
    X, y, w = draw(1, n=7, d=2, m=4)
    w[0] *= [1, 1, 4]  # a neuron whose own bend c σ'' rules
    found = kappa(X, y, w, act, 1.7)
    f = reference.predict(w, X, act, 1.7)
    assert found.residual == pytest.approx(np.sqrt(np.mean((f - y) ** 2)), rel=1e-12)
    steps = 1e-6 * np.eye(w.size).reshape(w.size, *w.shape)
    columns = [reference.predict(w + e, X, act) - reference.predict(w - e, X, act) for e in steps]
    slope = 1.7 * np.linalg.norm(np.array(columns) / 2e-6, 2) * math.sqrt(len(w) / len(X))
    assert found.slope == pytest.approx(slope, rel=1e-6)  # Lanczos errs by its residual squared
    curvature = 1.7 * largest_second_derivative(w, X, act)
    assert found.curvature == pytest.approx(curvature, rel=1e-5)
    assert found.main == pytest.approx(found.residual * curvature / slope**2, rel=5e-5)


def test_curvature_of_relu_is_the_largest_active_covariance():
    """Without σ'': ‖B_j‖² = λ_max((1/n) Σ_{active} x_i x_iᵀ), for e = (z, 1)/√2 with unit z."""
    X, y, w = draw(2, n=30, d=5, m=40)
    expected = max(np.linalg.eigvalsh((X.T * (X @ a > 0)) @ X / len(X))[-1] for a in w[:, :-1])
    assert kappa(X, y, w).curvature == pytest.approx(math.sqrt(expected), rel=1e-9)


def antisymmetric(seed, m, d=3):
    half = np.random.default_rng(seed).standard_normal((m // 2, d + 1))
    return np.concatenate((half, half * ([1] * d + [-1])))


@pytest.mark.parametrize("act", ["relu", "tanh"])
def test_kappa_falls_as_one_over_the_scale(act):
    """f = 0, so only ‖D²f‖ ~ α and ‖Df‖² ~ α² move: κ ~ 1/(m s_m), exactly."""
    X, y, _ = draw(3, n=10, d=3, m=1)
    w = antisymmetric(4, 20)
    first, second = (kappa(X, y, w, act, alpha).main for alpha in (1.0, 50.0))
    assert first / second == pytest.approx(50, rel=1e-9)


def test_kappa_falls_as_one_over_the_squared_size_of_the_start():
    X, y, _ = draw(5, n=10, d=3, m=1)
    w = antisymmetric(6, 20)
    first, second = (kappa(X, y, tau * w).main for tau in (1.0, 10.0))
    assert first / second == pytest.approx(100, rel=1e-9)


def test_kappa_falls_as_one_over_the_root_of_m_with_the_tangent_scaling():
    """s_m = 1/√m: m s_m = √m. The kernel is a mean over m, hence the tolerance."""
    X, y, _ = draw(7, n=10, d=3, m=1)
    sizes = np.array([100, 400, 1600, 6400])
    values = [kappa(X, y, antisymmetric(8, m), "relu", math.sqrt(m)).main for m in sizes]
    assert np.polyfit(np.log(sizes), np.log(values), 1)[0] == pytest.approx(-0.5, abs=0.05)


def test_kappa_of_a_dead_network_is_not_a_number():
    assert math.isnan(kappa(np.ones((2, 1)), np.ones(2), np.array([[-1.0, 1.0]])).main)


@pytest.mark.parametrize("act", list(ACTIVATIONS))
def test_second_derivatives(act):
    u = np.array([-9.0, -2.3, -0.4, 0.3, 1.1, 2.5, 30.0])
    h = 1e-5
    slope = ACTIVATIONS[act].both
    expected = (slope(u + h)[1] - slope(u - h)[1]) / (2 * h)
    # Truncation h² and rounding 1e-16/h, both about 1e-10.
    np.testing.assert_allclose(second_derivative(act, u), expected, atol=1e-9)


def test_an_activation_without_a_second_derivative_is_refused():
    with pytest.raises(ValueError, match="cosine"):
        second_derivative("cosine", np.zeros(1))
