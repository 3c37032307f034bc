"""Planar steps against dense ones, scan lines and planar sums against predictions one by one.

python tests/benchmarks/planar.py

Steps of full-batch gradient descent, relu, logistic loss, float32, inputs of two columns. Both
engines run in turn, so that another process slows both; the median and the least time are given.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

import numpy as np

from core import Problem, kernels
from core.activations import RELU
from core.kernels import Engine
from core.kernels.dense_engine import DenseEngine
from core.kernels.planar_engine import SLOPES, PlanarEngine
from core.kernels.planar_predict import predict_planar
from core.kernels.scanline import predict_grid

#: (n, m); the last ones are about where the kernels change places.
SIZES = [(1000, 10**3), (1000, 10**4), (1000, 10**5), (1000, 10**6), (100, 10**4), (10_000, 10**4),
         (100, 1000), (1000, 100), (300, 400)]  # fmt: skip

#: Above this many pairs the dense kernel is left out.
MOST_PAIRS = 2 * 10**8


def engine(kind: type[Engine], n: int, m: int) -> Engine:
    """Return an engine past its first steps, which compile and try the ways to run."""
    rng = np.random.default_rng(0)
    problem = Problem(rng.standard_normal((n, 2)), np.sign(rng.standard_normal(n)))
    made = kind(problem, problem.loss_code, rng.standard_normal((m, 3)).astype(np.float32))
    for _ in range(3):
        made.advance(np.full(8, 0.01))
    return made


def times_of(jobs: list[Callable[[], object]], seconds: float = 1.5) -> list[list[float]]:
    """Return the times of each job, run in turn."""
    times: list[list[float]] = [[] for _ in jobs]
    end = perf_counter() + seconds
    while perf_counter() < end or len(times[-1]) < 3:
        for job, taken in zip(jobs, times, strict=True):
            begun = perf_counter()
            job()
            taken.append(1e3 * (perf_counter() - begun))
    return times


def steps(n: int, m: int) -> None:
    """Print a row on steps."""
    kinds = [PlanarEngine, DenseEngine][: 1 + (n * m <= MOST_PAIRS)]
    count = max(4, int(2e6 / (15 * m + 50 * n)))
    engines = [engine(kind, n, m) for kind in kinds]
    jobs = [lambda e=e: e.advance(np.full(count, 0.01)) for e in engines]
    planar, *dense = [[t / count for t in taken] for taken in times_of(jobs)]
    row = f"{n:>6} {m:>8} {median(planar):>9.4f} {min(planar):>9.4f}"
    if dense:
        row += f" {median(dense[0]):>9.3f} {min(dense[0]):>9.3f}"
        row += f" {median(dense[0]) / median(planar):>7.1f}"
    print(row)


def grid(m: int, pixels: int = 321) -> None:
    """Print a row on a square decision map."""
    particles = np.random.default_rng(0).standard_normal((m, 4))
    x = np.linspace(-1, 1, pixels)
    points = np.column_stack((np.ones(pixels**2), np.tile(x, pixels), np.repeat(x, pixels)))
    jobs: list[Callable[[], object]] = [
        lambda: predict_grid("relu", 1.0, particles, x, x),
        lambda: kernels.predict("relu", 1.0, particles, points),
    ]
    for job in jobs:
        job()
    scan, dense = times_of(jobs)
    beside(f"{pixels:>6}² {m:>7}", scan, dense)


def predictions(k: int, m: int) -> None:
    """Print a row on predictions of a cloud seen for the first time."""
    rng = np.random.default_rng(0)
    inputs, particles = rng.standard_normal((k, 2)), rng.standard_normal((m, 3)).astype(np.float32)
    jobs: list[Callable[[], object]] = [
        lambda: predict_planar(SLOPES[RELU], 1.0, particles, inputs),
        lambda: dense_predictions(particles, inputs),
    ]
    for job in jobs:
        job()
    beside(f"{k:>7} {m:>7}", *times_of(jobs))


def dense_predictions(particles: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Return f by the dense kernel, few particles at a time: the choice is by their number."""
    parts = np.array_split(particles, -(-len(particles) // 4000))
    return sum(len(part) * kernels.predict("relu", 1.0, part, inputs) for part in parts)


def beside(what: str, fast: list[float], dense: list[float]) -> None:
    """Print the times of a fast way and of the dense one."""
    print(f"{what} {median(fast):>9.4f} {min(fast):>9.4f} {median(dense):>9.3f} "
          f"{min(dense):>9.3f} {median(dense) / median(fast):>7.1f}")  # fmt: skip


def main() -> None:
    titles = f"{'ms':>9} {'least':>9} {'dense':>9} {'least':>9} {'ratio':>7}"
    print(f"{'n':>6} {'m':>8} {titles}")
    for n, m in SIZES:
        steps(n, m)
    print(f"{'pixels':>7} {'m':>7} {titles}")
    for m in (100, 400, 1000):
        grid(m)
    print(f"{'inputs':>7} {'m':>7} {titles}")
    for m in (10**5, 10**6):
        predictions(1000, m)


if __name__ == "__main__":
    main()
