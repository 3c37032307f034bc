"""Compare a gradient step of the core with NumPy, PyTorch and JAX, and with the machine's limit.

    python -m tests.benchmarks.compare [--quick] [--only WORDS] [--json FILE]

Every cell runs all peers on the same work in one process, in turns, and keeps the median of each;
the ratio is that of the best peer's time to ours. Peers that are not installed are left out.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import json
import math
import os
import platform
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from .peers.case import Case
from .peers.limits import fraction, multiply_adds_per_second, products_per_second

SIZES = [
    (60, 400, 3), (100, 500, 3), (15, 16, 2), (1000, 1000, 3), (1000, 10000, 3), (200, 50, 100),
    (1000, 1000, 15), (1000, 1000, 100), (256, 1000, 15),
]  # fmt: skip
QUICK = [(60, 400, 3), (1000, 1000, 3), (1000, 1000, 100)]
_PACKAGE = "tests.benchmarks.peers"
PEERS = ("numpy_peer", "torch_peer", "jax_peer")

#: Seconds between two turns: threads of the way before go on looking for work for a while.
REST = 0.03

Way = Callable[[int], object]


def peers() -> list[object]:
    """Return the modules of the peers there are; say which are not."""
    found = []
    for name in PEERS:
        try:
            found.append(importlib.import_module(f"{_PACKAGE}.{name}"))
        except ImportError as error:
            print(f"{name} is left out: {error}")
    return found


def ways_of(case: Case, modules: list[object]) -> dict[str, Way]:
    """Return every way of running the steps of a case, warmed up; those that fail are left out."""
    ours = importlib.import_module(f"{_PACKAGE}.ours")
    ways: dict[str, Way] = {}
    for module in [ours, *modules]:
        for name, run in module.ways(case).items():
            try:
                run(3)
                ways[name] = run
            except Exception as error:  # a peer may fail at a case in any way of its own
                print(f"{name} is left out of {case}: {str(error).splitlines()[0][:100]}")
    return ways


def seconds_of(run: Way, count: int) -> float:
    """Return what so many steps take."""
    begun = perf_counter()
    run(count)
    return perf_counter() - begun


def count_for(run: Way, budget: float) -> int:
    """Return how many steps take about `budget` seconds.

    Doubled until they do, each number twice: the first calls of a way load code and start threads,
    and would tell of far too few.
    """
    count = 2
    while True:
        seconds = min(seconds_of(run, count) for _ in range(2))
        if seconds >= budget / 2 or count >= 20_000:
            return max(2, min(20_000, int(count * budget / seconds)))
        count *= 2


def measure(ways: dict[str, Way], budget: float, turns: int = 7) -> dict[str, float]:
    """Return the median seconds a step of every way, run in turns of about `budget` seconds."""
    counts = {name: count_for(run, budget) for name, run in ways.items()}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(turns):
        for name, run in ways.items():
            sleep(REST)
            times[name].append(seconds_of(run, counts[name]) / counts[name])
    return {name: median(values) for name, values in times.items()}


def compare(case: Case, modules: list[object], peaks: dict, budget: float) -> dict:
    """Return one row: sizes, seconds of every way, the ratio and the share of the limit."""
    seconds = measure(ways_of(case, modules), budget)
    ours = seconds.pop("wideflow")
    best = min(seconds, key=seconds.__getitem__, default=None)
    return {
        "n": case.n, "m": case.m, "d": case.d, "dtype": case.dtype, "activation": case.activation,
        "loss": case.loss, "wideflow": ours, **seconds, "best": best,
        "ratio": seconds[best] / ours if best else None,
        "limit": fraction(case, ours, peaks),
    }  # fmt: skip


def show(row: dict) -> None:
    """Print one row."""
    cell = f"({row['n']}, {row['m']}, {row['d']})"
    limit = f"{row['limit']:.0%}" if row["limit"] else "–"
    ratio = f"{row['ratio']:6.2f}" if row["ratio"] else "     –"
    print(
        f"{cell:>18} {row['dtype']:>8} {row['activation']:>5} {row['loss']:>12} "
        f"{1e6 * row['wideflow']:10.1f} µs {ratio} × {row['best']!s:<24} limit {limit}",
        flush=True,
    )


def mean(ratios: list[float]) -> float:
    """Return the geometric mean."""
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def summarise(rows: list[dict]) -> None:
    """Print the ratios and shares that matter: few coordinates, many, and large clouds."""
    few = [row["ratio"] for row in rows if row["ratio"] and row["d"] <= 15]
    many = [row["ratio"] for row in rows if row["ratio"] and row["d"] > 15]
    for name, ratios in (("d ≤ 15", few), ("d = 100", many)):
        if ratios:
            print(f"{name}: least ratio {min(ratios):.2f}, geometric mean {mean(ratios):.2f}")
    for d in (3, 100):
        shares = [
            row["limit"] for row in rows
            if row["limit"] and row["d"] == d and row["n"] * row["m"] >= 10**6
        ]  # fmt: skip
        if shares:
            print(f"d = {d}, n m ≥ 10⁶, relu: at least {min(shares):.0%} of the limit")


def machine() -> str:
    """Return the processor and the number of cores."""
    name = platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        name = names[0].partition(":")[2].strip() if names else name
    return f"{name}, {os.cpu_count()} cores"


def cases(quick: bool, only: list[str]) -> list[Case]:
    """Return the cells of the table; of each sort that `only` names some of, those alone."""
    axes = (
        [",".join(map(str, size)) for size in (QUICK if quick else SIZES)],
        ["float32"] if quick else ["float32", "float64"],
        ["relu", "tanh"],
        ["square"] if quick else ["square", "exponential"],
    )
    chosen = [[word for word in axis if word in only] or axis for axis in axes]
    return [Case(*map(int, size.split(",")), *rest) for size, *rest in itertools.product(*chosen)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="three sizes, one precision")
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="WORD",
        help="cells with these sizes, precisions, activations or losses: 60,400,3 tanh",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, help="write the table here")
    parser.add_argument("--budget", type=float, default=0.1, help="seconds a turn of a peer")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    os.environ.setdefault("TORCH_LOGS", "-all")
    modules = peers()
    chosen = cases(options.quick, options.only)
    peaks = {
        k: (multiply_adds_per_second(k), products_per_second(k))
        for k in dict.fromkeys(case.dtype for case in chosen)
    }
    print(machine())
    for dtype, (vector, product) in peaks.items():
        print(f"{dtype}: {vector / 1e9:.0f} G multiply-adds/s, in products {product / 1e9:.0f} G/s")
    rows = []
    for case in chosen:
        rows.append(compare(case, modules, peaks, options.budget))
        show(rows[-1])
    summarise(rows)
    if options.json:
        about = {"machine": machine(), "peaks": peaks}
        options.json.write_text(json.dumps({"about": about, "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
