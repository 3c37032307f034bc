"""What every page needs, made once before the first: kept for all sessions of the process."""

from __future__ import annotations

from app import ceiling
from app.ahead import ahead
from app.layout import default_figures
from app.views import VIEWS
from core.experiment import Experiment
from core.scenes import scenes


def prepare() -> None:
    """Read the scenes, render the figures, run the default experiment and solve for its margin.

    Blocks until its kernels are compiled; what comes first needs none.
    """
    scenes()  # read and checked once
    ahead.wait()
    setup = Experiment().setup()
    setup.simulation.advance(1)
    for name in default_figures():
        VIEWS[name]().build(setup)
    if ceiling.has_ceiling(setup.problem):
        ceiling.ceiling(setup.problem)
