"""Watching a run: the sight of its present state, and what is recorded of it besides its frame."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.frame import SCALARS, Frame
from core.kernels.threads import single_threaded_blas
from core.observables import Sight, cheap_observables
from core.problem import Problem

#: Above this many particle-sample pairs a record leaves out what looks at all of them: a run of a
#: million particles would stand still for seconds.
MOST_PAIRS = 20_000_000


def sight_of(problem: Problem, frame: Frame, initial: np.ndarray, **given: Any) -> Sight:
    """Return the sight of a frame; `given` are further fields of `Sight`."""
    return Sight(
        problem, frame.particles, initial=initial, step=frame.step, time=frame.time, **given
    )


def to_record(problem: Problem, frame: Frame, initial: np.ndarray) -> dict[str, float]:
    """Return the cheap observables of a frame by name, but for those the frame has itself."""
    sight = sight_of(problem, frame, initial)
    small = len(frame.particles) * problem.n <= MOST_PAIRS
    # One thread, so that the bits of a history do not depend on their number.
    with single_threaded_blas(), np.errstate(all="ignore"):
        return {
            entry.name: float(entry.compute(sight))  # type: ignore[arg-type]  # cheap: a number
            for entry in cheap_observables(problem)
            if entry.name not in SCALARS and (small or "samples" not in entry.needs)
        }
