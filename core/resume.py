"""Resumable: what lets a run be written to a file and taken up again, the base of Simulation."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from core.dynamics import Dynamics
from core.frame import Frame
from core.problem import Problem
from core.recorder import Recorder
from core.saved import Divergence, SavedRun


class Resumable:
    """Saves a run and takes it up. The attributes are those of `Simulation`."""

    step: int
    time: float
    history: Recorder
    divergence: Divergence | None
    experiment: Mapping[str, Any] | None = None
    _given: Problem
    _given_test: Problem | None
    _requested: Dynamics
    _state: Any
    _frame: Frame

    def _begin(self, problem: Problem, test: Problem | None, seed: int) -> None:
        raise NotImplementedError

    def _install(
        self,
        requested: Dynamics,
        settled: Dynamics,
        particles: np.ndarray,
        extra: Mapping[str, np.ndarray] | None = None,
    ) -> None:
        raise NotImplementedError

    def _make_frame(self) -> Frame:
        raise NotImplementedError

    def save(self, path: str | os.PathLike, experiment: Any = None) -> None:
        """Write the run, its history included, to a file that `from_file` takes up.

        Parameters
        ----------
        path : path-like
            Replaced if it is there; at every moment it holds a whole file.
        experiment : Experiment or dict, optional
            What the run was made from; by default that of the file the run came from.

        Raises
        ------
        ValueError
            If the problem or the dynamics is of a kind that files do not know.
        OSError
            If the place cannot be written to.
        """
        if experiment is not None:
            knobs = getattr(experiment, "to_dict", None)
            self.experiment = knobs() if knobs else dict(experiment)
        given = (self._given, self._given_test, self._requested)
        SavedRun.of(self, *given, self._state.extra()).write(path)

    @classmethod
    def from_file(cls, path: str | os.PathLike) -> Self:
        """Return the run of a file; it goes on as if it had never been interrupted.

        On the machine type and with the versions that wrote it, that holds to the last bit.

        Raises
        ------
        FileNotFoundError, OSError
            If there is nothing to read.
        ValueError
            If it is no run file, or truncated, altered or of a newer version: says why.
        """
        return cls.from_saved(SavedRun.read(path))

    @classmethod
    def from_saved(cls, saved: SavedRun) -> Self:
        """Return the run that `saved` describes."""
        run = cls.__new__(cls)
        run._begin(saved.problem, saved.test, saved.seed)
        run.step, run.time, run.history = saved.step, saved.time, saved.history
        run._install(saved.dynamics, saved.settled, saved.particles, saved.state)
        run.divergence, run.experiment = saved.divergence, saved.experiment
        run._frame = run._make_frame()
        return run
