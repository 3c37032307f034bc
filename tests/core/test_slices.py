"""Predictions over a rectangle of two inputs: every way gives what pixel by pixel gives."""

import numpy as np
import pytest

import core
from core.kernels import predict, predict_slice, slice_inputs, slices, time_of_slice
from core.tangent import TangentProblem

from . import reference
from .cases import draw

X, Y = np.linspace(-1.5, 1, 23), np.linspace(-1, 2, 17)


def pixels(d, bias):
    """Return the inputs of the rectangle, written out."""
    rows = [[1.0] * bias + [x, y] + [0.0] * (d - 2 - bias) for y in Y for x in X]
    return np.array(rows)


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("d", [2, 3, 5, 12])
@pytest.mark.parametrize("act", ["relu", "abs", "identity", "tanh", "relu2"])
def test_a_slice_is_the_network_at_every_pixel(act, d, bias):
    if d < 2 + bias:
        return
    _, _, w = draw(d, n=1, d=d, m=60)
    f = predict_slice(act, 1.3, w, X, Y, bias)
    expected = reference.predict(w, pixels(d, bias), act, 1.3).reshape(len(Y), len(X))
    np.testing.assert_allclose(f, expected, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(slice_inputs(X, Y, d, bias), pixels(d, bias))


def test_all_ways_agree(monkeypatch):
    """Two inputs without a bias: scan lines, planar sums and pixel by pixel."""
    _, _, w = draw(1, n=1, d=2, m=20_000)
    with monkeypatch.context() as patch:
        patch.setattr(slices, "SECONDS_OF_NEURON", 1.0)
        scanned = predict_slice("relu", 1.0, w, X, Y, False)
    monkeypatch.setattr(slices, "SECONDS_ON_ROW", 1.0)
    planar = predict_slice("relu", 1.0, w, X, Y, False)
    dense = reference.predict(w, pixels(2, False), "relu", 1.0).reshape(len(Y), len(X))
    np.testing.assert_allclose(scanned, dense, rtol=0, atol=1e-12)
    np.testing.assert_allclose(planar, dense, rtol=0, atol=1e-12)
    assert not np.array_equal(scanned, planar)  # they are two ways


def test_the_way_is_the_quicker_one():
    rows, columns = 112, 112
    for act in ("relu", "tanh"):
        times = [time_of_slice(act, 3, m, rows, columns) for m in (10, 1000, 10**5, 10**6)]
        assert times == sorted(times) and times[0] > 0
    assert time_of_slice("relu", 3, 400, rows, columns) < time_of_slice("tanh", 3, 400, 112, 112)
    # with two inputs a huge cloud needs one pass, not one for each row
    assert time_of_slice("relu", 2, 10**6, rows, columns) < 0.03
    assert time_of_slice("relu", 3, 10**6, rows, columns) > 0.1


def test_problems_predict_slices_of_their_own_predictor():
    inputs, targets, w = draw(2, n=9, d=3, m=30)
    problem = core.Problem(inputs, targets, "relu", "square", scale=2.0)
    tangent = TangentProblem.at(problem, w)
    teacher = core.PopulationProblem(w, "relu", scale=2.0)
    moved = w + 0.1
    for asked in (problem, tangent, teacher):
        expected = asked.predict(moved, pixels(3, True)).reshape(len(Y), len(X))
        f = asked.predict_slice(moved, X, Y, True)
        np.testing.assert_allclose(f, expected, rtol=0, atol=1e-12)
        assert asked.time_of_slice(30, len(Y), len(X)) > 0
    assert not np.allclose(
        problem.predict_slice(moved, X, Y, True), tangent.predict_slice(moved, X, Y, True)
    )


def test_particles_that_do_not_fit_are_refused():
    inputs, targets, _ = draw(3, n=4, d=3, m=2)
    with pytest.raises(ValueError, match="each row must hold a \\(3 input weights\\)"):
        core.Problem(inputs, targets).predict_slice(np.zeros((2, 3)), X, Y, True)


def test_few_predictions_take_no_kernel_of_their_own():
    """Planar sums of a small cloud would compile what they never repay; results are the same."""
    _, _, w = draw(4, n=1, d=2, m=50)
    np.testing.assert_allclose(
        predict("relu", 1.0, w, pixels(2, False)),
        reference.predict(w, pixels(2, False), "relu", 1.0), atol=1e-13,
    )  # fmt: skip
