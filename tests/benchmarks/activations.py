"""Time of a step with tanh, sigmoid and erf against relu in the same run, and of bare arrays.

python tests/benchmarks/activations.py
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import perf_counter

import numpy as np

import core
from core.activations import activation

NAMES = ("relu", "tanh", "sigmoid", "erf")
SIZES = [(60, 400, 3), (1000, 1000, 3), (1000, 10000, 3), (1000, 1000, 15)]
DTYPES = (np.float32, np.float64)


def stepping(name: str, n: int, m: int, d: int, dtype: type) -> tuple[Callable, int]:
    """Return a call that takes some steps, compiled, and how many."""
    rng = np.random.default_rng(0)
    inputs, labels = rng.standard_normal((n, d)), np.sign(rng.standard_normal(n))
    problem = core.Problem(inputs, labels, activation=name)
    particles = rng.standard_normal((m, d + 1)).astype(dtype)
    simulation = core.Simulation(problem, core.GradientDescent(0.001), particles)
    simulation.advance(200)  # past the first steps, which are all recorded
    steps = max(3, int(3e7 / (n * m * d)))
    return lambda: simulation.advance(steps), steps


def least_seconds(calls: list[Callable], rounds: int = 12) -> list[float]:
    """Return the least time of each call, taken in turns: others on the machine slow all alike."""
    best = [np.inf] * len(calls)
    for _ in range(rounds):
        for k, call in enumerate(calls):
            begun = perf_counter()
            call()
            best[k] = min(best[k], perf_counter() - begun)
    return best


def row(title: str, seconds: list[float], unit: float) -> None:
    """Print times in the unit, and what they are to the first."""
    times = "".join(f"{s / unit:>9.2f}" for s in seconds)
    print(f"{title:<26}{times}   " + "".join(f"{s / seconds[0]:>8.2f}" for s in seconds[1:]))


def main() -> None:
    print(f"{'µs a step (n, m, d)':<26}" + "".join(f"{name:>9}" for name in NAMES)
          + "   " + "".join(f"{name + ':1':>8}" for name in ("tanh", "sigm", "erf")))  # fmt: skip
    for size in SIZES:
        for dtype in DTYPES:
            made = [stepping(name, *size, dtype) for name in NAMES]
            seconds = least_seconds([call for call, _steps in made])
            row(f"{size} {dtype.__name__}", seconds, 1e-6 * made[0][1])
    print("ns a number, Activation.both on 10⁴")
    for dtype in DTYPES:
        u = np.random.default_rng(0).standard_normal(10**4).astype(dtype)
        calls: list[Callable] = [partial(activation(name).both, u) for name in NAMES]
        row(dtype.__name__, least_seconds(calls, 200), 1e-9 * u.size)


if __name__ == "__main__":
    main()
