"""What has been measured of a scene before, and what it takes to measure it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from app.lessons.effort import effort
from core.scenes import Scene
from core.studies import Cell, Store, Study

#: The two sizes of a study by name, and what the page calls them.
QUICK, FULL = "quick", "full"


def study_of(scene: Scene, size: str) -> Study:
    """Return the study of a scene at a size."""
    study = scene.quick if size == QUICK else scene.study
    assert study is not None  # asked for only where there is one
    return study


class Plan(NamedTuple):
    """The cells of a study, which remember their runs, and the seconds that these take."""

    study: Study
    cells: list[Cell]
    seconds: float


#: By id of the study. To make them takes most of a second of pure Python, and a class opens the
#: same scene at once.
_plans: dict[int, Plan] = {}


def plan(study: Study) -> Plan:
    """Return the plan of a study, made once a process. Worker thread."""
    found = _plans.get(id(study))
    if found is None:
        cells = list(study.cells())
        found = _plans[id(study)] = Plan(study, cells, effort(cells))
    return found


def size_of(study: Study) -> int:
    """Return how many values a study has."""
    return len({(arm.label, point.x) for arm in study.arms for point in study.points}) * len(
        study.seeds
    )


@dataclass(frozen=True)
class Kept:
    """What there is of a study at one size.

    Attributes
    ----------
    size : str
        `QUICK` or `FULL`.
    values : dict
        Value by (arm, x, seed), of those kept.
    total : int
        How many belong to the study.
    seconds : float
        That the values kept took to compute.
    """

    size: str
    values: dict[tuple[str, float, int], float] = field(default_factory=dict)
    total: int = 0
    seconds: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return len(self.values) == self.total > 0


@dataclass(frozen=True)
class Outlook:
    """Of a scene: what to show at once, and the seconds that each size takes.

    Attributes
    ----------
    kept : Kept
        The full study if all of it is kept, else the quick one.
    seconds : dict of str to float
        Roughly, by size.
    """

    kept: Kept
    seconds: dict[str, float]


def outlook(scene: Scene, store: Store, workers: int) -> Outlook:
    """Look up what is kept of a scene. Reads files: worker thread."""
    full, quick = (look_up(scene, size, store) for size in (FULL, QUICK))
    guess = {size: plan(study_of(scene, size)).seconds / workers for size in (QUICK, FULL)}
    for kept in (quick, full):  # where it was measured, that counts
        if kept.whole:
            pace = kept.seconds / workers / max(guess[kept.size], 1e-9)
            guess = {size: pace * seconds for size, seconds in guess.items()}
    return Outlook(full if full.whole else quick, guess)


def look_up(scene: Scene, size: str, store: Store) -> Kept:
    """Return what is kept of the study of a scene at one size."""
    study = study_of(scene, size)
    values, seconds = {}, 0.0
    for cell in plan(study).cells:
        found = store.get(cell)
        if found is not None:
            values[cell.arm, cell.x, cell.seed] = found[0]
            seconds += found[1]
    return Kept(size, values, size_of(study), seconds)
