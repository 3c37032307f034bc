"""Two simulations in two threads against one: how much of the cores they reach together.

    python -m tests.benchmarks.side_by_side

Small runs take one thread each, and compiled steps hold no lock. One run and two take turns.
"""

from __future__ import annotations

from statistics import median
from threading import Thread
from time import perf_counter

import numpy as np

from core import GradientDescent, Problem, Simulation

#: (n, m, d, activation): of each engine, below the size at which a run would take all cores.
CASES = [(60, 400, 3, "relu"), (20, 200, 3, "tanh"), (20, 100, 30, "relu")]


def simulation(n: int, m: int, d: int, activation: str) -> Simulation:
    """Return a run past its first steps."""
    rng = np.random.default_rng(0)
    problem = Problem(rng.standard_normal((n, d)), np.sign(rng.standard_normal(n)), activation)
    made = Simulation(problem, GradientDescent(0.01), rng.standard_normal((m, d + 1)))
    made.advance(20_000)
    return made


def seconds(runs: list[Simulation], steps: int) -> float:
    """Return the seconds that all runs take, each in a thread of its own."""
    threads = [Thread(target=run.advance, args=(steps,)) for run in runs]
    begun = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return perf_counter() - begun


def main() -> None:
    print(f"{'n':>5} {'m':>5} {'d':>3} {'σ':>6}  work of two runs in the time of one")
    for case in CASES:
        runs = [simulation(*case) for _ in range(2)]
        steps = int(1000 * 0.3 / seconds(runs[:1], 1000))
        ratios = [2 * seconds(runs[:1], steps) / seconds(runs, steps) for _ in range(7)]
        n, m, d, activation = case
        print(
            f"{n:>5} {m:>5} {d:>3} {activation:>6}  {median(ratios):.2f} (most {max(ratios):.2f})"
        )


if __name__ == "__main__":
    main()
