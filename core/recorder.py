"""Recorder: a bounded history of a run, thinned geometrically in the step count.

What is kept depends on the step counts alone, never on the speed of the machine or on how the run
was cut into chunks.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.frame import SCALARS, Frame

#: Ratio of successive recorded step counts (about 57 a decade); small counts are all recorded.
RATIO = 1.041

#: Most entries of the history of scalars, one float64 for each name: 16 kB a name.
MOST_SCALARS = 2048

_NO_EXTRAS: Mapping[str, float] = {}


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

    def until(self, step: int) -> _Thinned:
        """Return the records up to `step`, to be gone on with from there."""
        past = _Thinned(self.capacity)
        past.ratio, known = self.ratio, bisect_right(self.steps, step)
        past.steps, past.values = self.steps[:known], self.values[:known]
        if known:
            last = past.steps[-1]
            past.next_step = max(last + 1, math.ceil(last * past.ratio))
        return past

    def state(self) -> dict[str, Any]:
        """Return the numbers that decide what is kept from now on."""
        return {"capacity": self.capacity, "ratio": self.ratio, "next_step": self.next_step}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], steps: np.ndarray, values: list) -> _Thinned:
        if len(steps) != len(values) or not (np.diff(steps) > 0).all():
            raise ValueError("the steps of the history do not grow, or have no records")
        kept = cls(int(state["capacity"]))
        kept.ratio, kept.next_step = float(state["ratio"]), int(state["next_step"])
        if (
            len(steps) > kept.capacity
            or not kept.ratio > 1
            or kept.next_step <= max(steps, default=-1)
        ):
            raise ValueError("the history does not fit its thinning")
        kept.steps, kept.values = [int(step) for step in steps], values
        return kept


class Recorder:
    """History of a run: scalars, and snapshots of all particles.

    Parameters
    ----------
    most_bytes : int
        Cap on the memory of the snapshots (default 32 MiB); at least two are kept whatever their
        size: the start and one more. Scalars take at most 16 kB a name besides.
    """

    def __init__(self, most_bytes: int = 32 * 2**20) -> None:
        self.most_bytes = most_bytes
        self._names = list(SCALARS)
        self._scalars = _Thinned(MOST_SCALARS)
        self._snapshots: _Thinned | None = None

    @property
    def next_step(self) -> int:
        """The step count at which the next record is due; a snapshot waits for it, too."""
        return self._scalars.next_step

    @property
    def last_step(self) -> int:
        """The step of the last record, −1 before the first."""
        return self._scalars.steps[-1] if self._scalars.steps else -1

    def record(self, frame: Frame, extras: Mapping[str, float] = _NO_EXTRAS) -> None:
        """Record `frame` if its step is due.

        Parameters
        ----------
        frame : Frame
        extras : mapping of str to float
            More scalars of this step, under names of their own. A name may come and go: records
            without it hold nan.

        Raises
        ------
        ValueError
            If an extra bears the name of a scalar of the frame.
        """
        for name in extras:
            if name in SCALARS:
                raise ValueError(f"extras={name!r} is the name of a scalar of the frame; rename it")
        if self._snapshots is None:
            self._snapshots = _Thinned(self.most_bytes // frame.particles.nbytes)
        if frame.step >= self._scalars.next_step:
            self._scalars.add(frame.step, self._row(frame, extras))
            if frame.step >= self._snapshots.next_step:
                self._snapshots.add(frame.step, frame.particles)

    def _row(self, frame: Frame, extras: Mapping[str, float]) -> np.ndarray:
        """Return the values of all names; a new name gets nan in the records there are."""
        new = [name for name in extras if name not in self._names]
        if new:
            self._names += new
            blank = np.full(len(new), np.nan)
            self._scalars.values = [np.append(row, blank) for row in self._scalars.values]
        known = {name: getattr(frame, name) for name in SCALARS} | dict(extras)
        return np.array([known.get(name, np.nan) for name in self._names], dtype=np.float64)

    @property
    def nbytes(self) -> int:
        """Memory held by the snapshots, in bytes."""
        if self._snapshots is None:
            return 0
        return sum(particles.nbytes for particles in self._snapshots.values)

    def scalars(self) -> dict[str, np.ndarray]:
        """Return one float64 array (k,) for each name, by growing step.

        The names are those in `core.frame.SCALARS`, then those of extras as they first came.
        """
        table = self._table()
        return {name: table[:, i].copy() for i, name in enumerate(self._names)}

    def _table(self) -> np.ndarray:
        return np.array(self._scalars.values).reshape(-1, len(self._names))

    def snapshots(self) -> tuple[np.ndarray, list[np.ndarray]]:
        """Return recorded step counts (k,) and the k read-only particle arrays (m, d+1)."""
        kept = self._snapshots
        return (np.array(kept.steps), list(kept.values)) if kept else (np.zeros(0, int), [])

    @property
    def frame_steps(self) -> list[int]:
        """Steps of the frames that `frame` returns, growing."""
        if self._snapshots is None:
            return []
        known = set(self._scalars.steps)  # those of a snapshot may have been dropped
        return [step for step in self._snapshots.steps if step in known]

    def frame(self, step: int) -> Frame:
        """Return the frame recorded at `step`, as it was.

        Raises
        ------
        ValueError
            If none was; `frame_steps` are the steps there are.
        """
        if step not in self.frame_steps:
            raise ValueError(f"step={step} is not recorded; see history.frame_steps")
        assert self._snapshots is not None
        row = self._scalars.values[self._scalars.steps.index(step)]
        known = dict(zip(self._names, row.tolist(), strict=True))
        particles = self._snapshots.values[self._snapshots.steps.index(step)]
        scalars = {name: known[name] for name in SCALARS} | {"step": int(step)}
        return Frame(**scalars, particles=particles, finite=True)

    def until(self, step: int) -> Recorder:
        """Return the history up to `step`; it goes on on its own. Snapshots are shared."""
        past = Recorder(self.most_bytes)
        past._names = list(self._names)
        past._scalars = self._scalars.until(step)
        past._snapshots = self._snapshots and self._snapshots.until(step)
        return past

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """Return everything the recorder is: settings ready for JSON, and arrays.

        `from_state` takes both back to a recorder that goes on in the same way.
        """
        settings: dict[str, Any] = {
            "most_bytes": self.most_bytes,
            "names": list(self._names),
            "scalars": self._scalars.state(),
            "snapshots": self._snapshots.state() if self._snapshots else None,
        }
        steps = np.array(self._scalars.steps, dtype=np.int64)
        arrays = {"scalar_steps": steps, "scalars": self._table()}
        if self._snapshots:
            arrays["snapshot_steps"] = np.array(self._snapshots.steps, dtype=np.int64)
            arrays["snapshots"] = np.array(self._snapshots.values)
        return settings, arrays

    @classmethod
    def from_state(cls, settings: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Recorder:
        """Return the recorder that `state` described.

        Raises
        ------
        ValueError
            If the parts do not fit one another.
        """
        recorder = cls(int(settings["most_bytes"]))
        recorder._names = [str(name) for name in settings["names"]]
        table = np.array(arrays["scalars"], dtype=np.float64)
        if table.ndim != 2 or table.shape[1] != len(recorder._names):
            raise ValueError("the columns of the history are not those it names")
        recorder._scalars = _Thinned.from_state(
            settings["scalars"], arrays["scalar_steps"], list(table)
        )
        if settings["snapshots"] is not None:
            # One array each, so that a snapshot that is dropped gives its memory back.
            clouds = [cloud.copy() for cloud in arrays["snapshots"]]
            for cloud in clouds:
                cloud.setflags(write=False)
            recorder._snapshots = _Thinned.from_state(
                settings["snapshots"], arrays["snapshot_steps"], clouds
            )
        return recorder
