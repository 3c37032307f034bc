"""Problem: predictions, objective and velocity against NumPy and against differences; arguments."""

import dataclasses

import numpy as np
import pytest

from core import Problem, features
from core.activations import ACTIVATIONS
from core.losses import LOSSES, SOFTMIN

from . import reference
from .cases import DENSE, MATRIX, draw, single

ACTS, LOSS_NAMES = list(ACTIVATIONS), list(LOSSES)
BOTH = pytest.mark.parametrize("d", [DENSE, MATRIX])
SETTINGS = {"scale": 2.5, "weight_decay": 0.03}


def away_from_kinks(act, loss, d, distance=1e-3):
    """Return a case whose pre-activations and margins keep off the kinks at 0 and at 1."""
    for seed in range(100):
        X, y, w = draw(seed, n=5, d=d, m=4, labels=LOSSES[loss].labels)
        margins = y * reference.predict(w, X, act, SETTINGS["scale"])
        if min(np.abs(X @ w[:, :-1].T).min(), np.abs(1 - margins).min()) > distance:
            return X, y, w
    raise AssertionError("no such case")


def differences(function, w, h=1e-5):
    """Central differences of function in every entry of w."""
    gradient = np.empty_like(w)
    for index in np.ndindex(w.shape):
        ahead, behind = w.copy(), w.copy()
        ahead[index] += h
        behind[index] -= h
        gradient[index] = (function(ahead) - function(behind)) / (2 * h)
    return gradient


@BOTH
@pytest.mark.parametrize("loss", LOSS_NAMES)
@pytest.mark.parametrize("act", ACTS)
def test_velocity_is_minus_m_times_the_gradient_of_the_objective(act, loss, d):
    X, y, w = away_from_kinks(act, loss, d)
    problem = Problem(X, y, act, loss, **SETTINGS)
    expected = -len(w) * differences(problem.objective, w)
    found = problem.velocity(w)
    assert found.shape == w.shape
    np.testing.assert_allclose(found, expected, atol=1e-8 * np.abs(expected).max())


@pytest.mark.parametrize("act", ACTS)
def test_velocity_of_the_soft_minimum(act):
    X, y, w = away_from_kinks(act, "logistic", DENSE)
    problem = Problem(X, y, act)
    expected = len(w) * differences(lambda w: reference.softmin(problem.predict(w), y)[0], w)
    np.testing.assert_allclose(problem.velocity(w, SOFTMIN), expected, rtol=1e-7, atol=1e-8)


@BOTH
@pytest.mark.parametrize("loss", LOSS_NAMES)
@pytest.mark.parametrize("act", ACTS)
def test_velocity_and_objective_against_numpy(act, loss, d):
    X, y, w = draw(1, n=23, d=d, m=17, labels=LOSSES[loss].labels)
    problem = Problem(X, y, act, loss, **SETTINGS)
    expected = reference.velocity(w, X, y, act, loss, **SETTINGS)
    np.testing.assert_allclose(problem.velocity(w), expected, rtol=1e-11, atol=1e-13)
    f = reference.predict(w, X, act, SETTINGS["scale"])
    risk = reference.loss(loss, f, y)[0].mean()
    assert problem.risk(w) == pytest.approx(risk, rel=1e-12)
    assert problem.risk_of(f) == pytest.approx(risk, rel=1e-12)
    objective = risk / 2.5**2 + 0.03 * (w**2).sum() / 17
    assert problem.objective(w) == pytest.approx(objective, rel=1e-12)


@BOTH
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("act", ACTS)
def test_predictions_against_numpy(act, dtype, d):
    tolerance = 40 * np.finfo(dtype).eps
    for n, m in ((1, 1), (7, 33), (33, 257), (60, 300)):
        X, y, w = draw(m, n=n, d=d, m=m, dtype=dtype)
        points = draw(5, n=3, d=d, m=1)[0]
        problem = Problem(X, y, act, scale=3.0)
        for inputs, found in ((X, problem.predict(w)), (points, problem.predict(w, points))):
            rounded = single(inputs) if dtype == np.float32 else inputs
            expected = reference.predict(w, rounded, act, 3.0)
            assert found.dtype == np.float64 and found.shape == expected.shape
            size = 3.0 * np.abs(w[:, -1]).max()
            np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * size)


@BOTH
def test_cutting_the_work_in_pieces_changes_nothing(d, monkeypatch):
    X, y, w = draw(2, n=9, d=d, m=50)
    problem = Problem(X, y)
    velocity, predictions = problem.velocity(w), problem.predict(w)
    monkeypatch.setattr(features, "MOST_PAIRS", 30)
    rounding = 1e-15 * np.abs(velocity).max()  # of sums that cancel
    np.testing.assert_allclose(problem.velocity(w), velocity, rtol=1e-14, atol=rounding)
    np.testing.assert_allclose(problem.predict(w), predictions, rtol=1e-13)


def test_predictions_do_not_depend_on_the_threads_of_the_matrix_products():
    """Two BLAS threads split this size, and then round otherwise than one."""
    from core.kernels.threads import single_threaded_blas

    X, y, w = draw(3, n=300, d=50, m=5000, dtype=np.float32)
    problem = Problem(X, y)
    with single_threaded_blas():
        alone = problem.predict(w)
    np.testing.assert_array_equal(problem.predict(w), alone)


