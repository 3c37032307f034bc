"""How long a study takes, roughly: for whoever is about to start it."""

from __future__ import annotations

from collections.abc import Iterable

from core.experiment import Experiment
from core.studies import Cell

#: Seconds of a step whatever its size, and of one weight of a particle for one sample. Both were
#: measured on a two-core machine; the second holds for the simplest activations.
STEP, WEIGHT = 2e-5, 3e-10


def effort(cells: Iterable[Cell]) -> float:
    """Return the seconds that all runs of a study take, by their sizes alone; one core."""
    longest: dict[str, tuple[float, int]] = {}
    for cell in cells:
        name = repr(sorted(cell.run.items()))
        cost, steps = longest.get(name) or (_step(cell.run), 0)
        longest[name] = cost, max(steps, cell.steps)
    return sum(cost * steps for cost, steps in longest.values())


def _step(knobs: dict) -> float:
    experiment = Experiment(**knobs)
    samples = knobs["m"] + knobs["m0"] if experiment.is_population else knobs["n"]
    return STEP + WEIGHT * knobs["m"] * samples * experiment.columns


def words(seconds: float) -> str:
    """Return a rough time in words."""
    if seconds < 5:
        return "a few seconds"
    if seconds < 90:
        return f"about {_rounded(seconds)} s"
    return f"about {_rounded(seconds / 60)} min"


def _rounded(number: float) -> int:
    """Return a number to one digit, or to fives above ten: more would pretend to know."""
    return max(1, round(number)) if number < 10 else 5 * round(number / 5)
