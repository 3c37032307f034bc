"""F2 and linear maximal margins: support vector machines of scikit-learn, closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.svm import SVC

from core.references import LimitKernel, ParticleKernel, kernel_margin, linear_margin
from core.references.hull import _bounded

ROW = np.array([[-3.0, -1.0], [-1.0, 1.0], [1.0, -2.0], [2.0, 1.0]])
SIGNS = np.array([1.0, 1.0, -1.0, -1.0])


def linear(x, z):
    return x @ z.T


def sample(seed, n, d):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)), np.where(rng.random(n) < 0.5, 1.0, -1.0)


def svm_margin(gram, targets):
    """1/|w| of the hard-margin machine without intercept, from libsvm's dual value |w|²/2.

    SVC has an intercept b; the dual with sum alpha y = 0 is another problem. Doubling the data by
    -phi(x), -y makes b = 0 by symmetry and leaves the problem without intercept.
    """
    doubled = np.block([[gram, -gram], [-gram, gram]])
    labels = np.concatenate((targets, -targets))
    machine = SVC(C=1e8, kernel="precomputed", tol=1e-6).fit(doubled, labels)
    dual = np.zeros(len(labels))
    dual[machine.support_] = machine.dual_coef_[0]
    # The value of a dual point is off to second order only, unlike its |w|.
    return 1 / math.sqrt(2 * np.abs(dual).sum() - dual @ doubled @ dual)


@pytest.mark.parametrize("law", ["particles", "sphere", "gaussian", "tangent"])
@pytest.mark.parametrize(("seed", "n", "d"), [(0, 30, 3), (1, 60, 5), (2, 12, 2)])
def test_kernel_margin_against_svc(law, seed, n, d):
    inputs, targets = sample(seed, n, d)
    if law == "particles":
        cloud = np.random.default_rng(9).standard_normal((500, d + 1))
        kernel = ParticleKernel(cloud, "relu", "output")
    else:
        part = "tangent" if law == "tangent" else "output"
        kernel = LimitKernel("relu", part, "gaussian" if law == "gaussian" else "sphere")
    result = kernel_margin(kernel, inputs, targets)
    assert result.separable
    # libsvm at tol 1e-6: its dual value is seen to be low by up to 6e-9
    assert result.lower == pytest.approx(svm_margin(kernel(inputs), targets), rel=1e-7)
    assert 0 <= result.gap <= 1e-9 * result.upper
    gram = kernel(inputs)
    Q = targets[:, None] * gram * targets
    assert (result.alpha >= 0).all()
    assert 1 / math.sqrt(result.alpha @ Q @ result.alpha) == pytest.approx(result.upper, rel=1e-9)
    margins = targets * result.predict(inputs)
    assert margins.min() == pytest.approx(result.lower, rel=1e-9)
    used = result.alpha > 1e-6 * result.alpha.max()  # complementary slackness
    np.testing.assert_allclose(margins[used], result.lower, rtol=1e-5)


def test_no_function_of_norm_one_has_a_larger_margin():
    inputs, targets = sample(4, 25, 3)
    kernel = LimitKernel("relu", "output")
    result = kernel_margin(kernel, inputs, targets)
    gram, rng = kernel(inputs), np.random.default_rng(0)
    for size in (1e-3, 1e-1, 1):
        b = targets * result.alpha + size * result.alpha.max() * rng.standard_normal((500, 25))
        norm = np.sqrt(np.einsum("ij,jk,ik->i", b, gram, b))
        assert ((targets * (b @ gram)).min(axis=1) / norm <= result.upper * (1 + 1e-9)).all()


def test_two_samples_by_hand():
    """K = [[2, 1], [1, 2]], y = (+, -): least q K q on q = 1/2 each with Q off-diagonal -1: 1/2."""
    root = np.linalg.cholesky([[2.0, 1.0], [1.0, 2.0]])
    result = kernel_margin(linear, root, np.array([1.0, -1.0]))
    assert result.lower == pytest.approx(math.sqrt(0.5), rel=1e-12)
    np.testing.assert_allclose(result.alpha, [1, 1], rtol=1e-6)


@pytest.mark.parametrize(
    ("inputs", "targets"),
    [
        ([[1.0, 2.0], [1.0, 2.0], [0.0, 1.0]], [1, -1, 1]),  # a sample against itself
        ([[0.0, 0.0], [1.0, 0.0]], [1, 1]),  # every function is 0 at 0
        ([[0.0, 0.0]], [1]),
    ],
)
def test_inseparable_data_have_margin_zero(inputs, targets):
    inputs, targets = np.array(inputs), np.array(targets, dtype=float)
    results = (
        kernel_margin(LimitKernel("relu", "output"), inputs, targets),
        linear_margin(inputs, targets),
    )
    for result in results:
        assert not result.separable
        assert result.upper < 1e-6
    assert results[0].lower == 0
    assert not results[0].alpha.any()
    assert not results[0].predict(inputs).any()
    assert results[1].margin == 0
    assert not results[1].direction.any()


def test_both_ends_of_a_hull_at_any_point():
    """At q = (0.9, 0.1) on the hull of e1, e2: |v|² = 0.82, least v . e_i / |v| = 0.1 / |v|."""
    found = _bounded(np.eye(2), np.array([0.9, 0.1]))
    assert found.upper == pytest.approx(math.sqrt(0.82))
    assert found.lower == pytest.approx(0.1 / math.sqrt(0.82))


# linear


def test_the_four_points():
    """Nearest point of the hull of y x to 0: the foot (-1.2, 0.6) on the line 2u - v + 3 = 0."""
    result = linear_margin(ROW, SIGNS)
    assert result.margin == pytest.approx(3 / math.sqrt(5), rel=1e-12)
    np.testing.assert_allclose(result.direction, np.array([-2, 1]) / math.sqrt(5), atol=1e-12)
    assert set(result.support) == {1, 3}
    assert result.gap <= 1e-12


@pytest.mark.parametrize(("seed", "n", "d"), [(0, 20, 2), (1, 50, 4), (2, 15, 30)])
def test_linear_margin_against_svc(seed, n, d):
    """With a large bias column: the classical machine with a free intercept."""
    inputs, targets = sample(seed, n, d)
    normal = np.random.default_rng(seed + 50).standard_normal(d)
    if d < n:
        targets = np.where(inputs @ normal > 0, 1.0, -1.0)
        inputs = inputs + 0.3 * targets[:, None] * normal / np.linalg.norm(normal)
    machine = SVC(C=1e8, kernel="linear", tol=1e-6).fit(inputs, targets)
    free = 1 / np.linalg.norm(machine.coef_)
    result = linear_margin(inputs, targets, bias=1e3)
    scaled = result.margin / np.linalg.norm(result.direction[:-1])
    assert scaled == pytest.approx(free, rel=1e-4)
    without = linear_margin(inputs, targets)
    assert without.margin == pytest.approx(svm_margin(inputs @ inputs.T, targets), rel=1e-7)
    assert without.gap <= 1e-9 * without.upper
    by_kernel = kernel_margin(linear, inputs, targets)
    assert by_kernel.lower == pytest.approx(without.margin, rel=1e-7)


@given(n=st.integers(1, 12), d=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=40)
def test_both_ends_hold(n, d, seed):
    """Also where the classes overlap: no direction beats the upper end."""
    inputs, targets = sample(seed, n, d)
    result = linear_margin(inputs, targets)
    signed = targets[:, None] * inputs
    assert 0 <= result.margin <= result.upper
    assert result.gap <= 1e-7 * np.linalg.norm(inputs, axis=1).max()
    u = np.random.default_rng(1).standard_normal((2000, d))
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    assert (signed @ u.T).min(axis=0).max() <= result.upper + 1e-12
    if result.separable:
        assert (signed @ result.direction).min() == pytest.approx(result.margin, rel=1e-12)
        point = result.q @ signed
        np.testing.assert_allclose(point / result.upper, result.direction, atol=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: linear_margin(ROW, [1, -1, 0.5, 1]), "targets holds 0.5"),
        (lambda: linear_margin(ROW, [1, -1]), r"targets has shape \(2,\)"),
        (lambda: linear_margin(ROW, SIGNS, bias=-1), "bias=-1 is not"),
        (lambda: kernel_margin(linear, ROW, [1, -1]), r"targets has shape \(2,\)"),
        (lambda: kernel_margin(lambda x, z: x, ROW, SIGNS), r"kernel has shape \(4, 2\)"),
        (
            lambda: kernel_margin(lambda x, z: x @ np.triu(np.ones((2, 2))) @ z.T, ROW, SIGNS),
            "kernel is not symmetric",
        ),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
