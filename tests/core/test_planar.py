"""Planar kernel: its steps against NumPy and against the dense kernel, at kinks and at extremes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Problem
from core.kernels import Rule, move, penalise
from core.kernels.dense_engine import DenseEngine
from core.kernels.planar_engine import PlanarEngine
from core.losses import LOSSES, SOFTMIN

from . import reference
from .cases import FEW, draw, single

DTYPES = [np.float32, np.float64]
ACTS = ["relu", "leaky_relu", "abs", "identity"]
CODES = {name: entry.code for name, entry in LOSSES.items()} | {"softmin": SOFTMIN}

#: (n, m): a single one of each, sizes that nothing divides, several chunks, several blocks.
SHAPES = [(1, 1), (2, 5), (5, 1), (1, 33), (33, 257), (60, 1300), (7, 9001)]

STEPSIZES = np.array([0.3, 0.05, 0.2])

#: Every branch of a move.
RULES = {
    "decay": Rule(decay=0.05),
    "path": Rule(decay=0.05, penalty=penalise.PATH),
    "hidden": Rule(second_rate=0.0),
    "output": Rule(first_rate=0.0, output_norm=1),
    "l1": Rule(decay=0.05, penalty=penalise.L1),
    "squared": Rule(kind=move.SQUARED, first_rate=0.7, second_rate=1.3),
    "mirror": Rule(kind=move.CONIC_MIRROR, first_rate=0.7, second_rate=1.3),
    "canonical": Rule(kind=move.CONIC_CANONICAL, decay=0.01),
    "noise": Rule(temperature=0.3, seed=5),
    "same mask": Rule(masking=move.SAME_MASK, keep=0.6, seed=6),
    "update mask": Rule(masking=move.UPDATE_MASK, keep=0.6, seed=7),
    "two masks": Rule(masking=move.TWO_MASKS, keep=0.6, decay=0.1, seed=8),
}


def planar(X, y, w, act="relu", loss="logistic", scale=1.0, kind=PlanarEngine):
    """Return a fresh engine."""
    problem = Problem(X, y, act, loss if loss != "softmin" else "logistic", scale)
    return kind(problem, CODES[loss], w)


def check(X, y, w, stepsizes=STEPSIZES, weight_decay=0.0, **about):
    """Compare a run with NumPy: particles, predictions and total mass."""
    engine = planar(X, y, w, **about)
    assert engine.advance(np.array(stepsizes), Rule(decay=2 * weight_decay)) == len(stepsizes)
    X = single(X) if w.dtype == np.float32 else X
    about["weight_decay"] = weight_decay
    expected = reference.trajectory(w.astype(float), stepsizes, X, y, **about)
    tolerance = 30 * float(np.finfo(w.dtype).eps)
    size = np.abs(expected).max()
    np.testing.assert_allclose(engine.particles, expected, rtol=tolerance, atol=tolerance * size)
    f = reference.predict(expected, X, about.get("act", "relu"), about.get("scale", 1.0))
    bound = about.get("scale", 1.0) * np.abs(expected[:, -1]).max() * (1 + size)
    np.testing.assert_allclose(engine.predictions, f, rtol=tolerance, atol=tolerance * bound)
    assert engine.total_mass == pytest.approx((expected**2).sum() / len(w), rel=tolerance)


def same_run(X, y, w, rule=STEPSIZES, steps=8, tolerance=1e-12, **about):
    """Compare runs of the planar and the dense engine; return the former."""
    engines = [planar(X, y, w, kind=kind, **about) for kind in (PlanarEngine, DenseEngine)]
    taken = [np.full(steps, 0.1) for _ in engines]
    done = [e.advance(h, rule, 3) for e, h in zip(engines, taken, strict=True)]
    assert done == [steps, steps]
    np.testing.assert_allclose(*taken, rtol=tolerance)
    for name in ("particles", "predictions", "total_mass"):
        np.testing.assert_allclose(
            *(getattr(e, name) for e in engines), rtol=tolerance, atol=tolerance
        )
    return engines[0]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("act", ACTS)
def test_steps_against_numpy(act, dtype):
    for n, m in SHAPES:
        X, y, w = draw(n + m, n=n, d=2, m=m, dtype=dtype)
        check(X, y, w, act=act, scale=1.7, weight_decay=0.02)


@pytest.mark.parametrize("loss", CODES)
def test_every_force(loss):
    X, y, w = draw(8, n=21, d=2, m=40)
    check(X, y, w, act="leaky_relu", loss=loss, scale=1.3)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_as_in_the_dense_kernel(rule):
    """Two chunks and a ragged one, so that random draws must name the right particles."""
    X, y, w = draw(4, n=30, d=2, m=1100)
    moved = same_run(X, y, w, rule, act="relu", scale=2.0).particles
    assert np.abs(moved - w).max() > 1e-3


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("act", ACTS)
def test_particles_on_a_breakpoint_zero_particles_and_inputs_on_one_line(act, dtype):
    """Small whole numbers: a·x = 0 without rounding, so that the slope at the kink is seen."""
    X, y, w = draw(9, n=24, d=2, m=200)
    X, w = np.rint(2 * X), np.rint(2 * w)
    X[6:12], X[12:18], X[18:] = X[:6], -X[:6], 3 * X[:6]
    X[4] = 0
    w[:5] = 0
    w[5:9, :-1] = 0
    w[9:12, -1] = 0
    w[12:24, 0], w[12:24, 1] = -X[:12, 1], X[:12, 0]
    assert (w[12:, :-1] @ X.T == 0).sum() > 100
    check(X, y, w.astype(dtype), stepsizes=[0.25], act=act)


@FEW
@given(
    points=st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=12),
    seed=st.integers(0, 2**31),
    act=st.sampled_from(ACTS),
)
def test_small_whole_numbers_in_any_arrangement(points, seed, act):
    """Few lines, one line, none; particles on all of them."""
    rng = np.random.default_rng(seed)
    X, y = np.array(points, float), rng.choice([-1.0, 1.0], len(points))
    check(X, y, rng.integers(-3, 4, (40, 3)).astype(float), stepsizes=[0.5], act=act)


@pytest.mark.parametrize("where", [(1.0, 0.0), (0.0, 1.0), (0.6, -0.8)])
def test_inputs_that_differ_by_rounding(where):
    """About any direction; that of angle 0, where the order of the lines begins, too."""
    along, across = np.array(where), np.array([-where[1], where[0]])
    rng = np.random.default_rng(1)
    offsets = np.concatenate((rng.normal(size=40) * 10.0 ** rng.integers(-18, -13, 40), [0.0] * 9))
    X = rng.choice([-1.0, 1.0], (49, 1)) * (along + offsets[:, None] * across)
    X = np.vstack((X, rng.standard_normal((10, 2))))
    y, w = rng.choice([-1.0, 1.0], 59), rng.standard_normal((500, 3))
    for act in ("relu", "abs"):
        same_run(X, y, w, Rule(), act=act)


@pytest.mark.parametrize("act", ["relu", "leaky_relu", "abs"])
def test_powers_of_two_pass_through(act):
    """f is homogeneous, and a power of 2 is multiplied exactly: the bits must be those."""
    X, y, w = draw(3, n=40, d=2, m=300)
    f = planar(X, y, w, act).predictions
    for of_x, of_a in ((-500, 0), (500, -900), (-450, -450), (300, 400), (0, -960)):
        scaled = np.ldexp(w, [of_a, of_a, 0])
        g = planar(np.ldexp(X, of_x), y, scaled, act, loss="unhinged").predictions
        np.testing.assert_array_equal(g, np.ldexp(f, of_x + of_a))


@pytest.mark.parametrize("act", ["relu", "abs"])
def test_inputs_and_particles_of_very_different_sizes(act):
    rng = np.random.default_rng(2)
    X, y, w = draw(2, n=50, d=2, m=400)
    X *= 10.0 ** rng.integers(-12, 3, (50, 1))
    w[:, :2] *= 10.0 ** rng.integers(-12, 3, (400, 1))
    same_run(X, y, w, Rule(), act=act, loss="logistic", steps=2)


def test_subnormal_particles():
    X, y, w = draw(6, n=20, d=2, m=50)
    w[:, :2] *= 1e-310
    f = planar(X, y, w).predictions
    # A product is right to half of the smallest number, 5e-324.
    np.testing.assert_allclose(f, reference.predict(w, X, "relu"), rtol=0, atol=1e-321)
    same_run(X, y, w, Rule())


def test_subnormal_inputs():
    X, y, w = draw(7, n=20, d=2, m=50)
    X = X * 1e-310
    f = planar(X, y, w).predictions
    np.testing.assert_allclose(f, reference.predict(w, X, "relu"), rtol=0, atol=1e-321)


def test_repeating_every_sample_changes_nothing():
    X, y, w = draw(11, n=7, d=2, m=20)
    once, thrice = planar(X, y, w), planar(np.repeat(X, 3, axis=0), np.repeat(y, 3), w)
    for engine in (once, thrice):
        engine.advance(np.full(5, 0.2))
    np.testing.assert_allclose(thrice.particles, once.particles, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(thrice.predictions[::3], once.predictions, rtol=1e-12, atol=1e-14)
