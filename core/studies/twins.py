"""The runs that others are compared with: each is made once in a study."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import Future

from core.experiment import Experiment
from core.simulation import Simulation


class Twins:
    """Runs by their knobs and step, made by the thread that asks first; the others wait for it.

    Parameters
    ----------
    advance : callable
        Brings a simulation to a step, or raises.
    """

    def __init__(self, advance: Callable[[Simulation, int], None]) -> None:
        self._advance = advance
        self._lock = threading.Lock()
        self._made: dict[str, Future[Simulation]] = {}

    def make(self, experiment: Experiment, step: int) -> Simulation:
        """Return the run of an experiment at a step; nobody may advance it."""
        key = json.dumps([experiment.to_dict(), step], sort_keys=True)
        with self._lock:
            first = key not in self._made
            future = self._made.setdefault(key, Future())
        if first:
            self._fill(future, experiment, step)
        return future.result()

    def _fill(self, future: Future[Simulation], experiment: Experiment, step: int) -> None:
        try:
            simulation = experiment.simulation()
            self._advance(simulation, step)
            future.set_result(simulation)
        except BaseException as error:  # whoever waits for it gets it, too
            future.set_exception(error)
