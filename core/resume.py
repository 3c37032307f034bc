"""Resumable: what lets a run be written to a file and taken up again, the base of Simulation."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Self

from core.frame import Frame
from core.recorder import Recorder
from core.saved import Divergence, SavedRun


class Resumable:
    """Saves a run and takes it up. The attributes are those of `Simulation`.

    A state with more than particles in it (a tangent model, say) has two methods: ``extras()``
    returns its arrays by name, and ``take_extras(arrays)`` takes them back.
    """

    step: int
    time: float
    history: Recorder
    divergence: Divergence | None
    experiment: Mapping[str, Any] | None = None
    _state: Any
    _frame: Frame

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
        extras = getattr(self._state, "extras", dict)
        SavedRun.of(self, extras()).write(path)

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
        build: Any = cls
        run = build(saved.problem, saved.dynamics, saved.particles, saved.seed, saved.test)
        run._take_up(saved)
        return run

    def _take_up(self, saved: SavedRun) -> None:
        """Go to the step, history and divergence of `saved`, whose particles are here already."""
        self.step, self.time, self.history = saved.step, saved.time, saved.history
        self.divergence, self.experiment = saved.divergence, saved.experiment
        if saved.state:
            self._state.take_extras(saved.state)
        # Measuring the start adds 0 to the particles, which makes 0 of −0: that is undone.
        self._state.particles[...] = saved.particles
        self._frame = self._make_frame()
