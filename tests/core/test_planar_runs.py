"""Runs of the planar engine: when it is taken, same bits however it runs, and its protocol."""

import numpy as np
import pytest

from core import Problem, Simulation
from core.dynamics import DYNAMICS
from core.kernels import (
    Rule,
    choice,
    make_engine,
    move,
    planar_predict,
    scanline,
    sectors,
)
from core.kernels import planar as planar_kernel
from core.kernels.dense_engine import DenseEngine
from core.kernels.matrix_engine import MatrixEngine
from core.kernels.planar_engine import PlanarEngine

from .cases import draw, force_threads
from .test_kernels import room
from .test_planar import planar
from .test_threads import SEVERAL

NOISY = Rule(temperature=0.1, seed=3)


def bits(engine):
    return engine.particles.tobytes(), engine.predictions.tobytes(), engine.total_mass


def chosen(n, m, d=2, act="relu"):
    X, y, w = draw(0, n=n, d=d, m=m)
    problem = Problem(X, y, act)
    return type(make_engine(problem, problem.loss_code, w))


@pytest.mark.thorough
def test_it_is_taken_where_it_applies_and_wins():
    assert chosen(1000, 1000) is PlanarEngine
    assert chosen(1000, 1000, act="identity") is PlanarEngine
    assert chosen(100, 100) is DenseEngine
    assert chosen(2, 100_000) is DenseEngine
    assert chosen(100_000, 2) is DenseEngine
    assert chosen(1000, 1000, act="tanh") is DenseEngine
    assert chosen(1000, 1000, d=3) is DenseEngine
    assert chosen(1000, 1000, d=12) is MatrixEngine


def test_kernels_close_over_plain_numbers():
    """Numba's disk cache takes a closure over a function for another one in every process."""
    for kernel in (
        planar_kernel.step_kernel("float64", True, False),
        scanline._kernel("float64", False),
        planar_predict._kernel("float64"),
    ):
        closed = [cell.cell_contents for cell in kernel.py_func.__closure__]
        assert closed and all(isinstance(value, int | str) for value in closed)


def test_particles_that_leave_their_cells_at_every_step_are_found():
    """Long steps of many particles on many lines: cells come from the table; short ones do not."""
    X, y, w = draw(8, n=300, d=2, m=5000)
    for stepsize in (3.0, 1e-4):
        engine = planar(X, y, w)
        for _ in range(3):
            engine.advance(np.full(2, stepsize))
        fresh = planar(X, y, engine.particles)
        np.testing.assert_array_equal(engine._cells, fresh._cells)
        np.testing.assert_allclose(engine.predictions, fresh.predictions, rtol=1e-12, atol=1e-12)


def test_the_dtype_and_the_particles_given_stay():
    X, y, w = draw(1, n=40, d=2, m=50, dtype=np.float32)
    before = w.copy()
    engine = planar(X, y, w)
    engine.advance(np.zeros(2))
    assert engine.particles.dtype == np.float32
    np.testing.assert_array_equal(engine.particles, w)
    engine.advance(np.ones(2))
    assert (engine.particles != w).any()
    np.testing.assert_array_equal(w, before)


@SEVERAL
@pytest.mark.parametrize("rule", [Rule(decay=0.01), NOISY], ids=["plain", "noisy"])
def test_threads_leave_the_bits(rule, monkeypatch):
    for n, m in ((1, 1), (40, 300), (40, 40_000)):
        X, y, w = draw(m, n=n, d=2, m=m)
        outcomes = []
        for threads in (False, True):
            force_threads(monkeypatch, threads)
            engine = planar(X, y, w)
            assert engine.advance(np.full(6, 0.2), rule) == 6
            outcomes.append(bits(engine))
        assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("rule", [Rule(), NOISY, Rule(masking=move.TWO_MASKS, keep=0.5)])
def test_chunks_leave_the_bits(rule):
    X, y, w = draw(2, n=50, d=2, m=700)
    whole, parts = planar(X, y, w), planar(X, y, w)
    whole.advance(np.full(12, 0.3), rule)
    for start, count in ((0, 1), (1, 4), (5, 0), (5, 7)):
        parts.advance(np.full(count, 0.3), rule, start)
        _ = parts.predictions
    assert bits(whole) == bits(parts)


def test_a_run_goes_on_from_its_particles_alone():
    """What cells a neuron came through leaves no trace."""
    X, y, w = draw(3, n=50, d=2, m=700)
    engine = planar(X, y, w)
    engine.advance(np.full(5, 0.5))
    fresh = planar(X, y, engine.particles.copy())
    for e in (engine, fresh):
        e.advance(np.full(5, 0.5))
    assert bits(engine) == bits(fresh)


