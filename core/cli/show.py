"""`show`: what a run file holds, for the eye."""

from __future__ import annotations

import argparse
import dataclasses
import textwrap
from collections.abc import Iterator, Mapping

import numpy as np

from core.experiment import Experiment
from core.saved import SavedRun

#: Columns of the table, where they are known, and about how many rows it has.
_COLUMNS = ("step", "time", "risk", "test_risk", "margin", "accuracy")
_ROWS = 20

_WIDTH = 100


def show(options: argparse.Namespace) -> int:
    """Print a run file; return the exit code."""
    saved = SavedRun.read(options.path)
    print(options.path)
    for title, text in _facts(saved):
        lines = textwrap.wrap(text, _WIDTH - 13, break_long_words=False, break_on_hyphens=False)
        print(textwrap.indent("\n".join(lines), " " * 13).replace(" " * 13, f"{title:<13}", 1))
    print()
    print(table(saved))
    return 0


def _facts(saved: SavedRun) -> Iterator[tuple[str, str]]:
    yield "experiment", _knobs(saved.experiment)
    yield "versions", _pairs(saved.versions, " ", ", ")
    yield "sizes", _sizes(saved)
    settings = {f.name: getattr(saved.dynamics, f.name) for f in dataclasses.fields(saved.dynamics)}
    decay = getattr(saved.problem, "weight_decay", 0.0)
    yield "dynamics", f"{saved.dynamics.name} {_pairs(settings)} weight_decay={decay:g}"
    yield "seed", str(saved.seed)
    if saved.divergence is not None:
        yield "diverged", saved.divergence.message


def _pairs(items: Mapping[str, object], equals: str = "=", between: str = " ") -> str:
    return between.join(f"{name}{equals}{value}" for name, value in items.items())


def _knobs(knobs: Mapping[str, object] | None) -> str:
    if knobs is None:
        return "none: the run was put together in Python"
    try:
        experiment = Experiment.from_dict(dict(knobs))
    except ValueError:  # of another version
        return _pairs(knobs)
    return _pairs({name: value for name, value in knobs.items() if experiment.applies(name)})


def _sizes(saved: SavedRun) -> str:
    m, columns = saved.particles.shape
    clouds = len(saved.history.snapshots()[0])
    records = len(saved.history.scalars()["step"])
    sizes = [f"m={m}", f"d={columns - 1} (constant included)", str(saved.particles.dtype)]
    if hasattr(saved.problem, "n"):
        sizes.insert(1, f"n={saved.problem.n}")
    if saved.test is not None and hasattr(saved.test, "n"):
        sizes.append(f"{saved.test.n} test samples")
    return ", ".join([*sizes, f"{records} records, {clouds} snapshots"])


def table(saved: SavedRun) -> str:
    """Return about twenty records of the history, evenly spread over them, and the last step."""
    scalars = saved.history.scalars()
    if saved.now["step"] > scalars["step"].max(initial=-1):
        scalars = {name: np.append(scalars[name], saved.now.get(name, np.nan)) for name in scalars}
    last = len(scalars["step"]) - 1
    rows = np.unique(np.linspace(0, last, min(_ROWS, last + 1)).round().astype(int))
    names = [name for name in _COLUMNS if not np.isnan(scalars[name]).all()]
    lines = ["".join(f"{name.replace('_', ' '):>13}" for name in names)]
    for row in rows:
        cells = (scalars[name][row] for name in names)
        texts = [
            f"{x:>13.0f}" if name == "step" else f"{x:>13.6g}"
            for name, x in zip(names, cells, strict=True)
        ]
        lines.append("".join(texts))
    return "\n".join(lines)
