"""Exchangeable: what lets a run go on with other training data, the base of Simulation."""

from __future__ import annotations

import numpy as np

from core.problem import Problem
from core.recorder import Recorder
from core.resume import Resumable


class Exchangeable(Resumable):
    """Exchanges the data of a run. The attributes are those of `Simulation`."""

    remark: str

    def _record(self) -> None:
        raise NotImplementedError

    def exchange(
        self, inputs: np.ndarray, targets: np.ndarray, test: Problem | None = None
    ) -> None:
        """Go on from the present particles with other training data, from the next step.

        Step, time and history go on, and so do random draws and schedules, which depend on the
        step. What a dynamics finds at its start it finds anew: a stepsize chosen by itself, the
        tangent model, which is then that of the present particles. At step 0 the history begins
        afresh, and the run is that of the new data from the start.

        Parameters
        ----------
        inputs : array_like, shape (n, d)
            d as before; n may be another.
        targets : array_like, shape (n,)
        test : Problem, optional
            Test samples from now on; by default none.

        Raises
        ------
        ValueError
            If the data do not fit network, loss or dynamics, or the run has no samples: says why.
            The run then stays as it was.
        """
        given = self._with_data(inputs, targets, test)
        particles = self._state.particles
        settled, remark = self._requested.settle(given, particles)
        before = self._given, self._given_test
        self._given, self._given_test = given, test
        try:
            self._install(self._requested, settled, particles)
        except ValueError:
            self._given, self._given_test = before
            raise
        self.remark = remark
        if self.step == 0:
            self.history = Recorder(self.history.most_bytes)
            self._record()

    def has_data(self, inputs: np.ndarray, targets: np.ndarray) -> bool:
        """Tell whether the run trains on just these inputs (n, d) and targets (n,)."""
        given = self._given
        return (
            type(given) is Problem
            and np.array_equal(given.inputs, inputs)
            and np.array_equal(given.targets, targets)
        )

    def _with_data(self, inputs: np.ndarray, targets: np.ndarray, test: Problem | None) -> Problem:
        """Return the problem on other data, checked."""
        if type(self._given) is not Problem:
            raise ValueError(
                f"the run is on a {type(self._given).__name__}, whose data cannot be exchanged; "
                "start a new one on a Problem"
            )
        given = self._given.replace(inputs=inputs, targets=targets)
        if given.d != self._given.d:
            raise ValueError(
                f"inputs has {given.d} columns, and the run's particles have {self._given.d} "
                "input weights; give as many, a constant column for a bias counted"
            )
        if test is not None and test.d != given.d:
            raise ValueError(f"test has {test.d} input coordinates; the run has {given.d}")
        return given
