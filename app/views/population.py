"""The risk over all inputs along a run, where it has a closed form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.kernels.threads import single_threaded_blas
from core.tangent import TangentProblem

#: Products of one risk, m (m + m0) (d + 10), up to which it is drawn; and records it is drawn at.
MOST_WORK = 20_000_000
MOST_RECORDS = 120
#: A pair of neurons whose closed form is an integral costs as much as so many products.
_OF_INTEGRAL = 400


@dataclass
class PopulationCurve:
    """Population risks of the snapshots of one run, each computed once.

    Attributes
    ----------
    problem : PopulationProblem
    """

    problem: Any
    _known: dict[int, float] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, setup: Any) -> PopulationCurve | None:
        """Return the curve of a run, or None where the risk is unknown, dear or that of training.

        Parameters
        ----------
        setup : core.experiment.Setup
        """
        problem = getattr(setup, "population", None)
        if problem is None or setup.problem.n == 0:
            return None
        m = len(setup.simulation.frame.particles)
        each = problem.d + 10 + _OF_INTEGRAL * (problem.activation == "erf")
        return cls(problem) if m * (m + problem.m0) * each <= MOST_WORK else None

    def points(self, simulation: Any, history: Any, frame: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return step + 1 and the population risk, at most at 120 records and at the present.

        What is known is kept; a linear model, which is no network, has none.
        """
        if not isinstance(simulation.problem, TangentProblem):
            steps, clouds = history.snapshots()
            rows = np.unique(np.linspace(0, len(steps) - 1, MOST_RECORDS).round().astype(int))
            fresh = [(int(steps[i]), clouds[i]) for i in rows if int(steps[i]) not in self._known]
            with single_threaded_blas():
                for step, cloud in [*fresh, (int(frame.step), frame.particles)]:
                    self._known[step] = self.problem.risk(cloud)
        known = np.array(sorted(self._known.items())).reshape(-1, 2)
        return known[:, 0] + 1.0, known[:, 1]
