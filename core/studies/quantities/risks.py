"""Risks against those of other networks, and errors."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.studies.quantities.base import Quantity, Run


def risk_over_start(run: Run) -> float:
    """Return risk / risk at step 0."""
    return run.frame.risk / float(run.simulation.history.scalars()["risk"][0])


def objective_over_start(run: Run) -> float:
    """Return objective / objective at step 0."""
    return run.frame.objective / float(run.simulation.history.scalars()["objective"][0])


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


#: The quantities of this file by name.
RISKS: dict[str, Quantity] = {
    function.__name__: function
    for function in (
        risk_over_start,
        objective_over_start,
        risk_over_null,
        test_over_null,
        test_error,
    )
}
