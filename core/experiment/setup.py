"""Setup: everything a run consists of."""

from __future__ import annotations

from dataclasses import dataclass

from core.datasets import Dataset
from core.population import PopulationProblem
from core.problem import Problem
from core.simulation import Simulation


@dataclass(frozen=True)
class Setup:
    """A drawn experiment: its data, problem and run.

    `population` is the problem over all inputs, where its risk has a closed form.
    """

    dataset: Dataset
    problem: Problem
    simulation: Simulation
    population: PopulationProblem | None = None

    def with_data(self, dataset: Dataset) -> Setup:
        """Return the same run, which has gone over to other data."""
        problem = self.problem.replace(inputs=dataset.inputs, targets=dataset.targets)
        return Setup(dataset, problem, self.simulation)
