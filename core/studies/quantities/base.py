"""What a quantity is called with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.experiment import Experiment, Setup
from core.frame import Frame
from core.simulation import Simulation


def run_to(experiment: Experiment, step: int) -> Simulation:
    """Return the run of an experiment at a step."""
    simulation = experiment.simulation()
    simulation.advance(step)
    return simulation


@dataclass(frozen=True, eq=False)
class Run:
    """A run at the step at which something is measured.

    `make` makes the runs it is compared with; a study makes those that several ask for once, and
    stops them when it is cancelled.
    """

    experiment: Experiment
    setup: Setup
    make: Callable[[Experiment, int], Simulation] = run_to

    @property
    def simulation(self) -> Simulation:
        """The run itself."""
        return self.setup.simulation

    @property
    def frame(self) -> Frame:
        """Its present frame."""
        return self.simulation.frame

    def twin(self, **knobs: Any) -> Simulation:
        """Return the run that differs in `knobs` only, at the same step."""
        other = Experiment(**{**self.experiment.to_dict(), **knobs})
        return self.make(other, self.simulation.step)


#: A run and options in, a number out.
Quantity = Callable[..., float]
