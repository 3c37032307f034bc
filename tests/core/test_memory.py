"""Steps allocate nothing: neither Python's allocator nor that of compiled code is asked."""

import tracemalloc

import numpy as np
import pytest
from numba.core.runtime import _nrt_python, rtsys

from core import GradientDescent, Langevin, Problem, Simulation, StochasticGradientDescent
from core.kernels.dense_engine import DenseEngine
from core.kernels.matrix_engine import MatrixEngine
from core.kernels.planar_engine import PlanarEngine

from .cases import DENSE, MATRIX, draw, force_threads

#: Bytes of the tuples and views of a call, which do not depend on steps, n, m or d.
A_CALL = 8192


@pytest.fixture(autouse=True)
def counted(monkeypatch):
    """Count what compiled code allocates; nothing is compiled in mid-run."""
    force_threads(monkeypatch, False)
    _nrt_python.memsys_enable_stats()
    yield
    _nrt_python.memsys_disable_stats()


def allocated(work):
    """Return the most bytes that a call held, and how often compiled code allocated."""
    before = rtsys.get_allocation_stats().alloc
    tracemalloc.start()
    try:
        start = tracemalloc.get_traced_memory()[0]
        work()
        most = tracemalloc.get_traced_memory()[1] - start
    finally:
        tracemalloc.stop()
    return most, rtsys.get_allocation_stats().alloc - before


@pytest.mark.parametrize(
    ("kind", "act", "n", "m", "d"),
    [
        (DenseEngine, "relu", 40, 200, DENSE),
        (DenseEngine, "tanh", 40, 200, DENSE),
        (MatrixEngine, "relu", 40, 200, MATRIX),
        (PlanarEngine, "relu", 400, 2000, 2),
    ],
)
@pytest.mark.parametrize("dynamics", [GradientDescent, Langevin])
def test_steps_of_an_engine_allocate_nothing(kind, act, n, m, d, dynamics):
    X, y, w = draw(1, n=n, d=d, m=m)
    problem = Problem(X, y, act)
    moved = dynamics(0.01)
    state = moved.init(problem, w)
    assert type(state) is kind
    rule, stepsizes = moved.rule(problem, 0), np.full(200, 0.01)
    state.advance(stepsizes[:2], rule, 0)
    _, once = allocated(lambda: state.advance(stepsizes[:1], rule, 2))
    most, compiled = allocated(lambda: state.advance(stepsizes, rule, 3))
    assert most < A_CALL
    assert compiled == once  # compiled code counts the arrays it is given


@pytest.mark.parametrize("d", [DENSE, MATRIX])
def test_batches_take_the_place_of_those_before(d):
    X, y, w = draw(2, n=40, d=d, m=500)
    problem, batches = Problem(X, y), np.random.default_rng(0).integers(40, size=(3, 64, 10))
    moved = StochasticGradientDescent(0.01)
    state, rule = moved.init(problem, w), moved.rule(problem, 0)
    drawn = [(X[chosen], y[chosen]) for chosen in batches]
    state.advance(np.full(64, 0.01), rule, 0, drawn[0])
    most, _ = allocated(lambda: state.advance(np.full(64, 0.01), rule, 64, drawn[1]))
    assert most < A_CALL
    # A shorter block stands in the same place, and gives what it gives alone.
    fresh = moved.init(problem, state.particles)
    short = tuple(part[:5] for part in drawn[2])
    state.advance(np.full(5, 0.01), rule, 128, short)
    fresh.advance(np.full(5, 0.01), rule, 128, short)
    np.testing.assert_array_equal(state.particles, fresh.particles)


def test_the_memory_of_a_call_is_that_of_its_frame_and_stepsizes():
    X, y, w = draw(3, n=40, d=DENSE, m=200)
    simulation = Simulation(Problem(X, y), GradientDescent(0.01), w)
    simulation.advance(5000)
    room = simulation.history.next_step - simulation.step - 1
    assert room > 10
    simulation.advance(1)
    most, _ = allocated(lambda: simulation.advance(room - 1))
    assert most < 2 * w.nbytes + A_CALL + 4 * 8 * room
