"""Distances to a run that differs in one knob: of many particles, or linear in them."""

from __future__ import annotations

import math

import numpy as np

from core.simulation import Simulation
from core.studies.quantities.base import Quantity, Run


def distance_to_wide(run: Run, m: int, seed: int = 0) -> float:
    """Return ‖f − f'‖ in L²(training inputs), f' the run with m particles of another seed."""
    return _distance(run, run.twin(m=m, seed=seed))


def distance_to_tangent(run: Run) -> float:
    """Return ‖f − f̄‖ in L²(training inputs), f̄ the run of the tangent model from the same start."""
    return _distance(run, run.twin(dynamics="tangent"))


def _distance(run: Run, other: Simulation) -> float:
    inputs = run.setup.dataset.inputs
    one, two = (
        each.problem.predict(each.frame.particles, inputs) for each in (run.simulation, other)
    )
    return math.sqrt(np.mean((one - two) ** 2))


#: The quantities of this file by name.
TWINS: dict[str, Quantity] = {
    function.__name__: function for function in (distance_to_wide, distance_to_tangent)
}