def test_a_cell_does_not_depend_on_where_its_search_starts():
    """Lines that all but agree leave room for a wrong turn; particles stand beside them."""
    rng = np.random.default_rng(4)
    X = np.repeat(rng.standard_normal((20, 2)), 3, axis=0)
    X *= 1 + rng.integers(-8, 9, X.shape) * 2.0**-52
    w = rng.standard_normal((600, 3))
    w[:, 0], w[:, 1] = -X[rng.integers(60, size=600), 1], X[rng.integers(60, size=600), 0]
    w[:300, :2] = np.column_stack((-X[:, 1], X[:, 0]))[rng.integers(60, size=300)]
    engine = planar(X, np.ones(60), w)
    before = bits(engine), engine._cells.copy()
    for guess in (0, 1, 7, engine._all._plane[2].shape[0] - 2, "any"):
        last = 2 * (len(engine._all._plane[2]) - 2)
        engine._cells[:] = rng.integers(0, last + 1, 600) if guess == "any" else guess
        engine.restart(w)
        assert bits(engine) == before[0]
        np.testing.assert_array_equal(engine._cells, before[1])


def test_rollback_repeats_the_bits():
    X, y, w = draw(5, n=30, d=2, m=100)
    engine = planar(X, y, w)
    engine.backup()
    engine.advance(np.full(4, 0.4))
    first = bits(engine)
    engine.rollback()
    engine.advance(np.full(4, 0.4))
    assert bits(engine) == first
    assert engine.extra() == {}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_run_that_blows_up_is_stopped_and_starts_again(dtype):
    X, y, w = draw(14, n=9, d=2, m=33, dtype=dtype, labels=False)
    engine = planar(X, y, w, loss="square")
    done = engine.advance(np.full(400, 1e3))
    assert 0 < done < 400
    engine.restart(w)
    assert engine.finite
    fresh = planar(X, y, w, loss="square")
    for e in (engine, fresh):
        assert e.advance(np.full(3, 0.1)) == 3
    assert bits(engine) == bits(fresh)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e200])
def test_particles_that_are_not_finite_are_told(bad):
    X, y, w = draw(15, n=9, d=2, m=33)
    w[7, :2] = bad
    assert not planar(X, y, w).finite


def test_batches_between_full_steps():
    X, y, w = draw(6, n=30, d=2, m=100)
    engines = [planar(X, y, w, kind=kind) for kind in (PlanarEngine, DenseEngine)]
    batches = X[:24].reshape(4, 6, 2), y[:24].reshape(4, 6)
    for engine in engines:
        assert engine.advance(np.full(3, 0.2)) == 3
        assert engine.advance(np.full(4, 0.2), Rule(), 3, batches) == 4
        assert engine.advance(np.full(3, 0.2), Rule(), 7) == 3
    for name in ("particles", "predictions"):
        np.testing.assert_allclose(*(getattr(e, name) for e in engines), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", DYNAMICS)
def test_every_dynamics_as_on_the_dense_engine(name, monkeypatch):
    X, y, w = draw(7, n=400, d=2, m=400)
    frames = []
    for fits in (True, False):
        monkeypatch.setattr(choice.planar_engine, "suits", lambda problem, m, fits=fits: fits)
        simulation = Simulation(Problem(X, y, "relu"), DYNAMICS[name].kind(), w)
        simulation.advance(2)
        frames.append(simulation.advance(3))
    for part in ("particles", "risk", "margin", "total_mass"):
        np.testing.assert_allclose(
            *(getattr(frame, part) for frame in frames), rtol=1e-10, atol=1e-11
        )


def test_the_arrays_of_an_engine_lie_apart():
    X, y, w = draw(17, n=100, d=2, m=40)
    engine = planar(X, y, w)
    arrays = [v for v in vars(engine).values() if isinstance(v, np.ndarray)]
    plane, targets, work = engine._all.arrays
    for array in (*arrays, *plane, *work):
        assert array.flags.c_contiguous and room(array) >= 1024
    assert room(targets) >= 1024


def test_lines_merge_where_samples_share_them():
    X = np.array([[1.0, 2], [2, 4], [-0.1, -0.2], [0, 1], [1e-17, 1], [-1e-17, -3], [0, 0]])
    plane = sectors.Plane(X)
    assert len(plane.starts) == 3
    assert sorted(plane.order) == list(range(7))
    np.testing.assert_array_equal(plane.x[:, :2] + plane.x[:, 2:], X[plane.order])
