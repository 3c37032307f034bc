"""The arms of a page in its address: ``fork=<step>&b.<knob>=<value>&c.<knob>=<value>``."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from core.experiment import Experiment, Setup
from core.knobs import KNOBS
from core.query import assign, parse

#: Name of the step at which the arms part.
FORK = "fork"
#: What stands before the knob of an arm.
_PREFIXES = {"b.": 0, "c.": 1}
#: Latest step that a link may ask for, and the seconds a worker takes to get there.
MOST_STEPS, MOST_SECONDS = 10**6, 20.0
#: Steps made between two looks at the clock.
_CHUNK = 50


class Asked(NamedTuple):
    """The arms that a link asks for: the step, knob and value of each, and what cannot be."""

    step: int
    changes: list[tuple[str, Any]]
    complaints: list[str]


def is_of_arms(name: str) -> bool:
    """Tell whether a name in the address belongs to the arms."""
    return name == FORK or name[:2] in _PREFIXES


def write(step: int, changes: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return what the address holds of arms: the step, and knob and value of each, "" for none."""
    if not changes:
        return {}
    arms = {p + knob: value for p, (knob, value) in zip(_PREFIXES, changes, strict=False) if knob}
    return {FORK: step, **arms}


def read(text: str, knobs: Mapping[str, Any]) -> Asked:
    """Return the arms of an address, given the `knobs` of the first run."""
    found, complaints, step = {}, [], 0
    pairs = dict(parse_qsl(text.lstrip("?"), keep_blank_values=True))
    for name, value in pairs.items():
        try:
            if name == FORK:
                step = _step(value) if value else 0  # no arms, where a scene has some
            elif is_of_arms(name):
                found[_PREFIXES[name[:2]]] = _change(name, value, knobs)
        except ValueError as error:
            complaints.append(f"{error}. The comparison does without it.")
    first = ("", None)
    count = max(found, default=0) + 1 if found or pairs.get(FORK) else 0
    return Asked(step, [found.get(place, first) for place in range(count)], complaints)


def run_until(setup: Setup, step: int) -> Setup:
    """Bring a run to `step`, or as far as it comes in `MOST_SECONDS`. Worker thread."""
    simulation = setup.simulation
    deadline = time.monotonic() + MOST_SECONDS
    while simulation.step < step and simulation.divergence is None and time.monotonic() < deadline:
        simulation.advance(min(_CHUNK, step - simulation.step))
    return setup


def _step(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_STEPS:
        raise ValueError(f"{FORK}={text!r} is no whole number from 0 to {MOST_STEPS:,}")
    return int(text)


def _change(name: str, text: str, knobs: Mapping[str, Any]) -> tuple[str, Any]:
    """Return knob and value of a name like b.scale, if the value is allowed beside `knobs`."""
    knob = name[2:]
    if knob not in KNOBS:
        raise ValueError(f"{name}: {knob} is no knob of the lab")
    experiment = Experiment(**knobs)
    assign(experiment, knob, parse(experiment.param[knob], text))
    experiment.check_sizes()
    return knob, getattr(experiment, knob)
