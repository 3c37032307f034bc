"""Where a run comes from: an experiment as JSON, or a run file."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core import query
from core.experiment import Experiment
from core.knobs import KNOBS
from core.saved import SavedRun, versions
from core.simulation import Simulation

#: Most bytes of an experiment as JSON.
MOST_TEXT = 32 * 2**20


def is_run_file(source: str) -> bool:
    """Tell a run file (an archive) from text by its first bytes."""
    if source == "-":
        return False
    with Path(source).open("rb") as file:
        return file.read(2) == b"PK" or source.endswith(".npz")


def read_text(source: str) -> str:
    """Return the text of a file, or of stdin for "-"."""
    if source == "-":
        data = sys.stdin.buffer.read(MOST_TEXT + 1)
    else:
        with Path(source).open("rb") as file:
            data = file.read(MOST_TEXT + 1)
    if len(data) > MOST_TEXT:
        raise ValueError(f"{source} holds more than {MOST_TEXT:,} bytes: it is no experiment")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{source} is neither JSON text in UTF-8 nor a run file") from None


def load_experiment(
    text: str, changes: Sequence[str] = (), source: str = "experiment"
) -> Experiment:
    """Return the experiment of a JSON object of knobs, with `changes` ("name=value") made.

    Raises
    ------
    ValueError
        Naming the source, the knob, its value and what is allowed.
    """
    try:
        knobs = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{source} is no JSON: {error}") from None
    if not isinstance(knobs, dict):
        raise ValueError(f"{source} holds no JSON object of knobs, like " + '{"m": 400}')
    knobs |= parse_changes(changes)
    try:
        return Experiment.from_dict(knobs)
    except ValueError as error:
        raise ValueError(f"{source}: {error}") from None


def parse_changes(changes: Sequence[str]) -> dict[str, Any]:
    """Return the knobs that texts "name=value" set."""
    parsed = {}
    for change in changes:
        name, equals, text = change.partition("=")
        if not equals:
            raise ValueError(f"--set {change!r} is not of the form NAME=VALUE")
        if name not in KNOBS:
            raise ValueError(f"--set {name}: no such knob; the knobs are {', '.join(KNOBS)}")
        parsed[name] = query.parse(Experiment.param[name], text)
    return parsed


def open_run(path: str, changes: Sequence[str]) -> Simulation:
    """Return the run of a file, with live knobs changed."""
    live = parse_changes(changes)
    for name in live:
        if not KNOBS[name].live:
            allowed = ", ".join(name for name, knob in KNOBS.items() if knob.live)
            raise ValueError(f"--set {name} needs a new run; {path} goes on, and takes {allowed}")
    simulation = _read_run(path)
    if live:
        if simulation.experiment is None:
            raise ValueError(f"--set needs an experiment, and {path} holds none")
        _apply(Experiment.from_dict(dict(simulation.experiment) | live), simulation)
    return simulation


def resume_run(path: str, experiment: Experiment) -> Simulation:
    """Return the run of a file that `experiment` made, with its live knobs as they are now."""
    simulation = _read_run(path)
    _check_same(path, simulation.experiment, experiment)
    _apply(experiment, simulation)
    return simulation


def _read_run(path: str) -> Simulation:
    """Return the run of a file; say so if it was written by other software or another machine."""
    saved = SavedRun.read(path)
    here = versions()
    other = [f"{name} {was} (here {here.get(name)})" for name, was in saved.versions.items()
             if here.get(name) != was]  # fmt: skip
    if other:
        print(
            f"note: {path} was written with {', '.join(other)}: the steps to come may differ in "
            "their last bits from those of an uninterrupted run",
            file=sys.stderr,
        )
    return Simulation.from_saved(saved)


def _apply(experiment: Experiment, simulation: Simulation) -> None:
    experiment.apply_live(simulation)
    simulation.experiment = experiment.to_dict()


def _check_same(path: str, kept: Mapping[str, Any] | None, experiment: Experiment) -> None:
    if kept is None:
        raise ValueError(f"--resume: {path} holds no experiment; go on with `run {path}`")
    before = Experiment.from_dict(dict(kept)).to_dict()
    for name, value in experiment.to_dict().items():
        if before[name] != value and not KNOBS[name].live and experiment.applies(name):
            raise ValueError(
                f"--resume: {path} was made with {name}={before[name]!r}, and the experiment has "
                f"{name}={value!r}; give the experiment it was made from, or another --out"
            )
