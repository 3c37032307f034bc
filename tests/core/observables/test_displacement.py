"""Displacement, patterns, tangent predictor and kernel: hand-made clouds and plain loops."""

import numpy as np
import pytest

from core import Problem, features
from core.activations import activation
from core.features import gradient_kernel
from core.observables import Sight, observe

from .. import reference
from ..cases import draw


def sight(w, w0, X=None, y=None, act="relu", scale=1.0):
    X = np.eye(w.shape[1] - 1) if X is None else X
    y = np.zeros(len(X)) if y is None else y
    return Sight(Problem(X, y, act, "square", scale), w, w0)


@pytest.mark.parametrize("act", ["relu", "tanh", "relu2", "abs"])
def test_nothing_has_moved_at_the_start(act):
    X, y, w = draw(0, n=7, d=3, m=5)
    scene = sight(w, w, X, y, act)
    for name in ("displacement", "largest_displacement", "pattern_flips", "tangent_gap"):
        assert observe(name, scene) == 0.0
    assert observe("kernel_change", scene) == 0.0
    assert observe("kernel_alignment", scene) == pytest.approx(1, abs=1e-14)


def test_displacement_by_hand():
    start = np.array([[3.0, 4.0, 0.0], [0.0, 0.0, 12.0], [0.0, 0.0, 0.0]])
    moved = start + np.array([[0.0, 0.0, 1.0], [0.0, 6.0, 0.0], [2.0, 0.0, 0.0]])
    assert observe("displacement", sight(moved, start)) == pytest.approx(np.sqrt(41) / 13)
    # 1/5, 6/12, and the third has no size to compare with
    assert observe("largest_displacement", sight(moved, start)) == pytest.approx(0.5)
    nowhere = sight(moved, 0 * start)
    assert np.isnan([observe(k, nowhere) for k in ("displacement", "largest_displacement")]).all()


def test_pattern_flips_by_hand():
    inputs = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])
    start = np.array([[1.0, 1.0, 1.0], [2.0, -1.0, 1.0]])  # patterns 110 and 100
    now = np.array([[1.0, 0.0, 1.0], [-2.0, 1.0, 1.0]])  # patterns 100 and 011
    assert observe("pattern_flips", sight(now, start, inputs)) == (1 + 3) / 6


def test_pattern_flips_when_all_neurons_turn_round():
    X, _, w = draw(1, n=11, d=3, m=6)
    back = w * np.array([-1, -1, -1, 1.0])
    assert observe("pattern_flips", sight(back, w, X)) == 1.0


@pytest.mark.parametrize("act", ["relu", "tanh", "sigmoid", "relu2"])
def test_the_tangent_gap_is_that_of_a_finite_difference(act):
    X, y, w0 = draw(2, n=9, d=3, m=6)
    w = w0 + 0.3 * np.random.default_rng(3).standard_normal(w0.shape)
    h = 1e-6
    ends = [reference.predict(w0 + s * h * (w - w0), X, act, 1.5) for s in (1, -1)]
    f0, f = reference.predict(w0, X, act, 1.5), reference.predict(w, X, act, 1.5)
    linear = f0 + (ends[0] - ends[1]) / (2 * h)
    expected = np.linalg.norm(f - linear) / np.linalg.norm(f - f0)
    found = observe("tangent_gap", sight(w, w0, X, y, act, 1.5))
    assert found == pytest.approx(expected, rel=1e-8)


def test_moving_outputs_alone_is_linear_and_other_moves_are_to_first_order():
    X, y, w0 = draw(4, n=9, d=3, m=6)
    shift = np.random.default_rng(5).standard_normal(w0.shape)
    outputs = w0 + shift * np.array([0, 0, 0, 1.0])
    assert observe("tangent_gap", sight(outputs, w0, X, y, "tanh")) < 1e-14
    gaps = [observe("tangent_gap", sight(w0 + e * shift, w0, X, y, "tanh")) for e in (1e-3, 1e-4)]
    assert gaps[0] / gaps[1] == pytest.approx(10, rel=0.02)  # O(ε), next order ε²


def test_moving_without_moving_f_is_infinitely_far_from_linear():
    """Twins (a, c), (a, −c) turned by a half: f stays 0 and its linearisation does not."""
    start = np.array([[1.0, 0.0, 1.0], [1.0, 0.0, -1.0]])
    turned = np.array([[1.0, 0.0, 1.0], [1.0, 0.0, -1.0]]) + np.array([[0.0, 1, 0], [0.0, 1, 0]])
    assert observe("tangent_gap", sight(turned, start)) == np.inf


def gradients(w, X, act):
    """Return ∇φ(w_j, x_i) (n, m (d+1)), row by row."""
    rows = []
    for x in X:
        value, slope = reference.activation(act, w[:, :-1] @ x)
        rows.append(np.column_stack(((w[:, -1] * slope)[:, None] * x, value)).ravel())
    return np.array(rows)


@pytest.mark.parametrize("act", ["relu", "tanh", "abs", "relu2"])
def test_kernel_drift_against_loops(act):
    X, y, w0 = draw(6, n=8, d=3, m=5)
    w = w0 + 0.5 * np.random.default_rng(7).standard_normal(w0.shape)
    now, then = (g @ g.T / len(w) for g in (gradients(w, X, act), gradients(w0, X, act)))
    np.testing.assert_allclose(gradient_kernel(activation(act), w, X), now, rtol=1e-12)
    scene = sight(w, w0, X, y, act)
    change = np.linalg.norm(now - then) / np.linalg.norm(then)
    assert observe("kernel_change", scene) == pytest.approx(change, rel=1e-12)
    cosine = (now * then).sum() / np.linalg.norm(now) / np.linalg.norm(then)
    assert observe("kernel_alignment", scene) == pytest.approx(cosine, rel=1e-12)


@pytest.mark.parametrize("n", [6, 1500])
def test_a_doubled_cloud_has_four_times_the_kernel(n):
    """Of 1500 samples, 1000 are taken; the law is the same on any."""
    X, y, w = draw(8, n=n, d=2, m=4)
    scene = sight(2 * w, w, X, y)
    assert observe("kernel_change", scene) == pytest.approx(3, rel=1e-12)
    assert observe("kernel_alignment", scene) == pytest.approx(1, rel=1e-12)


def test_blocks_of_neurons_change_nothing(monkeypatch):
    X, y, w0 = draw(9, n=10, d=3, m=23)
    w = w0 + 0.2 * np.random.default_rng(1).standard_normal(w0.shape)
    names = ("pattern_flips", "tangent_gap", "kernel_change", "alignment", "kappa", "certificate")

    def values():
        results = [observe(name, sight(w, w0, X, y)) for name in names]
        return [getattr(result, "main", result) for result in results]

    whole = values()
    monkeypatch.setattr(features, "MOST_PAIRS", 70)  # seven neurons at a time
    np.testing.assert_allclose(values(), whole, rtol=1e-10)
