"""Resumable: what lets a run be saved, taken up again and forked, the base of Simulation."""

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
    """Saves a run, takes it up and forks it. The attributes are those of `Simulation`."""

    seed: int
    step: int
    time: float
    remark: str
    history: Recorder
    divergence: Divergence | None
    experiment: Mapping[str, Any] | None = None
    _given: Problem
    _given_test: Problem | None
    _requested: Dynamics
    _dynamics: Dynamics
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

    def fork(
        self,
        step: int | None = None,
        dynamics: Dynamics | None = None,
        problem: Problem | None = None,
        test: Problem | None = None,
    ) -> Self:
        """Return a run of its own that stands where this one stands, or stood at a recorded step.

        Without another dynamics or problem it goes on as this run has gone on from there with its
        present settings, to the last bit. Its history is the one up to that step; this run is left
        alone.

        Parameters
        ----------
        step : int, optional
            One of `history.frame_steps`; the present step by default.
        dynamics : Dynamics, optional
            Acts from there; that of this run by default.
        problem : Problem, optional
            Other samples, loss, activation, scale or penalty for the same particles (m, d+1).
        test : Problem, optional
            Test samples that go with `problem`, none by default.

        Raises
        ------
        ValueError
            If the step is not recorded, or the particles or the dynamics do not fit the problem.

        Notes
        -----
        A `TangentFlow` forked at an earlier step is the model made linear there.
        """
        present = step is None or step == self.step
        frame = self._frame if present else self.history.frame(int(step or 0))
        same = problem is None and (dynamics is None or dynamics == self._requested)
        given, given_test = (self._given, self._given_test) if problem is None else (problem, test)
        run = type(self).__new__(type(self))
        run._begin(given, given_test, self.seed)
        run.step, run.time, run.history = frame.step, frame.time, self.history.until(frame.step)
        run._stand(self, frame.particles, dynamics or self._requested, same, present)
        return run

    def _stand(
        self, origin: Self, particles: np.ndarray, wanted: Dynamics, same: bool, present: bool
    ) -> None:
        """Take up particles of `origin`; what it has chosen or knows besides, if that still holds.

        `same` tells that nothing has been exchanged, `present` that these are its particles now.
        """
        particles = self._given.check_particles(particles)
        if self._given_test is not None and self._given_test.d != self._given.d:
            raise ValueError(
                f"test has {self._given_test.d} input coordinates; problem has {self._given.d}"
            )
        settled, remark = (
            (origin._dynamics, origin.remark) if same else wanted.settle(self._given, particles)
        )
        known = origin._state.extra() if same and present else None
        self._install(wanted, settled, particles, known)
        self.remark = remark
        self.experiment = origin.experiment if same else None
