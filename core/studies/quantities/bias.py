"""What training chooses among all that fits: margins against the largest, boundaries, sparsity."""

from __future__ import annotations

import math
import threading
from functools import lru_cache

import numpy as np

from core.observables.base import Sight
from core.observables.directions import Directions, directions
from core.problem import Problem
from core.references import LimitKernel, ParticleKernel, kernel_margin, linear_margin, max_margin
from core.simulation import Simulation
from core.studies.quantities.base import Quantity, Run

#: Places along a side of a square of inputs.
_SIDE = 61

# Runs of one study share their data: the first asks, the others wait for what it finds.
_one_at_a_time = threading.Lock()


@lru_cache(maxsize=64)
def _largest_margin(inputs: bytes, targets: bytes, d: int, activation: str) -> float:
    x = np.frombuffer(inputs).reshape(-1, d)
    return max_margin(x, np.frombuffer(targets), activation).upper


def share_of_largest_margin(run: Run) -> float:
    """Return min y f / β over γ₁/2, the largest there is: at most 1."""
    problem = run.setup.problem
    with _one_at_a_time:
        largest = _largest_margin(
            problem.inputs.tobytes(), problem.targets.tobytes(), problem.d, problem.activation
        )
    return float(run.simulation.observe("margin_ratio", ceiling=largest))


def share_of_kernel_margin(run: Run) -> float:
    """Return min y f / (α ‖c‖_{L²}) over γ₂, the margin of the support vector machine whose kernel
    is that of the hidden neurons at the start: at most 1 where only the output layer learns."""
    problem, start = run.setup.problem, run.simulation.initial
    kernel = ParticleKernel(start, problem.activation, "output")
    largest = kernel_margin(kernel, problem.inputs, problem.targets).upper
    return float(run.simulation.observe("output_margin")) / (problem.scale * largest)


def angle_to_max_margin(run: Run) -> float:
    """Return the angle in degrees between Σ c a and the normal of the linear support vector
    machine; the activation is the identity."""
    problem, particles = run.setup.problem, run.frame.particles.astype(float)
    if problem.activation != "identity":
        raise ValueError(f"angle_to_max_margin needs the identity, not {problem.activation!r}")
    normal = particles[:, -1] @ particles[:, :-1]
    best = linear_margin(problem.inputs, problem.targets).direction
    return math.degrees(math.acos(min(1.0, float(best @ normal) / float(np.linalg.norm(normal)))))


def kernel_test_error(run: Run, law: str = "gaussian", part: str = "output") -> float:
    """Return the test error of the support vector machine that an infinitely wide network of the
    start's law tends to, when only its `part` learns; the run itself does not matter."""
    problem, test = run.setup.problem, _tested(run)
    kernel = LimitKernel(problem.activation, part, law)
    machine = kernel_margin(kernel, problem.inputs, problem.targets)
    return float(np.mean(test.targets * machine.predict(test.inputs) <= 0))


def tangent_agreement(run: Run, half: float = 0.6) -> float:
    """Return the share of the square [−half, half]² of two inputs in which the run and its tangent
    model, from the same start after as many steps of the same size, take one side."""
    knobs = run.experiment.to_dict() | {"dynamics": "tangent", "n_test": 0}
    twin = run.experiment.from_dict(knobs).simulation()
    twin.advance(run.simulation.step)
    ours, tangents = (_slice(simulation, run, half) for simulation in (run.simulation, twin))
    return float(np.mean(ours * tangents > 0))


def _slice(simulation: Simulation, run: Run, half: float) -> np.ndarray:
    x, bias = np.linspace(-half, half, _SIDE), run.experiment.bias
    return simulation.problem.predict_slice(simulation.frame.particles, x, x, bias)


def left_peak(run: Run) -> float:
    """Return the maximum over [−1, 0] of the predictor of one input, with bias."""
    x = np.linspace(-1.0, 0.0, 2001)
    return float(run.setup.problem.predict(run.frame.particles, np.column_stack((x**0, x))).max())


def neuron_directions(run: Run) -> float:
    """Return the number of distinct directions of neurons that hold more than 0.001 of the path
    norm: of a with the sign of c, whatever the ratio of |a| and |c|."""
    return float(_by_path(run).count)


def top_share(run: Run, count: int = 10) -> float:
    """Return the share of the path norm in the `count` heaviest distinct directions of neurons."""
    return float(_by_path(run).share[:count].sum())


def _by_path(run: Run) -> Directions:
    """Cluster the balanced neurons, |a| = |c|, of the same functions: their mass is 2|c||a|/m."""
    particles = run.frame.particles.astype(float)
    a, c = particles[:, :-1], particles[:, -1:]
    sizes = np.linalg.norm(a, axis=1, keepdims=True)
    root = np.sqrt(np.abs(c) * sizes)
    units = np.divide(a, sizes, np.zeros_like(a), where=sizes > 0)
    return directions(Sight(run.setup.problem, np.hstack((root * units, root * np.sign(c)))))


def certificate_ratio(run: Run) -> float:
    """Return max |G| over the sphere over its level 2λα: 1 at a global minimum."""
    found = run.simulation.observe("certificate")
    return found.main / found.level


def _tested(run: Run) -> Problem:
    if run.simulation.test is None:
        raise ValueError("there are no test samples: set n_test > 0")
    return run.simulation.test


#: The quantities of this file by name.
BIAS: dict[str, Quantity] = {
    function.__name__: function
    for function in (
        share_of_largest_margin,
        share_of_kernel_margin,
        angle_to_max_margin,
        kernel_test_error,
        tangent_agreement,
        left_peak,
        neuron_directions,
        top_share,
        certificate_ratio,
    )
}
