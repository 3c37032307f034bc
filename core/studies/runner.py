"""Carry a study out: run by run on the cores there are, with progress and cancel."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter

import numba
import numpy as np

from core.chunks import in_chunks
from core.experiment import Experiment
from core.simulation import Simulation
from core.studies.quantities import QUANTITIES, Run
from core.studies.store import Store
from core.studies.study import Cell, Study
from core.studies.twins import Twins


@dataclass
class Progress:
    """How far a study is; changes while it runs.

    Attributes
    ----------
    values : dict
        Value by (arm, x, seed), as they come.
    seconds : float
        Of computing, summed over all runs, those that were kept on disk with the time they took.
    done, total : int
        Steps taken, and to take, of the runs that are not kept.
    kept : int
        Cells whose values were on disk.
    """

    values: dict[tuple[str, float, int], float] = field(default_factory=dict)
    seconds: float = 0.0
    done: int = 0
    total: int = 0
    kept: int = 0

    @property
    def share(self) -> float:
        """Share of the steps that have been taken, 1 at the end."""
        return self.done / self.total if self.total else 1.0


class CancelledError(Exception):
    """The study was told to stop; what it has measured is kept."""


def carry_out(
    study: Study,
    store: Store | None = None,
    on_change: Callable[[Progress], None] = lambda progress: None,
    cancel: threading.Event | None = None,
    workers: int | None = None,
) -> Progress:
    """Measure every cell of a study.

    Parameters
    ----------
    study : Study
    store : Store, optional
        Where values are kept and looked up; by default nowhere.
    on_change : callable
        Called with the progress, from whatever thread, one call at a time.
    cancel : Event, optional
        Set it from any thread, and the study stops within a fraction of a second.
    workers : int, optional
        Runs at a time; by default the cores there are.

    Raises
    ------
    CancelledError
        If it was told to stop.
    ValueError
        Naming the knob, quantity or option that is wrong.
    """
    work = _Work(store, on_change, cancel or threading.Event())
    runs = work.plan(study.cells())
    with ThreadPoolExecutor(workers or numba.get_num_threads(), "study") as pool:
        futures = [pool.submit(work.run, cells) for cells in runs]
        try:
            for future in futures:
                future.result()
        except BaseException:
            work.cancel.set()  # the others need not go on
            raise
    return work.progress


class _Work:
    def __init__(self, store: Store | None, on_change: Callable, cancel: threading.Event) -> None:
        self._store, self._on_change, self.cancel = store, on_change, cancel
        self.progress = Progress()
        self._lock = threading.Lock()
        self._twins = Twins(self._advance_twin)

    def plan(self, cells: Iterable[Cell]) -> list[list[Cell]]:
        """Take what is kept; return the other cells, those of one run together, by their steps."""
        runs: dict[str, list[Cell]] = {}
        for cell in cells:
            found = self._store.get(cell) if self._store else None
            if found is None:
                runs.setdefault(json.dumps(cell.run, sort_keys=True), []).append(cell)
            else:
                self.progress.kept += 1
                self._measured(cell, *found)
        ordered = [sorted(cells, key=lambda cell: cell.steps) for cells in runs.values()]
        self.progress.total = sum(cells[-1].steps for cells in ordered)
        self._on_change(self.progress)
        return ordered

    def run(self, cells: list[Cell]) -> None:
        """Make one run and measure all that is wanted of it."""
        self._check()
        begun = perf_counter()
        experiment = Experiment(**cells[0].run)
        run = Run(experiment, experiment.setup(), self._twins.make)
        for cell in cells:
            self._advance(run, cell.steps)
            value = _measure(cell, run)
            seconds, begun = perf_counter() - begun, perf_counter()
            if self._store:
                self._store.put(cell, value, seconds)
            with self._lock:
                self._measured(cell, value, seconds)
                self._on_change(self.progress)

    def _measured(self, cell: Cell, value: float, seconds: float) -> None:
        self.progress.values[cell.arm, cell.x, cell.seed] = value
        self.progress.seconds += seconds

    def _advance(self, run: Run, end: int) -> None:
        for taken in in_chunks(run.simulation, end):
            self._advanced(taken)
        self._advanced(end - run.simulation.step)  # what a run that diverged does not take

    def _advance_twin(self, simulation: Simulation, end: int) -> None:
        """Its steps are not counted: how many twins there are is known only once all are made."""
        for _ in in_chunks(simulation, end):
            self._check()

    def _check(self) -> None:
        if self.cancel.is_set():
            raise CancelledError

    def _advanced(self, steps: int) -> None:
        self._check()
        with self._lock:
            self.progress.done += steps
            self._on_change(self.progress)


def _measure(cell: Cell, run: Run) -> float:
    if run.simulation.divergence is not None:
        return float("nan")
    with np.errstate(all="ignore"):
        return float(QUANTITIES[cell.quantity](run, **cell.options))
