"""The largest margin of a data set, computed once for all sessions that show it."""

from __future__ import annotations

import threading
from functools import lru_cache

import numpy as np

from core import Problem
from core.activations import ACTIVATIONS
from core.references import max_margin

#: Up to these sizes the maximum is found exactly within seconds.
MOST_COORDINATES = 3
MOST_SAMPLES = 300

# One solver at a time: a class that opens the same page waits for one solution, not for forty.
_one_at_a_time = threading.Lock()


def has_ceiling(problem: Problem) -> bool:
    """Tell whether the largest F₁ margin of `problem` can be computed while one waits."""
    homogeneous = ACTIVATIONS[problem.activation].degree == 1
    small = problem.d <= MOST_COORDINATES and 0 < problem.n <= MOST_SAMPLES
    return problem.labels and homogeneous and small


def ceiling(problem: Problem) -> float:
    """Return γ₁/2 times the scale, the largest min_i y_i f(x_i)/β of any cloud of particles.

    β bounds twice the path norm, with equality when neurons are balanced. Blocks; any thread.
    """
    with _one_at_a_time:
        gamma = _largest(
            problem.inputs.tobytes(), problem.targets.tobytes(), problem.d, problem.activation
        )
    return problem.scale * gamma / 2


@lru_cache(maxsize=64)
def _largest(inputs: bytes, targets: bytes, d: int, activation: str) -> float:
    x = np.frombuffer(inputs).reshape(-1, d)
    return max_margin(x, np.frombuffer(targets), activation).lower
