"""Steps per second of the core, full-batch gradient descent, relu, logistic loss, float32.

python tests/benchmarks/steps.py
"""

from __future__ import annotations

from statistics import median
from time import perf_counter

import numpy as np

import core

SIZES = [(60, 400, 3), (1000, 1000, 3), (1000, 1000, 100)]


def seconds_per_step(n: int, m: int, d: int, repeats: int = 7) -> float:
    """Return the median over repeats of the time of a step."""
    rng = np.random.default_rng(0)
    problem = core.Problem(rng.standard_normal((n, d)), np.sign(rng.standard_normal(n)))
    particles = rng.standard_normal((m, d + 1)).astype(np.float32)
    simulation = core.Simulation(problem, core.GradientDescent(0.01), particles)
    simulation.advance(200)  # past the first steps, which are all recorded, and compilation
    steps = max(20, int(2e8 / (n * m * d)))
    times = []
    for _ in range(repeats):
        begun = perf_counter()
        simulation.advance(steps)
        times.append((perf_counter() - begun) / steps)
    return median(times)


def main() -> None:
    print(f"{'n':>6} {'m':>6} {'d':>5} {'µs/step':>9} {'steps/s':>9}")
    for n, m, d in SIZES:
        seconds = seconds_per_step(n, m, d)
        print(f"{n:>6} {m:>6} {d:>5} {1e6 * seconds:>9.1f} {1 / seconds:>9.0f}")


if __name__ == "__main__":
    main()
