"""Watching a run: the sight of its present state, and what is recorded of it besides its frame."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from core.frame import SCALARS, Frame
from core.kernels.threads import single_threaded_blas
from core.observables import Sight, cheap_observables
from core.problem import Problem

#: Numbers to look at, m (n + d + 1), up to which every record holds the cheap observables. Above,
#: ten records a decade of steps do.
MOST_EACH_TIME = 100_000

#: Numbers of the cloud, m (d + 1), above which one record a decade does: they take a second.
MOST_OFTEN = 1_000_000

#: Particle-sample pairs above which no record holds what looks at all of them: a run of a million
#: particles would stand still for seconds.
MOST_PAIRS = 20_000_000

#: Needs of the observables that look at all pairs.
_OF_PAIRS = {"samples", "homogeneous"}


def sight_of(problem: Problem, frame: Frame, initial: np.ndarray, **given: Any) -> Sight:
    """Return the sight of a frame; `given` are further fields of `Sight`."""
    return Sight(
        problem, frame.particles, initial=initial, step=frame.step, time=frame.time, **given
    )


def to_record(
    problem: Problem, frame: Frame, initial: np.ndarray, last_step: int
) -> dict[str, float]:
    """Return the cheap observables of a frame by name, but for those the frame has itself.

    Parameters
    ----------
    initial : ndarray, shape (m, d+1)
        The particles at step 0.
    last_step : int
        Step of the record before, −1 for none. What is recorded depends on steps and sizes alone.
    """
    numbers, pairs = frame.particles.size, len(frame.particles) * problem.n
    if pairs + numbers > MOST_EACH_TIME:
        parts = 10 if numbers <= MOST_OFTEN else 1
        if _part_of_decade(frame.step, parts) == _part_of_decade(last_step, parts):
            return {}
    sight = sight_of(problem, frame, initial)
    # One thread, so that the bits of a history do not depend on their number.
    with single_threaded_blas(), np.errstate(all="ignore"):
        return {
            entry.name: float(entry.compute(sight))  # type: ignore[arg-type]  # cheap: a number
            for entry in cheap_observables(problem)
            if entry.name not in SCALARS
            and (pairs <= MOST_PAIRS or not _OF_PAIRS.intersection(entry.needs))
        }


def _part_of_decade(step: int, parts: int) -> int:
    """Return the part of a decade, cut into equal parts, that a step lies in; −1 before all."""
    return math.floor(parts * math.log10(step + 1)) if step >= 0 else -1
