"""Runs for processes of their own: `python kernel_runs.py variants|together|once`.

Each prints one JSON object. The tests choose Numba's threads, its threading layer and its cache by
environment variables, which only a new process reads.
"""

import gc
import hashlib
import json
import sys
import threading

import numpy as np
from numba.core.dispatcher import Dispatcher

from core import GradientDescent, Problem, Simulation
from core.kernels import make_engine, pace
from core.kernels.dense_engine import DenseEngine
from core.kernels.matrix_engine import MatrixEngine
from core.losses import SOFTMIN, risk_and_forces

#: Runs of `together` and `once`: (input coordinates, neurons), one for each engine.
RUNS = ((3, 100), (12, 70))

#: Kernels of `variants`: activation, input coordinates, threads.
VARIANTS = [("identity", 1, False), ("identity", 1, True), ("identity", 2, False),
            ("relu", 1, False), ("identity", 9, False), ("identity", 9, True)]  # fmt: skip


def case(d, m):
    """Return a problem and single-precision particles, the same in every process."""
    rng = np.random.default_rng(d)
    inputs, labels = rng.standard_normal((40, d)), rng.choice([-1.0, 1.0], size=40)
    particles = rng.standard_normal((m, d + 1)).astype(np.float32)
    return inputs, labels, particles


def digest(*arrays):
    """Return a name of the bits of some arrays."""
    return hashlib.sha256(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)).hexdigest()


def allow_threads(allowed):
    """Let engines of any size run on threads, or none."""
    for kind in (DenseEngine, MatrixEngine):
        kind.threshold = 0 if allowed else 2**62


def simulate(d, m, chunks):
    """Advance one simulation chunk by chunk; return the digest of where it ends."""
    inputs, labels, particles = case(d, m)
    simulation = Simulation(Problem(inputs, labels), GradientDescent(0.1), particles)
    for steps in chunks:
        frame = simulation.advance(steps)
    return digest(frame.particles, [frame.time, frame.risk, frame.margin, frame.total_mass])


def once():
    """Both runs, one after the other."""
    allow_threads(True)
    return {"digests": [simulate(d, m, [70] * 10) for d, m in RUNS]}


def losses():
    """The digests of the risk and the forces of every loss, and of the soft minimum."""
    rng = np.random.default_rng(5)
    digests = []
    for code in range(SOFTMIN + 1):
        pairs = [(rng.standard_normal(40), rng.choice([-1.0, 1.0], size=40)) for _ in range(50)]
        results = [risk_and_forces(code, f, y) for f, y in pairs]
        digests.append(digest([risk for risk, _ in results], *(g for _, g in results)))
    return digests


def together():
    """Two threads at once, each with both runs, in many short calls."""
    allow_threads(True)
    digests = {}

    def work(name):
        digests[name] = [simulate(d, m, [7] * 100) for d, m in RUNS]

    workers = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return {"digests": digests}


def variants():
    """Many steps of every kernel, serial ones alone or parallel ones alone, and every loss."""
    pace.Pace.run = lambda self, steps, count: steps(True, 0, count)
    digests = {}
    for act, d, threads in VARIANTS[:: -1 if "backwards" in sys.argv else 1]:
        allow_threads(threads)
        inputs, labels, particles = case(d, 50)
        problem = Problem(inputs, labels, act)
        state = make_engine(problem, problem.loss_code, particles)
        state.advance(np.full(700, 0.1))
        digests[f"{act} {d} {threads}"] = digest(state.particles, state.predictions)
    return {"digests": digests, "losses": losses()}


def statistics():
    """Count the cache hits and misses of all cached kernels, and the parallel ones compiled."""
    kernels = [o for o in gc.get_objects() if issubclass(type(o), Dispatcher) and o.signatures]
    cached = [kernel.stats for kernel in kernels if kernel.stats.cache_path is not None]
    return {
        "hits": sum(sum(stats.cache_hits.values()) for stats in cached),
        "misses": sum(sum(stats.cache_misses.values()) for stats in cached),
        "parallel": sum(bool(kernel.targetoptions.get("parallel")) for kernel in kernels),
    }


if __name__ == "__main__":
    runs = {run.__name__: run for run in (variants, together, once)}
    result = runs[sys.argv[1]]()
    print(json.dumps(result | statistics()))
