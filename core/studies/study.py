"""A study: one quantity of many runs, over arms, points of an axis and seeds.

A risk against m, a margin against the step, a test error against n: each is a study, written as
data in the file of a scene. The fields of a run (`Spec`) may be given for the whole study, for an
arm and for a point; the more special one counts.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from core.experiment import Experiment

#: Knobs that make no difference to what a run computes.
_WATCHING = ("speed", "steps")


@dataclass(frozen=True)
class Spec:
    """What a run is and what is measured of it; None where a wider one decides.

    Attributes
    ----------
    knobs : dict
        Of `Experiment`; those of a wider spec stay unless they are named again.
    steps : int or None
        The step at which the quantity is measured.
    quantity : str or None
        A key of `core.studies.quantities.QUANTITIES`.
    options : dict
        Of the quantity.
    """

    knobs: Mapping[str, Any] = field(default_factory=dict)
    steps: int | None = None
    quantity: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def within(self, wider: Spec) -> Spec:
        """Return this spec, with what it leaves open taken from a wider one."""
        return Spec(
            {**wider.knobs, **self.knobs},
            wider.steps if self.steps is None else self.steps,
            wider.quantity if self.quantity is None else self.quantity,
            {**wider.options, **self.options},
        )


@dataclass(frozen=True)
class Arm:
    """One curve of a study."""

    label: str
    spec: Spec = Spec()


@dataclass(frozen=True)
class Point:
    """One place on the axis of a study."""

    x: float
    spec: Spec = Spec()


@dataclass(frozen=True)
class Axis:
    """What the points of a study run over.

    `label` may hold LaTeX between dollars; `log` tells of the axis, `log_quantity` of the other.
    """

    label: str
    log: bool = False
    log_quantity: bool = False


@dataclass(frozen=True)
class Cell:
    """One number of a study: one quantity at one step of one run."""

    arm: str
    x: float
    seed: int
    knobs: Mapping[str, Any]
    steps: int
    quantity: str
    options: Mapping[str, Any]

    @cached_property
    def run(self) -> dict[str, Any]:
        """Every knob that says what the run computes: cells of equal runs share one."""
        known = Experiment(**self.knobs).to_dict()
        return {name: value for name, value in known.items() if name not in _WATCHING}


@dataclass(frozen=True)
class Study:
    """Runs over arms × points × seeds.

    Attributes
    ----------
    spec : Spec
        What all runs have in common.
    arms, points : tuple
        At least one of each.
    seeds : tuple of int
        A seed sets the knobs `seeded` of each run.
    seeded : tuple of str
    axis : Axis
    """

    spec: Spec
    arms: tuple[Arm, ...]
    points: tuple[Point, ...]
    axis: Axis
    seeds: tuple[int, ...] = (0,)
    seeded: tuple[str, ...] = ("seed",)

    def cells(self) -> Iterator[Cell]:
        """Yield all cells: seed by seed, so that curves are whole early."""
        for seed in self.seeds:
            for point in self.points:
                for arm in self.arms:
                    spec = point.spec.within(arm.spec.within(self.spec))
                    knobs = {**spec.knobs, **dict.fromkeys(self.seeded, seed)}
                    assert spec.steps is not None and spec.quantity is not None  # read so
                    yield Cell(
                        arm.label, point.x, seed, knobs, spec.steps, spec.quantity, spec.options
                    )

    def replace(self, **changes: Any) -> Study:
        """Return the study with other fields."""
        return dataclasses.replace(self, **changes)
