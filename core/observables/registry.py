"""The table of all observables. Adding one is one entry in the file of its group."""

from __future__ import annotations

from core.observables.alignment import ALIGNMENT
from core.observables.balance import BALANCE
from core.observables.base import HasMain, Observable, Sight
from core.observables.certificate import CERTIFICATE
from core.observables.directions import DIRECTIONS
from core.observables.displacement import DISPLACEMENT
from core.observables.dissipation import DISSIPATION
from core.observables.edge import EDGE
from core.observables.escape import ESCAPE
from core.observables.kernel_drift import KERNEL_DRIFT
from core.observables.laziness import LAZINESS
from core.observables.margins import MARGINS
from core.observables.rate import RATE
from core.observables.reference_distance import REFERENCE_DISTANCE
from core.problem import Problem
from core.validation import choose

#: Observables by name, in the order of SCIENCE 5.
OBSERVABLES: dict[str, Observable] = {
    entry.name: entry
    for group in (
        LAZINESS, DISPLACEMENT, KERNEL_DRIFT, CERTIFICATE, REFERENCE_DISTANCE, DIRECTIONS,
        DISSIPATION, MARGINS, BALANCE, EDGE, ALIGNMENT, ESCAPE, RATE,
    )
    for entry in group
}  # fmt: skip


def observe(name: str, sight: Sight) -> float | HasMain:
    """Return the observable called `name`: a float, or a result with a `main` number.

    Raises
    ------
    ValueError
        If there is none of that name, or if it needs what the problem or the sight has not.
    """
    return choose("observable", name, OBSERVABLES)(sight)


def measure(name: str, sight: Sight) -> float:
    """Return the main number of the observable called `name`; raises as `observe` does."""
    result = observe(name, sight)
    return result if isinstance(result, float) else float(result.main)


def cheap_observables(
    problem: Problem, given: tuple[str, ...] = ("initial",)
) -> tuple[Observable, ...]:
    """Return the cheap observables of `problem` for sights that have the fields `given`."""
    return tuple(
        entry
        for entry in OBSERVABLES.values()
        if entry.cost == "cheap" and entry.applies(problem, given)
    )
