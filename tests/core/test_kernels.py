"""Kernels: steps of both engines against NumPy, on all shapes, at kinks, and their blocks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Problem, jit
from core.kernels import Rule, blocks, make_engine
from core.kernels.dense_engine import DenseEngine
from core.kernels.matrix_engine import MatrixEngine
from core.losses import LOSSES, SOFTMIN

from . import reference
from .cases import DENSE, FEW, MATRIX, PRECISIONS, draw, single

DTYPES = [np.float32, np.float64]
BOTH = pytest.mark.parametrize("d", [DENSE, MATRIX])
SETTINGS = {"scale": 1.7, "weight_decay": 0.02}
CODES = {name: entry.code for name, entry in LOSSES.items()} | {"softmin": SOFTMIN}

#: (n, m): a single one of each, sizes that no block or vector register divides, several blocks.
SHAPES = [(1, 1), (5, 1), (1, 33), (33, 257), (60, 300)]

STEPSIZES = np.array([0.3, 0.05, 0.2])


def run(X, y, w, act="relu", loss="logistic", stepsizes=STEPSIZES, scale=1.0, weight_decay=0.0):
    """Return the engine after its steps."""
    name = loss if loss != "softmin" else "logistic"
    engine = make_engine(Problem(X, y, act, name, scale, weight_decay), CODES[loss], w)
    assert engine.advance(np.array(stepsizes, float), Rule(decay=2 * weight_decay)) == len(
        stepsizes
    )
    return engine


def check(X, y, w, stepsizes=STEPSIZES, **about):
    """Compare a run of an engine with NumPy: particles, predictions and total mass."""
    engine = run(X, y, w, stepsizes=stepsizes, **about)
    X = single(X) if w.dtype == np.float32 else X
    expected = reference.trajectory(w.astype(float), stepsizes, X, y, **about)
    tolerance = 30 * float(np.finfo(w.dtype).eps)
    size = np.abs(expected).max()
    assert engine.particles.dtype == w.dtype
    np.testing.assert_allclose(engine.particles, expected, rtol=tolerance, atol=tolerance * size)
    f = reference.predict(expected, X, about.get("act", "relu"), about.get("scale", 1.0))
    bound = about.get("scale", 1.0) * np.abs(expected[:, -1]).max() * (1 + size)
    np.testing.assert_allclose(engine.predictions, f, rtol=tolerance, atol=tolerance * bound)
    mass = (expected**2).sum() / len(w)
    assert engine.total_mass == pytest.approx(mass, rel=tolerance, abs=1e-30)
    return engine


@BOTH
@pytest.mark.parametrize(("act", "dtype"), PRECISIONS)
def test_steps_against_numpy(act, dtype, d):
    for n, m in SHAPES:
        X, y, w = draw(n + m, n=n, d=d, m=m, dtype=dtype)
        check(X, y, w, act=act, **SETTINGS)


@BOTH
@pytest.mark.parametrize("loss", CODES)
def test_every_force_against_numpy(loss, d):
    X, y, w = draw(8, n=21, d=d, m=40, labels=loss != "square")
    check(X, y, w, act="tanh", loss=loss, **SETTINGS)


@pytest.mark.parametrize(
    ("d", "dtype"), [(1, np.float64), (2, np.float64), (8, np.float64), (9, np.float32)]
)
def test_numbers_of_coordinates_around_the_change_of_engine(d, dtype):
    X, y, w = draw(d, n=19, d=d, m=37, dtype=dtype)
    engine = check(X, y, w, **SETTINGS)
    assert type(engine) is (DenseEngine if d <= 8 else MatrixEngine)


@BOTH
@pytest.mark.parametrize(
    ("act", "dtype"),
    [p for p in PRECISIONS if p[0] in ("relu", "leaky_relu", "abs", "relu2")],
)
def test_particles_exactly_on_a_kink_zero_particles_and_repeated_inputs(act, dtype, d):
    """Small whole numbers: a·x = 0 without rounding, whatever the order of the sum."""
    X, y, w = draw(9, n=12, d=d, m=40)
    X, w = np.rint(2 * X), np.rint(w)
    X[6:], y[6:] = X[:6], y[:6]
    X[4] = 0
    w[:5] = 0
    w[5:9, :-1] = 0
    w[9:12, -1] = 0
    assert (w[12:, :-1] @ X.T == 0).any()
    check(X, y, w.astype(dtype), stepsizes=[0.25], act=act)


@pytest.mark.parametrize("act", ["relu", "abs", "identity", "relu2", "tanh", "erf"])
@BOTH
def test_a_zero_particle_stays_where_the_activation_vanishes(act, d):
    """σ(0) = 0 and c = 0 leave no force, so the origin is a fixed point."""
    X, y, w = draw(10, n=8, d=d, m=5)
    w[2] = 0
    np.testing.assert_array_equal(run(X, y, w, act=act).particles[2], 0)


@BOTH
def test_repeating_every_sample_changes_nothing(d):
    X, y, w = draw(11, n=7, d=d, m=20)
    once = run(X, y, w).particles
    thrice = run(np.repeat(X, 3, axis=0), np.repeat(y, 3), w).particles
    np.testing.assert_allclose(thrice, once, rtol=1e-12, atol=1e-14)


@BOTH
def test_a_step_of_no_length_measures_and_moves_nothing(d):
    X, y, w = draw(12, n=9, d=d, m=33, dtype=np.float32)
    engine = run(X, y, w, stepsizes=[0.0, 0.0])
    np.testing.assert_array_equal(engine.particles, w)
    f = reference.predict(w, single(X), "relu")
    np.testing.assert_allclose(engine.predictions, f, rtol=1e-5, atol=1e-6)
    assert engine.advance(np.zeros(0)) == 0
    np.testing.assert_array_equal(engine.particles, w)


@BOTH
def test_an_engine_copies_what_it_is_given(d):
    X, y, w = draw(13, n=9, d=d, m=33)
    before = w.copy()
    engine = run(X, y, w)
    np.testing.assert_array_equal(w, before)
    engine.restart(w)
    np.testing.assert_array_equal(engine.particles, w)
    np.testing.assert_array_equal(w, before)


@BOTH
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_run_that_blows_up_is_stopped_and_starts_again(dtype, d):
    """After a restart nothing of the blown-up run is left, in any buffer."""
    X, y, w = draw(14, n=9, d=d, m=33, dtype=dtype, labels=False)
    problem = Problem(X, y, "relu2", "square")
    engine = make_engine(problem, problem.loss_code, w)
    done = engine.advance(np.full(200, 1e3))
    assert 0 < done < 200
    engine.restart(w)
    assert engine.advance(STEPSIZES) == len(STEPSIZES)
    fresh = make_engine(problem, problem.loss_code, w)
    fresh.advance(STEPSIZES)
    for name in ("particles", "predictions", "total_mass"):
        np.testing.assert_array_equal(getattr(engine, name), getattr(fresh, name))


@pytest.mark.parametrize("act", ["relu", "tanh"])
def test_both_engines_take_the_same_steps(act):
    X, y, w = draw(15, n=30, d=DENSE, m=50)
    problem = Problem(X, y, act)
    dense, matrix = (kind(problem, problem.loss_code, w) for kind in (DenseEngine, MatrixEngine))
    for engine in (dense, matrix):
        engine.advance(np.full(50, 0.1), Rule(decay=0.01))
    np.testing.assert_allclose(matrix.particles, dense.particles, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(matrix.predictions, dense.predictions, rtol=1e-12, atol=1e-13)


def room(array):
    """Bytes around an array that belong to it and hold nothing, the lesser of both sides."""
    owner = array if array.base is None else array.base
    before = array.ctypes.data - owner.ctypes.data
    return min(before, owner.nbytes - array.nbytes - before)


@BOTH
@pytest.mark.parametrize("n", [1, 100])
def test_the_arrays_of_an_engine_lie_apart(d, n):
    """Compiled loops round otherwise where arrays nearly touch: by luck of the allocator, else."""
    X, y, w = draw(17, n=n, d=d, m=40)
    engine = run(X, y, w)
    samples = engine._samples(X[None], y[None])  # as those that a batch makes
    holders = {"engine": engine, "all": engine._all, "batch": samples}
    arrays = {
        f"{holder}.{name}": value
        for holder, owner in holders.items()
        for name, value in vars(owner).items()
        if isinstance(value, np.ndarray)
    }
    assert len(arrays) >= 5 + 2 * 6  # of the engine, and of each of the two sets of samples
    for name, array in arrays.items():
        assert array.flags.c_contiguous and room(array) >= 1024, name


def test_zeros_apart():
    for shape, dtype in ((4, np.float64), ((2, 3), np.float32), ((1, 5), np.float64)):
        zeros = jit.apart(shape, dtype)
        assert zeros.dtype == dtype and zeros.shape == np.empty(shape).shape and not zeros.any()
        assert room(zeros) >= 1024


@FEW
@given(groups=st.integers(1, 10**7), least=st.integers(1, 16))
def test_blocks_cover_all_groups_and_none_is_empty(groups, least):
    length = blocks.block_groups(groups, least)
    count = -(-groups // length)
    assert count <= blocks.MOST_BLOCKS
    assert length >= min(least, -(-groups // 2)) or count == blocks.MOST_BLOCKS


@FEW
@given(n=st.integers(1, 10**6))
def test_padding_reaches_the_next_whole_register(n):
    assert n <= blocks.padded(n) < n + 16
    assert blocks.padded(n) % 16 == 0


def test_padded_inputs_are_columns_with_zeros_behind():
    X = draw(16, n=5, d=3, m=1)[0]
    columns = blocks.padded_inputs(X, np.dtype(np.float64))
    np.testing.assert_array_equal(columns[:, :5], X.T)
    assert columns.shape == (3, 16) and not columns[:, 5:].any()
