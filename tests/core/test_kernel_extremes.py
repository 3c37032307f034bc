"""Kernels against NumPy on whatever shapes, and on numbers at the ends of their range."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core import Problem
from core.kernels import make_engine

from . import reference
from .cases import DENSE, FEW, MATRIX, draw
from .test_kernels import check

BOTH = pytest.mark.parametrize("d", [DENSE, MATRIX])

#: Vectors hold 8 float64, wide groups 32, tiles 6 samples; blocks begin at 64 and 128 neurons.
SIZES = st.tuples(st.integers(1, 70), st.integers(1, 300))


@BOTH
@pytest.mark.parametrize("act", ["relu", "tanh"])
@FEW
@given(sizes=SIZES, seed=st.integers(0, 2**32))
@example(sizes=(1, 1), seed=0)
@example(sizes=(6, 8), seed=0)
@example(sizes=(7, 9), seed=0)
@example(sizes=(61, 129), seed=0)
def test_random_shapes(d, act, sizes, seed):
    n, m = sizes
    X, y, w = draw(seed, n=n, d=d, m=m)
    check(X, y, w, act=act)


@BOTH
@FEW
@given(data=st.data())
def test_whole_numbers_repeated_inputs_kinks_and_zeros(d, data):
    """Small whole numbers make a·x = 0 often, without rounding, whatever the order of the sum."""
    n, m = data.draw(SIZES)
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    X, w = rng.integers(-2, 3, (n, d)), rng.integers(-2, 3, (m, d + 1))
    w[rng.random(m) < 0.2] = 0
    X[rng.random(n) < 0.2] = X[0]
    y = rng.choice([-1.0, 1.0], n)
    check(X.astype(float), y, w.astype(float), stepsizes=[0.25], act="relu")


@BOTH
@pytest.mark.parametrize("exponent", [-300, -160, -1, 0, 1, 70])
def test_sizes_near_the_ends_of_the_range(d, exponent):
    """relu: particles 10^e times as large make predictions 10^2e times as large, or 0 below."""
    X, y, w = draw(5, n=20, d=d, m=40)
    problem = Problem(X, y, "relu", "square")
    engine = make_engine(problem, problem.loss_code, w * 10.0**exponent)
    expected = reference.predict(w, X, "relu", 1.0)
    with np.errstate(under="ignore"):
        expected = expected * 10.0**exponent * 10.0**exponent
    assert engine.finite
    np.testing.assert_allclose(engine.predictions, expected, rtol=1e-12, atol=5e-324)


@BOTH
def test_subnormal_particles_and_inputs(d):
    """Halves of the least number count for what rounding makes of them, and nothing turns NaN."""
    X, y, w = draw(6, n=20, d=d, m=40)
    tiny = w * 2.0**-1060
    problem = Problem(X, y, "tanh", "square")
    engine = make_engine(problem, problem.loss_code, tiny)
    assert engine.finite and (engine.predictions == 0).all()
    assert engine.advance(np.array([0.5])) == 1
    # f = 0, so that dc/dt = mean y tanh(a·x) ≈ a · mean y x, and da/dt = c · mean y x.
    pull = (y[:, None] * X).mean(0)
    moved = np.column_stack((tiny[:, :-1] + 0.5 * tiny[:, -1:] * pull,
                             tiny[:, -1] + 0.5 * tiny[:, :-1] @ pull))  # fmt: skip
    np.testing.assert_allclose(engine.particles, moved, rtol=0, atol=100 * 5e-324)


@BOTH
@pytest.mark.parametrize("act", ["tanh", "sigmoid", "erf"])
def test_saturated_neurons_pull_nothing(d, act):
    """|a·x| of 1e200: σ is at its limits, its slope 0, and c moves alone."""
    X, y, w = draw(7, n=20, d=d, m=40)
    w[:, :-1] *= 1e200
    problem = Problem(X, y, act, "square")
    engine = make_engine(problem, problem.loss_code, w)
    low = 0.0 if act == "sigmoid" else -1.0
    values = np.where(w[:, :-1] @ X.T > 0, 1.0, low)
    np.testing.assert_allclose(engine.predictions, w[:, -1] @ values / 40, rtol=1e-12, atol=1e-14)
    engine.advance(np.array([0.5]))
    np.testing.assert_array_equal(engine.particles[:, :-1], w[:, :-1])
    force = (w[:, -1] @ values / 40 - y) / 20
    np.testing.assert_allclose(
        engine.particles[:, -1], w[:, -1] - 0.5 * values @ force, rtol=1e-12, atol=1e-13
    )
