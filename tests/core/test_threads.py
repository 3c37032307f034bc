"""Threads: the same bits on any number of them, and no two parallel kernels at once."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numba
import numpy as np
import pytest

from core import GradientDescent, Problem, Simulation
from core.kernels import threads as threads_module
from core.kernels.threads import single_threaded_blas, thread_permit
from core.losses import LOSSES

from . import kernel_runs
from .cases import DENSE, MATRIX, draw, force_threads

ROOT = Path(__file__).parents[2]
BOTH = pytest.mark.parametrize("d", [DENSE, MATRIX])
SEVERAL = pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="needs two threads")


def run_apart(what, **environment):
    """Run kernel_runs in a process of its own, warnings being errors; return what it prints."""
    process = subprocess.run(
        [sys.executable, "-W", "error", kernel_runs.__file__, *what.split()],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


def outcome(problem, w, steps=12):
    """Advance in two calls and return the bits of the end."""
    simulation = Simulation(problem, GradientDescent(0.1), w)
    simulation.advance(steps // 3)
    frame = simulation.advance(steps - steps // 3)
    return frame.particles.tobytes(), frame.risk, frame.total_mass, frame.margin


@SEVERAL
@pytest.mark.parametrize(
    ("act", "d", "dtype"),
    [
        ("relu", DENSE, np.float32),
        ("tanh", DENSE, np.float64),
        pytest.param("erf", DENSE, np.float64, marks=pytest.mark.thorough),
        ("relu", MATRIX, np.float32),
        ("tanh", MATRIX, np.float64),
    ],
)
def test_parallel_kernels_give_the_bits_of_serial_ones(act, d, dtype, monkeypatch):
    """In blocks of any number, the last one ragged; there are 256 at most."""
    for n, m in ((1, 1), (7, 33), (33, 257), (3, 9000)):
        X, y, w = draw(m, n=n, d=d, m=m, dtype=dtype)
        problem = Problem(X, y, act, scale=2.0, weight_decay=0.01)
        outcomes = []
        for threads in (False, True):
            force_threads(monkeypatch, threads)
            outcomes.append(outcome(problem, w))
        assert outcomes[0] == outcomes[1]


@SEVERAL
@BOTH
@pytest.mark.parametrize("loss", LOSSES)
def test_parallel_kernels_give_the_bits_of_serial_ones_for_every_loss(loss, d, monkeypatch):
    X, y, w = draw(3, n=20, d=d, m=100, dtype=np.float32)
    outcomes = []
    for threads in (False, True):
        force_threads(monkeypatch, threads)
        outcomes.append(outcome(Problem(X, y, "relu", loss), w))
    assert outcomes[0] == outcomes[1]


@SEVERAL
@BOTH
def test_the_number_of_threads_leaves_the_bits(d, monkeypatch):
    force_threads(monkeypatch, True)
    X, y, w = draw(4, n=50, d=d, m=300, dtype=np.float32)
    before, outcomes = numba.get_num_threads(), []
    try:
        for count in (1, 2):
            numba.set_num_threads(count)
            outcomes.append(outcome(Problem(X, y), w))
    finally:
        numba.set_num_threads(before)
    assert outcomes[0] == outcomes[1]


@pytest.fixture(scope="module")
def here():
    """The digests of both runs in this process."""
    return [kernel_runs.simulate(d, m, [700]) for d, m in kernel_runs.RUNS]


@pytest.mark.parametrize(("count", "parallel"), [(1, 0), (3, 2)])
def test_other_processes_with_other_numbers_of_threads(count, parallel, here):
    report = run_apart("once", NUMBA_NUM_THREADS=str(count))
    assert report["digests"] == here
    assert report["parallel"] == parallel


@pytest.mark.parametrize("layer", ["workqueue", "omp"])
def test_two_simulations_at_once(layer, here):
    """Workqueue aborts the process when two threads are inside parallel kernels."""
    if layer == "omp":
        pytest.importorskip("numba.np.ufunc.omppool")
    report = run_apart("together", NUMBA_THREADING_LAYER=layer, NUMBA_NUM_THREADS="2")
    assert report["digests"] == {"one": here, "two": here}
    assert report["parallel"] == 2


@pytest.mark.thorough
def test_a_second_process_finds_every_kernel_in_the_cache(tmp_path):
    """No variant takes the entry of another: the first process finds nothing, in any order.

    And it gives the bits of those that load: a helper not inlined would have two compiled forms,
    its own and the one cached with its caller.
    """
    first = run_apart("variants", NUMBA_CACHE_DIR=str(tmp_path), NUMBA_NUM_THREADS="2")
    count = len(kernel_runs.VARIANTS) + 1  # the kernel of the losses
    assert (first["hits"], first["misses"]) == (0, count)
    second = run_apart("variants backwards", NUMBA_CACHE_DIR=str(tmp_path), NUMBA_NUM_THREADS="2")
    assert (second["hits"], second["misses"]) == (count, 0)
    assert first["digests"] == second["digests"] and first["losses"] == second["losses"]
    assert first["parallel"] == second["parallel"] == 2
    for d in (1, 9):
        assert first["digests"][f"identity {d} False"] == first["digests"][f"identity {d} True"]
    assert len(set(first["digests"].values())) == len(kernel_runs.VARIANTS) - 2


@SEVERAL
def test_one_computation_at_a_time_may_use_threads():
    with thread_permit(10, 10) as first, thread_permit(10, 10) as second:
        assert first and not second
    with thread_permit(9, 10) as small:
        assert not small
    with thread_permit(9, 10), thread_permit(10, 10) as beside_a_serial_one:
        assert not beside_a_serial_one
    with thread_permit(10, 10) as again:
        assert again


@SEVERAL
def test_the_permit_comes_back_after_an_error():
    with pytest.raises(RuntimeError), thread_permit(10, 10):
        raise RuntimeError
    with thread_permit(10, 10) as granted:
        assert granted


@SEVERAL
def test_many_threads_never_hold_two_permits():
    held, most = [], []

    def work():
        for _ in range(300):
            with thread_permit(10, 10) as granted:
                if granted:
                    held.append(1)
                    most.append(len(held))
                    held.pop()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert max(most, default=1) == 1
    with thread_permit(10, 10) as free:
        assert free


def blas_threads():
    return [library.num_threads for library in threads_module._blas.lib_controllers]


def test_matrix_products_get_one_thread_and_their_threads_back():
    with single_threaded_blas():
        pass
    before = blas_threads()
    with single_threaded_blas():
        assert set(blas_threads()) == {1}
        with pytest.raises(RuntimeError), single_threaded_blas():
            raise RuntimeError
        assert set(blas_threads()) == {1}
    assert blas_threads() == before
