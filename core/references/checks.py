"""Checks and reductions that several references share."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from core.activations import ACTIVATIONS, Activation
from core.references.arrangement import Slopes
from core.validation import array, choose, integer, number

#: Called after every round as progress(round, lower, upper); what it raises ends the work.
Progress = Callable[[int, float, float], object]


def data(
    inputs: np.ndarray, targets: np.ndarray, most: int, *, labels: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs (n, D) and targets (n,) as float64; n at most `most`, targets ±1 if labels."""
    inputs = array("inputs", inputs, 2).astype(np.float64)
    targets = array("targets", targets, 1).astype(np.float64)
    if len(inputs) > most:
        raise ValueError(f"inputs has {len(inputs)} rows; at most {most} are allowed")
    if targets.shape != (len(inputs),):
        raise ValueError(f"targets has shape {targets.shape}; it must be ({len(inputs)},)")
    if labels and not (np.abs(targets) == 1).all():
        wrong = targets[np.abs(targets) != 1][0]
        raise ValueError(f"targets holds {wrong:g}; all must be +1 or -1")
    return inputs, targets


def slopes_of(name: str) -> tuple[Activation, Slopes]:
    """Return the activation and its slopes on both sides, if it is homogeneous of degree 1."""
    act = choose("activation", name, ACTIVATIONS)
    if act.degree != 1:
        raise ValueError(f"activation={name!r} is not allowed; it must be homogeneous of degree 1")
    positive, negative = act(np.array([1.0, -1.0]))
    return act, (float(positive), -float(negative))


def reduced(inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return points (n, r), frame (r, D), scale: inputs = scale points @ frame, max |point| = 1.

    Directions outside the span of the inputs are of no use, so r is the rank.
    """
    _, singular, frame = np.linalg.svd(inputs, full_matrices=False)
    rank = int((singular > 1e-13 * singular[0]).sum())
    points = inputs @ frame[:rank].T
    scale = float(np.linalg.norm(points, axis=1).max(initial=0.0))
    return points / (scale or 1.0), frame[:rank], scale


@dataclass
class Budget:
    """How long a computation may go on, and whom it tells about its rounds.

    Parameters
    ----------
    rounds : int
        In [1, 10⁶].
    seconds : float
        Wall time, > 0, possibly inf. With a finite one the result depends on the machine's speed.
    progress : callable, optional
    unit : float
        Factor on the bounds that are told.
    """

    rounds: int
    seconds: float = math.inf
    progress: Progress | None = None
    unit: float = 1.0
    _start: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.rounds = integer("rounds", self.rounds, 1, 10**6)
        if self.seconds != math.inf:
            self.seconds = number("seconds", self.seconds, 0, 1e9, open_low=True)

    def spent(self, done: int, lower: float, upper: float) -> bool:
        """Tell of round number `done`; return whether it must be the last."""
        if self.progress is not None:
            self.progress(done, self.unit * lower, self.unit * upper)
        return done >= self.rounds or time.monotonic() - self._start >= self.seconds
