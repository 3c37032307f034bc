"""Data sets: each follows the law it promises."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets import make

#: A z-score that a right program exceeds once in 10^6 draws or so; seeds are fixed anyway.
Z = 5.0


def draw(name, seed=0, **arguments):
    arguments = {"n": 60, "n_test": 10, "d": 2, "bias": True, **arguments}
    return make(name, rng=np.random.default_rng(seed), **arguments)


# clusters


def cells_and_radii(positions, k):
    """Nearest centre of the k x k grid of spacing 3 gap from gap - 1/2, and the distance to it."""
    gap = 1 / (3 * k - 1)
    ticks = gap * (1 + 3 * np.arange(k)) - 0.5
    nearest = np.abs(positions[:, :2, None] - ticks).argmin(axis=2)
    return nearest @ [1, k], np.linalg.norm(positions[:, :2] - ticks[nearest], axis=1)


@given(st.integers(2, 6), st.integers(2, 5), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=30)
def test_clusters_are_discs_half_of_them_negative(k, d, seed):
    data = draw("clusters", seed, n=3000, n_test=500, k=k, d=d, bias=False)
    cell, radius = cells_and_radii(data.inputs, k)
    gap = 1 / (3 * k - 1)
    assert radius.max() <= gap * (1 + 1e-12)
    labels = [set(data.targets[cell == j]) for j in range(k * k)]
    assert all(len(values) == 1 for values in labels)  # 3000 samples miss none of 36 cells
    assert labels.count({-1.0}) == k * k // 2
    test_cell, _ = cells_and_radii(data.test_inputs, k)
    assert all(labels[j] == {y} for j, y in zip(test_cell, data.test_targets, strict=True))
    assert (np.abs(data.inputs[:, 2:]) <= 0.5).all()


def test_clusters_are_uniform_in_cell_radius_and_angle():
    k, n = 4, 40_000
    data = draw("clusters", 3, n=n, k=k, d=3, bias=False)
    cell, radius = cells_and_radii(data.inputs, k)
    counts = np.bincount(cell, minlength=k * k)
    p = 1 / k**2
    assert np.abs(counts - n * p).max() < Z * math.sqrt(n * p * (1 - p))
    unit = radius * (3 * k - 1)  # uniform on [0, 1]: mean 1/2, variance 1/12 (by area: mean 2/3)
    assert abs(unit.mean() - 1 / 2) < Z * math.sqrt(1 / 12 / n)
    assert abs((unit**2).mean() - 1 / 3) < Z * math.sqrt(4 / 45 / n)
    ticks = (1 + 3 * np.arange(k)) / (3 * k - 1) - 0.5
    offset = data.inputs[:, :2] - np.column_stack((ticks[cell % k], ticks[cell // k]))
    angle = np.arctan2(offset[:, 1], offset[:, 0])
    for order in (1, 2, 3):
        for wave in (np.cos(order * angle), np.sin(order * angle)):
            assert abs(wave.mean()) < Z * math.sqrt(1 / 2 / n)
    spurious = data.inputs[:, 2]
    assert abs(spurious.mean()) < Z * math.sqrt(1 / 12 / n)
    assert abs((spurious**2).mean() - 1 / 12) < Z * math.sqrt((1 / 80 - 1 / 144) / n)


def test_spurious_coordinates_leave_the_clusters_in_place():
    plane, space = draw("clusters", 1, d=2), draw("clusters", 1, d=15)
    np.testing.assert_array_equal(plane.inputs, space.inputs[:, :3])
    np.testing.assert_array_equal(plane.targets, space.targets)


# teacher


def outputs_of(teacher, inputs):
    """(1/m0) sum_j c_j max(a_j . x, 0), one number at a time."""
    return np.array([
        math.fsum(c * max(0.0, float(np.dot(a, x))) for *a, c in teacher) / len(teacher)
        for x in inputs
    ])  # fmt: skip


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("input_law", ["sphere", "gaussian"])
def test_teacher_makes_the_targets(bias, input_law):
    data = draw("teacher", 4, d=7, m0=5, bias=bias, input_law=input_law)
    assert data.teacher.shape == (5, 7 + bias + 1)
    np.testing.assert_allclose(np.linalg.norm(data.teacher[:, :-1], axis=1), 1, rtol=1e-14)
    np.testing.assert_array_equal(data.teacher[:, -1], [1, -1, 1, -1, 1])
    np.testing.assert_allclose(data.targets, outputs_of(data.teacher, data.inputs), atol=1e-15)
    np.testing.assert_allclose(
        data.test_targets, outputs_of(data.teacher, data.test_inputs), atol=1e-15
    )
    if input_law == "sphere":
        norms = np.linalg.norm(data.inputs[:, bias:], axis=1)
        np.testing.assert_allclose(norms, 1, rtol=1e-14)


def test_teacher_uses_the_activation_named():
    data = draw("teacher", 4, d=3, activation="tanh")
    expected = np.tanh(data.inputs @ data.teacher[:, :-1].T) @ data.teacher[:, -1] / 5
    np.testing.assert_allclose(data.targets, expected, atol=1e-6)


def test_teacher_input_laws_have_their_moments():
    n, d = 40_000, 4
    ball = draw("teacher", 5, n=n, d=d, bias=False).inputs
    # on the unit sphere of R^d: E x_1 = 0, E x_1^2 = 1/d, E x_1^4 = 3/(d(d+2))
    variance = 3 / (d * (d + 2)) - 1 / d**2
    assert np.abs(ball.mean(axis=0)).max() < Z * math.sqrt(1 / d / n)
    assert np.abs((ball**2).mean(axis=0) - 1 / d).max() < Z * math.sqrt(variance / n)
    gauss = draw("teacher", 5, n=n, d=d, bias=False, input_law="gaussian").inputs
    assert np.abs(gauss.mean(axis=0)).max() < Z * math.sqrt(1 / n)
    covariance = gauss.T @ gauss / n
    assert np.abs(covariance - np.eye(d)).max() < Z * math.sqrt(2 / n)


def test_noise_is_on_the_training_targets_of_the_teacher_only():
    n, sd = 20_000, 0.5
    clean, noisy = draw("teacher", 6, n=n), draw("teacher", 6, n=n, noise=sd)
    np.testing.assert_array_equal(clean.inputs, noisy.inputs)
    np.testing.assert_array_equal(clean.test_targets, noisy.test_targets)
    residual = noisy.targets - clean.targets
    assert abs(residual.mean()) < Z * sd / math.sqrt(n)
    assert abs((residual**2).mean() - sd**2) < Z * sd**2 * math.sqrt(2 / n)
    assert abs((residual * clean.targets).mean()) < Z * sd * clean.targets.std() / math.sqrt(n) * 2


def test_labels_are_the_signs_of_the_real_targets():
    real, signs = draw("teacher", 7, noise=0.1), draw("teacher", 7, noise=0.1, labels=True)
    np.testing.assert_array_equal(signs.targets, np.where(real.targets >= 0, 1.0, -1.0))
    np.testing.assert_array_equal(signs.test_targets, np.where(real.test_targets >= 0, 1.0, -1.0))
    assert signs.labels and not real.labels


# toy sets


@pytest.mark.parametrize("d", [1, 2, 5])
def test_blobs_are_two_gaussians_at_distance_two(d):
    n, sd = 20_000, 0.3
    points = draw("blobs", 8, n=n, d=d, bias=False)
    centre = points.inputs[0] * points.targets[0]
    assert np.linalg.norm(centre) == pytest.approx(1)
    np.testing.assert_array_equal(points.inputs, points.targets[:, None] * centre)
    spread = draw("blobs", 8, n=n, d=d, bias=False, noise=sd)
    np.testing.assert_array_equal(spread.targets, points.targets)
    jitter = spread.inputs - points.inputs
    assert np.abs(jitter.mean(axis=0)).max() < Z * sd / math.sqrt(n)
    assert np.abs((jitter**2).mean(axis=0) - sd**2).max() < Z * sd**2 * math.sqrt(2 / n)
    assert abs(points.targets.mean()) < Z / math.sqrt(n)


def test_circles_xor_and_spiral_without_noise():
    circles = draw("circles", 9, n=400, bias=False)
    radius = np.linalg.norm(circles.inputs, axis=1)
    np.testing.assert_allclose(radius, np.where(circles.targets > 0, 0.5, 1.0), rtol=1e-14)
    xor = draw("xor", 9, n=400, bias=False)
    assert (np.abs(xor.inputs) <= 1).all()
    np.testing.assert_array_equal(xor.targets, np.sign(xor.inputs.prod(axis=1)))
    spiral = draw("spiral", 9, n=400, bias=False)
    radius = np.linalg.norm(spiral.inputs, axis=1)
    assert radius.min() >= 0.1 and radius.max() <= 1
    arm = spiral.targets[:, None] * spiral.inputs / radius[:, None]
    turn = 3.5 * np.pi * radius
    np.testing.assert_allclose(arm, np.column_stack((np.cos(turn), np.sin(turn))), atol=1e-12)


@pytest.mark.parametrize("name", ["circles", "xor", "spiral"])
def test_noise_moves_points_and_keeps_labels(name):
    n, sd = 10_000, 0.2
    clean, noisy = draw(name, 10, n=n, bias=False), draw(name, 10, n=n, bias=False, noise=sd)
    np.testing.assert_array_equal(clean.targets, noisy.targets)
    jitter = noisy.inputs - clean.inputs
    assert np.abs((jitter**2).mean(axis=0) - sd**2).max() < Z * sd**2 * math.sqrt(2 / n)
    assert set(clean.targets) == {-1.0, 1.0}


def test_interpolation_is_the_four_points():
    data = draw("interpolation", n=17, d=1)
    np.testing.assert_array_equal(data.inputs, [[1, -1], [1, -1 / 16], [1, 1 / 16], [1, 1]])
    np.testing.assert_array_equal(data.targets, [-1, 0.5, -0.5, 1])
    assert data.test_inputs.shape == (0, 2) and not data.labels
    signs = draw("interpolation", d=1, labels=True)
    np.testing.assert_array_equal(signs.targets, [-1, 1, -1, 1])
