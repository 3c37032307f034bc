"""The largest margin of a data set, computed once for all sessions that show it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from core import Problem
from core.activations import ACTIVATIONS
from core.experiment import Setup
from core.references import max_margin

#: Up to these sizes the maximum is found exactly within seconds.
MOST_COORDINATES = 3
MOST_SAMPLES = 300

#: Seconds between two looks at whether a search may begin.
_LOOK = 0.2

# One solver at a time: a class that opens the same page waits for one solution, not for forty.
_one_at_a_time = threading.Lock()


def has_ceiling(problem: Problem) -> bool:
    """Tell whether the largest F₁ margin of `problem` can be computed while one waits."""
    homogeneous = ACTIVATIONS[problem.activation].degree == 1
    small = problem.d <= MOST_COORDINATES and 0 < problem.n <= MOST_SAMPLES
    return problem.labels and homogeneous and small


def ceiling(problem: Problem) -> float:
    """Return γ₁/2 times the scale, the largest min_i y_i f(x_i)/β of any cloud of particles.

    β bounds twice the path norm, with equality when neurons are balanced. Blocks; any thread.
    """
    with _one_at_a_time:
        gamma = _largest(
            problem.inputs.tobytes(), problem.targets.tobytes(), problem.d, problem.activation
        )
    return problem.scale * gamma / 2


@lru_cache(maxsize=64)
def _largest(inputs: bytes, targets: bytes, d: int, activation: str) -> float:
    x = np.frombuffer(inputs).reshape(-1, d)
    return max_margin(x, np.frombuffer(targets), activation).lower


class Search:
    """Looks for the largest margin of what runs, beside the run.

    Parameters
    ----------
    found : callable
        Called on the event loop with a setup and its largest margin.
    may : callable
        Tells whether to begin: not while the page is being built, which it would hold up.
    """

    def __init__(
        self, found: Callable[[Setup, float], Any], may: Callable[[], bool] = lambda: True
    ) -> None:
        self._found, self._may = found, may
        self._task: asyncio.Task[None] | None = None  # a task nobody holds may be collected
        self._wanted: Setup | None = None

    def begin(self, setup: Setup, patience: float = 0.0) -> None:
        """Look for that of `setup`, and for no other any more, after so many seconds."""
        self._wanted = setup
        if has_ceiling(setup.problem):
            self._task = asyncio.ensure_future(self._look(setup, patience))

    async def _look(self, setup: Setup, patience: float) -> None:
        await asyncio.sleep(patience)
        while self._wanted is setup and not self._may():
            await asyncio.sleep(_LOOK)
        if self._wanted is setup:
            largest = await asyncio.to_thread(ceiling, setup.problem)
            if self._wanted is setup:
                self._found(setup, largest)

    def end(self) -> None:
        """Look for none any more. Idempotent."""
        self._wanted = None
