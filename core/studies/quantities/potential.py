"""The pair potential of unit neurons: in closed form, and as the training inputs make it."""

from __future__ import annotations

import numpy as np

from core.activations import activation
from core.population import pair_potential
from core.studies.quantities.base import Quantity, Run


def potential(run: Run, angle: float) -> float:
    """Return k(θ) = E[σ(a·x) σ(b·x)], |a| = |b| = 1, over the law of a teacher's inputs."""
    experiment = run.experiment
    angles = np.array([angle])
    return float(
        pair_potential(experiment.activation, angles, experiment.d, experiment.input_law)[0]
    )


def sampled_potential(run: Run, angle: float) -> float:
    """Return the mean of σ(a·x) σ(b·x) over the training inputs, a and b in their first plane."""
    act, inputs = activation(run.experiment.activation), run.setup.dataset.inputs
    other = np.cos(angle) * inputs[:, 0] + np.sin(angle) * inputs[:, 1]
    return float(np.mean(act(inputs[:, 0]) * act(other)))


#: The quantities of this file by name.
POTENTIAL: dict[str, Quantity] = {
    function.__name__: function for function in (potential, sampled_potential)
}
