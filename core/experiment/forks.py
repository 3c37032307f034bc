"""Forks: a run with other knobs that takes over the particles of another run."""

from __future__ import annotations

from core.experiment.experiment import Experiment
from core.experiment.setup import Setup
from core.simulation import Simulation

#: Knobs that decide, with the number of input weights, the cloud a run starts from.
CLOUD = ("m", "init", "tau", "kappa", "seed", "precision")


def starts_alike(one: Experiment, other: Experiment) -> bool:
    """Tell whether runs of both start from the same cloud: one can then take over from the other.

    Where they do not, both are compared from step 0, each from a cloud of its own.
    """
    alike = all(getattr(one, name) == getattr(other, name) for name in CLOUD)
    return alike and one.columns == other.columns


def fork(experiment: Experiment, simulation: Simulation, step: int | None = None) -> Setup:
    """Return the run of `experiment` that takes over from `simulation`, which is left alone.

    Parameters
    ----------
    experiment : Experiment
        Its knobs act from there; those of the start (`CLOUD`) no longer matter.
    simulation : Simulation
        Its particles must have as many input weights.
    step : int, optional
        One of `simulation.history.frame_steps`; the present step by default.

    Raises
    ------
    ValueError
        As `Simulation.fork`, or if the run would be too large.
    """
    experiment.check_sizes()
    dataset, problem, test = experiment.problems()
    run = simulation.fork(step, experiment.make_dynamics(), problem, test)
    return Setup(dataset, problem, run)
