"""What a quantity is called with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.experiment import Experiment, Setup
from core.frame import Frame
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


#: A run and options in, a number out.
Quantity = Callable[..., float]
