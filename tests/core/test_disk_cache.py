"""A second process finds every kind of kernel in Numba's disk cache, by Numba's own statistics."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: The modules that hold each kind of kernel: one of them, whatever it is called.
KINDS = {
    "dense": {"core.kernels.dense"},
    "matrix": {"core.kernels.matrix", "core.kernels.blas"},
    "planar": {"core.kernels.planar"},
    "tangent": {"core.kernels.tangent"},
    "population": {"core.population.kernel"},
    "predictions": {"core.kernels.predict"},
    "planar predictions": {"core.kernels.planar_predict"},
    "scan lines": {"core.kernels.scanline"},
    "densities": {"core.kernels.histogram"},
}


def run():
    """Run every kind of kernel in a process of its own; return hits and misses by module."""
    done = subprocess.run(
        [sys.executable, "-W", "error", str(Path(__file__).with_name("cache_runs.py"))],
        capture_output=True, text=True, timeout=300,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NUMBA_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def second():
    """What a process counts after another one, which has compiled whatever was not yet cached."""
    run()
    return run()


@pytest.mark.parametrize("kind", KINDS)
def test_the_second_process_loads_what_the_first_has_compiled(second, kind):
    found = [second[module] for module in KINDS[kind] if module in second]
    assert len(found) == 1
    hits, misses = found[0]
    assert hits > 0 and misses == 0


def test_no_other_kernel_is_compiled_again(second):
    assert {module: misses for module, (_, misses) in second.items() if misses} == {}
    assert sum(hits for hits, _ in second.values()) >= len(KINDS)
