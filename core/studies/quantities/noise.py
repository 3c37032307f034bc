"""Runs that are shaken: how far noise keeps them from those without."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from core.experiment import Experiment
from core.studies.quantities.base import Quantity, Run

# Runs of one study share what they are compared with: the first makes it, the others wait.
_one_at_a_time = threading.Lock()


def second_moment(run: Run, along: Sequence[float]) -> float:
    """Return the mean over particles of (u·w)², u the unit vector `along` (d+1 numbers)."""
    particles, direction = run.frame.particles.astype(float), np.asarray(along, dtype=float)
    if direction.shape != (particles.shape[1],):
        raise ValueError(f"along={along!r} must hold {particles.shape[1]} numbers")
    return float(np.mean((particles @ direction) ** 2) / (direction @ direction))


def distance_to_limit(run: Run, m: int = 100_000, stepsize: float = 0.02) -> float:
    """Return the mean over the training samples of (f − g)², g the network of gradient descent with
    another cloud of `m` particles of the same law, at the same time, by steps of `stepsize`."""
    knobs = run.experiment.to_dict() | {
        "dynamics": "gradient", "schedule": "constant", "stepsize": stepsize, "m": m,
        "seed": 2**30, "n_test": 0, "steps": 0,
    }  # fmt: skip
    with _one_at_a_time:
        limit = _predictions(json.dumps(knobs), round(run.frame.time / stepsize))
    return float(np.mean((run.setup.problem.predict(run.frame.particles) - limit) ** 2))


@lru_cache(maxsize=16)
def _predictions(knobs: str, steps: int) -> np.ndarray:
    run = _run(json.loads(knobs))
    return run.problem.predict(run.advance(steps).particles)


def distance_to_masking(run: Run, masking: str = "dropout") -> float:
    """Return the root mean square over particles of |w_j − w'_j|, w' a run with another `masking`
    whose masks, where it has them, are those of this one."""
    other = _run(run.experiment.to_dict() | {"masking": masking}).advance(run.simulation.step)
    apart = run.frame.particles.astype(float) - other.particles
    return math.sqrt(float(np.mean((apart**2).sum(axis=1))))


def _run(knobs: Mapping[str, Any]) -> Any:
    return Experiment(**knobs).simulation()


#: The quantities of this file by name.
NOISE: dict[str, Quantity] = {
    function.__name__: function
    for function in (second_moment, distance_to_limit, distance_to_masking)
}
