"""What the second figure of the curves can show: a number of the frame, or an observable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.frame import SCALARS
from core.observables import OBSERVABLES
from core.observables.base import OF_PROBLEM

#: The choice that leaves it to the data: the margin of labels, the total mass of other targets.
USUAL = "usual"


@dataclass(frozen=True)
class Quantity:
    """One number of a run over its steps.

    Attributes
    ----------
    key : str
        Its name in the history of a run.
    label, latex : str
        Its words, and the symbol at its axis.
    needs : tuple of str
        Keys of `core.observables.base.OF_PROBLEM`.
    """

    key: str
    label: str
    latex: str
    needs: tuple[str, ...] = ()

    def lacks(self, problem: Any) -> str:
        """Return what `problem` lacks for it, in words; "" where it has all."""
        missing = (OF_PROBLEM[need] for need in self.needs)
        return next((need.missing for need in missing if not need.met(problem)), "")


_OF_FRAMES = (
    Quantity("margin", "margin", r"\min\nolimits_i\,y_i f(x_i)/\beta", ("samples", "labels")),
    Quantity("total_mass", "total mass β", r"\beta"),
    Quantity("objective", "objective F", "F"),
    Quantity("accuracy", "accuracy", r"\mathrm{accuracy}", ("samples", "labels")),
)

#: An observable that is the number of frames called otherwise.
_TWICE = "mass_margin"

_OBSERVED = tuple(
    Quantity(entry.name, entry.label, entry.latex, _of_problem)
    for entry in OBSERVABLES.values()
    if entry.cost == "cheap" and entry.name not in (*SCALARS, _TWICE)
    # what every run has: its problem and its start
    for _of_problem in [tuple(need for need in entry.needs if need != "initial")]
    if set(_of_problem) <= OF_PROBLEM.keys()
)

#: Key to quantity, in the order of the list.
QUANTITIES: dict[str, Quantity] = {entry.key: entry for entry in (*_OF_FRAMES, *_OBSERVED)}

#: Value to words of the option.
CHOICES = {USUAL: "margin or mass"} | {key: entry.label for key, entry in QUANTITIES.items()}


def chosen_quantity(value: str, problem: Any, labels: bool) -> tuple[Quantity, str]:
    """Return the quantity to draw, and a remark where it is not the one asked for.

    Parameters
    ----------
    value : str
        A key of `CHOICES`.
    problem : Problem
    labels : bool
        Whether the targets are ±1.
    """
    usual = QUANTITIES["margin" if labels else "total_mass"]
    if value == USUAL:
        return usual, ""
    lacking = QUANTITIES[value].lacks(problem)
    if not lacking:
        return QUANTITIES[value], ""
    return usual, f"{QUANTITIES[value].label} needs {lacking}, so this is the {usual.label}"
