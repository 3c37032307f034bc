"""What a study measures of a run at one step: one entry each.

A quantity is a frame's scalar, an observable, or one of the functions below. Adding one is one
function and its entry in `QUANTITIES`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from core.experiment import Experiment, Setup
from core.frame import SCALARS, Frame
from core.observables import OBSERVABLES
from core.simulation import Simulation


@dataclass(frozen=True, eq=False)
class Run:
    """A run at the step at which something is measured."""

    experiment: Experiment
    setup: Setup

    @property
    def simulation(self) -> Simulation:
        """The run itself."""
        return self.setup.simulation

    @property
    def frame(self) -> Frame:
        """Its present frame."""
        return self.simulation.frame


Quantity = Callable[..., float]


def _scalar(name: str, run: Run) -> float:
    return float(getattr(run.frame, name))


def _observed(name: str, run: Run, **given: Any) -> float:
    result = run.simulation.observe(name, **given)
    return result if isinstance(result, float) else float(result.main)


def risk_over_start(run: Run) -> float:
    """Return risk / risk at step 0."""
    return run.frame.risk / float(run.simulation.history.scalars()["risk"][0])


def risk_over_null(run: Run) -> float:
    """Return risk / risk of the network without mass."""
    return run.frame.risk / _null(run.setup.problem)


def test_over_null(run: Run) -> float:
    """Return test risk / test risk of the network without mass."""
    return run.frame.test_risk / _null(run.simulation.test)


def test_error(run: Run) -> float:
    """Return the share of test samples on the wrong side; f(x) = 0 counts as wrong."""
    test = run.simulation.test
    if test is None:
        raise ValueError("test_error needs test samples: n_test > 0")
    return float(np.mean(test.targets * test.predict(run.frame.particles) <= 0))


def _null(problem: Any) -> float:
    if problem is None:
        raise ValueError("there are no test samples: set n_test > 0")
    return float(problem.risk(np.zeros((1, problem.d + 1))))


#: Every quantity by name; called with a `Run` and the options.
QUANTITIES: dict[str, Quantity] = {
    **{name: partial(_observed, name) for name in OBSERVABLES},
    **{name: partial(_scalar, name) for name in SCALARS},
    "risk_over_start": risk_over_start,
    "risk_over_null": risk_over_null,
    "test_over_null": test_over_null,
    "test_error": test_error,
}
