"""What is being compiled, in words."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import numba
import pytest
from numba.core import event, types

from core import compiling
from core.activations import RELU
from core.kernels import histogram, planar
from core.kernels.predict import _dense_kernel

ROOT = Path(__file__).parents[2]


def test_a_kernel_is_told_by_its_use_and_by_what_it_closes_over():
    arguments = [types.int64, types.float64[:, :], types.float32[:]]
    told = compiling.describe(_dense_kernel(RELU, 3, "float64"), arguments)
    assert told == "the kernel of predictions: relu, d = 3, float64"
    flat = planar.step_kernel("float32", True, True)
    assert compiling.describe(flat) == "the kernel of steps in the plane: on threads"
    assert compiling.describe(histogram.bin_cloud) == "the kernel of densities"


def test_a_kernel_of_no_known_use_goes_by_its_module():
    @numba.njit
    def anything(x):
        return x

    assert compiling.describe(anything) == f"the kernel of {__name__.rpartition('.')[2]}"


def test_the_outermost_compilation_is_told_while_it_lasts():
    inner, outer = histogram.bin_cloud, _dense_kernel(RELU, 2, "float64")
    before = compiling.sentence()
    arguments = (types.float64[:],)
    with event.trigger_event("numba:compile", data={"dispatcher": outer, "args": arguments}):
        expected = "Compiling the kernel of predictions: relu, d = 2, float64 …"
        assert compiling.sentence() == expected
        with event.trigger_event("numba:compile", data={"dispatcher": inner}):
            assert compiling.sentence() == expected
        assert compiling.sentence() == expected
    assert compiling.sentence() == before is None


def test_a_compilation_that_fails_has_ended():
    with (
        pytest.raises(RuntimeError),
        event.trigger_event("numba:compile", data={"dispatcher": histogram.bin_cloud}),
    ):
        raise RuntimeError
    assert compiling.sentence() is None


def test_a_compilation_that_began_unwatched_may_end():
    """A server compiles ahead in a thread while others still import."""
    event.end_event("numba:compile", data={"dispatcher": histogram.bin_cloud})
    assert compiling.sentence() is None


def test_numba_tells_of_a_true_compilation_in_another_thread():
    seen, done = set(), threading.Event()

    def look():
        while not done.is_set():
            seen.add(compiling.sentence())
            done.wait(0.001)

    watcher = threading.Thread(target=look)
    watcher.start()

    @numba.njit
    def quadruple(x):
        total = 0.0
        for k in range(4):
            total += x * k
        return total

    assert quadruple(2.0) == 12.0
    done.set()
    watcher.join()
    assert f"Compiling {compiling.describe(quadruple)} …" in seen
    assert compiling.sentence() is None


def test_what_another_process_compiles_is_told_until_it_has_ended():
    compiling.elsewhere("Compiling one …", 1)
    compiling.elsewhere("Compiling another …", 2)
    assert compiling.sentence() == "Compiling one …"
    compiling.elsewhere(None, 1)
    assert compiling.sentence() == "Compiling another …"
    compiling.elsewhere(None, 2)
    assert compiling.sentence() is None


def test_compiling_ahead_leaves_nothing_to_compile_for_a_run_and_its_map(tmp_path):
    """Two processes that share a disk cache: the first one says what it compiles."""
    command = [sys.executable, "-W", "error", "-m", "core", "compile", "--set", "activation=abs"]
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    said = []
    for _turn in range(2):
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout.splitlines())
    first, second = said
    assert "Compiling the kernel of steps: abs, d = 3, float32 …" in first
    assert any("the decision map" in line for line in first)
    assert second == []
