"""Simulation: one run, advanced in compiled code, with its history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.dynamics import Dynamics, FirstOrderDynamics
from core.exchange import Exchangeable
from core.frame import Frame
from core.observables import observe
from core.problem import Problem
from core.recorder import Recorder
from core.saved import Divergence
from core.validation import integer
from core.watch import sight_of, to_record

#: Most steps of one call into compiled code (its stepsizes are an array of this length).
_MOST_STEPS = 16384


class Simulation(Exchangeable):
    """A run of `dynamics` on `problem` from `particles`.

    Parameters
    ----------
    problem : Problem
    dynamics : Dynamics
        May be exchanged for another while the run goes on.
    particles : array_like, shape (m, d+1)
        The start; float32 or float64 decides the precision of the run.
    seed : int
        Of whatever is random in the dynamics, in [0, 2⁶³ − 1].
    test : Problem, optional
        Test samples with the loss that `test_risk` reports.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.
    """

    def __init__(
        self,
        problem: Problem,
        dynamics: Dynamics,
        particles: np.ndarray,
        seed: int = 0,
        test: Problem | None = None,
    ) -> None:
        particles = problem.check_particles(particles)
        if test is not None and test.d != problem.d:
            raise ValueError(f"test has {test.d} input coordinates; problem has {problem.d}")
        self._begin(problem, test, seed)
        settled, self.remark = dynamics.settle(problem, particles)
        self._install(dynamics, settled, particles)
        self._record()

    def _begin(self, problem: Problem, test: Problem | None, seed: int) -> None:
        self.seed = integer("seed", seed, 0, 2**63 - 1)
        self.step = 0
        self.time = 0.0
        self.remark = ""
        self.history = Recorder()
        self._given, self._given_test = problem, test

    def _install(
        self,
        requested: Dynamics,
        settled: Dynamics,
        particles: np.ndarray,
        extra: Mapping[str, np.ndarray] | None = None,
    ) -> None:
        """Take up a dynamics from `particles` at the present step; `extra` as in `init`."""
        anchor = (extra or {}).get("anchor", particles)
        problem = settled.model(self._given, anchor)
        self._state = settled.init(problem, particles, self.seed, extra)
        self._requested, self._dynamics, self._problem = requested, settled, problem
        test = self._given_test
        self._test = None if test is None else settled.model(test, anchor)
        self._resume()

    @property
    def problem(self) -> Problem:
        """The problem as the dynamics sees it (that of the tangent model, say), with the present
        weight decay: its `predict` is the predictor of the run."""
        return self._problem

    @property
    def test(self) -> Problem | None:
        """The test samples, if there are any."""
        return self._test

    @property
    def frame(self) -> Frame:
        """The frame of the current step."""
        return self._frame

    @property
    def dynamics(self) -> Dynamics:
        """The dynamics. Assign another, of any kind, and the run goes on with it from here.

        Its settings are those in use: with schedule="auto" the stepsize is the one chosen, and
        `remark` says why.
        """
        return self._dynamics

    @dynamics.setter
    def dynamics(self, dynamics: Dynamics) -> None:
        if not isinstance(dynamics, FirstOrderDynamics):
            raise ValueError(f"dynamics={dynamics!r} is no dynamics; see core.dynamics.DYNAMICS")
        if dynamics == self._requested:
            return
        if dynamics.goes_on_from(self._dynamics):
            self._requested = self._dynamics = dynamics
            self._resume()
            return
        settled, remark = dynamics.settle(self._given, self._state.particles)
        self._install(dynamics, settled, self._state.particles)
        self.remark = remark

    @property
    def requested(self) -> Dynamics:
        """The dynamics as it was asked for: with schedule="auto" its stepsize is the one given."""
        return self._requested

    @property
    def weight_decay(self) -> float:
        """λ of the objective; assign to change it from the next step."""
        return self._problem.weight_decay

    @weight_decay.setter
    def weight_decay(self, value: float) -> None:
        self._given = self._given.replace(weight_decay=value)
        self._problem = self._problem.replace(weight_decay=value)
        self._resume()

    def _resume(self) -> None:
        """Forget a divergence: with other settings the next step may be finite."""
        self.divergence: Divergence | None = None
        self._frame = self._make_frame()

    def advance(self, steps: int = 1) -> Frame:
        """Run `steps` steps in compiled code and return the frame after them.

        A step that would not be finite stops the run at the last finite one: `divergence` tells
        why, the frame's `finite` is False, and further calls return the same frame.

        Parameters
        ----------
        steps : int
            In [0, 10¹²].
        """
        end = self.step + integer("steps", steps, 0, 10**12)
        while self.step < end and self.divergence is None:
            due = self.history.next_step
            self._advance_segment(min(end, max(due, self.step + 1), self.step + _MOST_STEPS))
            if self.step >= due:
                self._frame = self._make_frame()
                self._record()
        if self._frame.step != self.step or self._frame.finite != (self.divergence is None):
            self._frame = self._make_frame()
        return self._frame

    def _record(self) -> None:
        frame, last = self._frame, self.history.last_step
        self.history.record(frame, to_record(self._problem, frame, self.initial, last))

    @property
    def initial(self) -> np.ndarray:
        """The particles at step 0, read-only."""
        _, snapshots = self.history.snapshots()
        return snapshots[0] if snapshots else self._frame.particles

    def observe(self, name: str, **given: Any) -> Any:
        """Return an observable of the present state.

        Parameters
        ----------
        name : str
            A key of `core.observables.OBSERVABLES`.
        **given
            What it needs besides, fields of `core.observables.Sight`: ``ceiling``, ``reference``.

        Returns
        -------
        float, or a result with a `main` number

        Raises
        ------
        ValueError
            If there is none of that name, or it needs what the problem or `given` has not.
        """
        stepsizes = self._dynamics.stepsizes(self.step, 1)
        known: dict[str, Any] = {
            "stepsize": float(stepsizes[0]) or None,
            "force": self._dynamics.force(self._problem),
            "history": self.history.scalars(),
        }
        return observe(name, sight_of(self._problem, self._frame, self.initial, **known | given))

    def _advance_segment(self, end: int) -> None:
        """Step to `end`, or to the last finite step before it."""
        count = end - self.step
        self._state.backup()
        taken = self._take(count)
        if len(taken) < count:
            # The steps before the bad one are taken again: the same code gives the same bits.
            self._state.rollback()
            taken = self._take(len(taken))
            self.divergence = self._explain(self.step + len(taken) + 1)
        # cumsum adds one by one, so that the time does not depend on how the run is cut.
        self.time = float(np.cumsum(np.concatenate(([self.time], taken)))[-1])
        self.step += len(taken)

    def _take(self, count: int) -> np.ndarray:
        """Take `count` steps; return the stepsizes of those that ended finite."""
        return self._dynamics.advance(self._state, self._problem, self.step, count, self.seed)

    def _explain(self, step: int) -> Divergence:
        decay = self.weight_decay
        parts = [f"the stepsize (now {self._dynamics.stepsize:g})"]
        if decay * self._dynamics.stepsize > 1:
            parts.append(f"the weight decay (now {decay:g})")
        return Divergence(
            step,
            f"The run diverged: step {step} would give a risk or a particle that is not finite. "
            f"It has stopped at step {step - 1}, its last finite one. "
            f"Lower {' or '.join(parts)} and go on, or start again from a smaller cloud.",
        )

    def _make_frame(self) -> Frame:
        state, problem = self._state, self._problem
        particles = state.particles.copy()
        particles.setflags(write=False)
        scores = problem.scores(state)
        return Frame(
            step=self.step,
            time=self.time,
            particles=particles,
            risk=scores.risk,
            test_risk=float("nan") if self._test is None else self._test.risk(particles),
            objective=problem.objective_of(scores.risk, particles),
            margin=scores.margin,
            total_mass=state.total_mass,
            accuracy=scores.accuracy,
            finite=self.divergence is None,
        )
