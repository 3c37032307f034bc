"""Recorder: a bounded history of a run, thinned geometrically in the step count.

What is kept depends on the step counts alone, never on the speed of the machine or on how the run
was cut into chunks.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from core.frame import SCALARS, Frame

#: Ratio of successive recorded step counts (about 57 a decade); small counts are all recorded.
RATIO = 1.041

#: Most entries of the history of scalars: ten float64 each, 160 kB in all.
MOST_SCALARS = 2048


class _Thinned:
    """Records at geometrically growing steps, at most `capacity` of them.

    When full, every second record is dropped and the ratio is squared, so the memory of a run of
    any length stays under the cap. The first record is always kept.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = max(2, capacity)
        self.ratio = RATIO
        self.next_step = 0
        self.steps: list[int] = []
        self.values: list[Any] = []

    def add(self, step: int, value: Any) -> None:
        if len(self.steps) == self.capacity:
            del self.steps[1::2], self.values[1::2]
            self.ratio *= self.ratio
        self.steps.append(step)
        self.values.append(value)
        self.next_step = max(step + 1, math.ceil(step * self.ratio))


class Recorder:
    """History of a run: scalars, and snapshots of all particles.

    Parameters
    ----------
    most_bytes : int
        Cap on the memory of the snapshots (default 32 MiB); at least two are kept whatever their
        size: the start and one more. Scalars take at most 160 kB besides.
    """

    def __init__(self, most_bytes: int = 32 * 2**20) -> None:
        self.most_bytes = most_bytes
        self._scalars = _Thinned(MOST_SCALARS)
        self._snapshots: _Thinned | None = None

    @property
    def next_step(self) -> int:
        """The step count at which the next record is due."""
        if self._snapshots is None:
            return 0
        return min(self._scalars.next_step, self._snapshots.next_step)

    def record(self, frame: Frame) -> None:
        """Record `frame` if its step is due."""
        if self._snapshots is None:
            self._snapshots = _Thinned(self.most_bytes // frame.particles.nbytes)
        if frame.step >= self._scalars.next_step:
            row = np.array([getattr(frame, name) for name in SCALARS], dtype=np.float64)
            self._scalars.add(frame.step, row)
        if frame.step >= self._snapshots.next_step:
            self._snapshots.add(frame.step, frame.particles)

    @property
    def nbytes(self) -> int:
        """Memory held by the snapshots, in bytes."""
        if self._snapshots is None:
            return 0
        return sum(particles.nbytes for particles in self._snapshots.values)

    def scalars(self) -> dict[str, np.ndarray]:
        """Return one float64 array (k,) for each name in `core.frame.SCALARS`, by growing step."""
        table = np.array(self._scalars.values).reshape(-1, len(SCALARS))
        return {name: table[:, i].copy() for i, name in enumerate(SCALARS)}

    def snapshots(self) -> tuple[np.ndarray, list[np.ndarray]]:
        """Return recorded step counts (k,) and the k read-only particle arrays (m, d+1)."""
        kept = self._snapshots
        return (np.array(kept.steps), list(kept.values)) if kept else (np.zeros(0, int), [])