@BOTH
def test_layout_and_type_of_particles(d):
    X, y, w = draw(4, n=6, d=d, m=10)
    problem = Problem(X, y)
    expected = problem.predict(w)
    strided = np.repeat(w, 2, axis=0)[::2]
    for same in (np.asfortranarray(w), strided, w.tolist(), w.astype(">f8")):
        np.testing.assert_array_equal(problem.predict(same), expected)
    whole = np.ones((4, d + 1), int)
    np.testing.assert_array_equal(problem.predict(whole), problem.predict(whole.astype(float)))


def test_a_problem_owns_its_data_and_cannot_be_changed():
    X, y, w = draw(6, n=6, d=DENSE, m=3)
    problem = Problem(X, y)
    before = problem.predict(w)
    X[:], y[:] = 9, 1
    np.testing.assert_array_equal(problem.predict(w), before)
    for values in (problem.inputs, problem.targets):
        assert not values.flags.writeable and values.dtype == np.float64
    with pytest.raises(dataclasses.FrozenInstanceError):
        problem.scale = 2.0
    other = problem.replace(weight_decay=0.5)
    assert (problem.weight_decay, other.weight_decay, other.n, other.d) == (0, 0.5, 6, DENSE)


def test_margin_and_accuracy():
    X, y, w = draw(7, n=12, d=DENSE, m=5)
    problem = Problem(X, y)
    f = problem.predict(w)
    assert problem.margin_of(f, 2.0) == (y * f).min() / 2
    assert problem.accuracy_of(f) == np.mean(np.sign(f) == y)
    assert problem.accuracy_of(0 * f) == 0
    assert np.isnan(problem.margin_of(f, 0.0))
    real = Problem(X, y + 0.5, loss="square")
    assert np.isnan(real.margin_of(f, 2.0)) and np.isnan(real.accuracy_of(f))
    assert not real.labels and problem.labels


X, Y = np.eye(3), np.array([1.0, -1.0, 1.0])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"inputs": X[0]}, r"inputs has shape \(3,\); it must have 2 axes"),
        ({"inputs": X[:0]}, r"inputs has shape \(0, 3\)"),
        ({"inputs": X[:, :0]}, r"inputs has shape \(3, 0\)"),
        ({"inputs": [[1, 2], [3]]}, "inputs must be an array of real numbers"),
        ({"inputs": "abc"}, "inputs must be an array of real numbers"),
        ({"inputs": X * 1j}, "inputs must be an array of real numbers"),
        ({"inputs": X.astype(str)}, "inputs must be an array of real numbers"),
        ({"inputs": X.astype("M8[s]")}, "inputs must be an array of real numbers"),
        ({"inputs": [[10**400] * 3] * 3}, "inputs must be an array of real numbers"),
        ({"inputs": X * np.nan}, "inputs holds values that are not finite"),
        ({"inputs": np.where(X > 0, np.inf, X)}, "inputs holds values that are not finite"),
        ({"inputs": X.astype(np.longdouble) * np.longdouble("1e400")}, "inputs holds values"),
        ({"targets": Y[:2]}, "targets has 2 entries and inputs 3 rows"),
        ({"targets": Y[:, None]}, r"targets has shape \(3, 1\); it must have 1 axes"),
        ({"targets": Y * np.nan}, "targets holds values that are not finite"),
        ({"targets": Y / 2}, "loss='logistic' needs targets of ±1"),
        ({"targets": [1, 0, 1], "loss": "hinge"}, "loss='hinge' needs targets of ±1"),
        ({"activation": "swish"}, "activation='swish' is unknown; choose one of relu"),
        ({"activation": ["relu"]}, r"activation=\['relu'\] is unknown"),
        ({"loss": None}, "loss=None is unknown; choose one of square, huber, abs"),
        ({"scale": 0}, r"scale=0 is not a finite number in \]0, 1e\+12\]"),
        ({"scale": -1.0}, r"scale=-1.0 is not"),
        ({"scale": np.inf}, r"scale=inf is not"),
        ({"scale": "2"}, r"scale='2' is not"),
        ({"scale": True}, r"scale=True is not"),
        ({"scale": 10**400}, r"scale=10+ is not"),
        ({"weight_decay": -1e-9}, r"weight_decay=-1e-09 is not a finite number in \[0, 1e\+12\]"),
        ({"weight_decay": np.nan}, r"weight_decay=nan is not"),
        ({"weight_decay": None}, r"weight_decay=None is not"),
        ({"penalty": "ridge"}, "penalty='ridge' is unknown; choose one of mass, path"),
        ({"loss": "huber", "loss_parameter": 0}, r"loss_parameter=0 is not .* \]0, 1e\+06\]"),
    ],
)
def test_bad_arguments_are_named_with_their_value(arguments, message):
    with pytest.raises(ValueError, match=message):
        Problem(**{"inputs": X, "targets": Y} | arguments)


@pytest.mark.parametrize("method", ["predict", "risk", "objective", "velocity"])
def test_bad_particles(method):
    ask = getattr(Problem(X, Y), method)
    for particles in (np.ones((2, 3)), np.ones((2, 5))):
        with pytest.raises(ValueError, match=r"particles has shape .* 4 columns in all"):
            ask(particles)
    for particles in (np.ones(4), np.ones((0, 4)), np.full((2, 4), np.nan), "x", None):
        with pytest.raises(ValueError, match="particles"):
            ask(particles)


def test_bad_inputs_of_a_prediction():
    problem, w = Problem(X, Y), np.ones((2, 4))
    for inputs in (np.ones((2, 4)), np.ones(3), np.ones((0, 3)), np.full((1, 3), np.inf)):
        with pytest.raises(ValueError, match="inputs"):
            problem.predict(w, inputs)
