"""The past of a few particles as broken lines, one line a sign."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from app.views.placing import Place
from app.views.plot import Columns
from app.views.solid import broken

MOST_PARTICLES = 300
MOST_SNAPSHOTS = 40
#: Trails are sent again once their last step count has grown by this factor.
REBUILD = 1.12
#: Ratio of successive steps that `Followed` keeps.
RATIO = 1.04


@dataclass
class Trails:
    """Trails of one run, rebuilt when the history has grown enough; tips join them to the present.

    Attributes
    ----------
    rows : ndarray of int
        The particles followed, at most 300.
    place : Place
        From particles (..., p, D+1) to what is drawn (..., p, dims).
    """

    rows: np.ndarray
    place: Place
    _until: int = field(default=-1, repr=False)
    _last: np.ndarray | None = field(default=None, repr=False)

    def move(self, place: Place) -> None:
        """Draw at other places from now on."""
        self.place, self._until, self._last = place, -1, None

    def hide(self) -> dict[str, Columns]:
        """Return the columns of all layers without trails."""
        self._until, self._last = -1, None
        nothing = np.zeros((0, 1, self.place.coordinates.drawn))
        return {f"{layer}{sign}": broken(nothing) for layer in ("trail", "tip") for sign in "+-"}

    def draw(self, frame: Any, history: Any) -> dict[str, Columns]:
        """Return the columns of the layers that change: always tips, trails if they grew."""
        now = self.place(frame.particles[self.rows])
        sign = frame.particles[self.rows, -1] > 0
        steps, snapshots = history.snapshots()
        known = int(np.searchsorted(steps, frame.step, side="right"))
        until = int(steps[known - 1]) if known else 0
        columns: dict[str, Columns] = {}
        if self._last is None or until < self._until or until > REBUILD * self._until:
            self._until = until
            past = [self.place(snapshots[i][self.rows]) for i in _thin(known)] or [now]
            self._last = past[-1]
            columns |= _by_sign("trail", np.stack(past, axis=1), sign)
        return columns | _by_sign("tip", np.stack([self._last, now], axis=1), sign)


class Followed:
    """The past of a few particles, kept as their frames come: that of a large cloud is not.

    Parameters
    ----------
    rows : ndarray of int
        The particles followed; what is kept of a frame is at most 2 · 40 times as many.
    """

    def __init__(self, rows: np.ndarray) -> None:
        self.rows = rows
        self._steps: list[int] = []
        self._clouds: list[np.ndarray] = []

    def see(self, frame: Any) -> tuple[Any, Followed]:
        """Return the frame of these particles alone, and their history with it."""
        few = SimpleNamespace(step=frame.step, particles=frame.particles[self.rows])
        last = self._steps[-1] if self._steps else -1
        if last < frame.step and (last <= 0 or frame.step >= RATIO * last):
            self._steps.append(frame.step)
            self._clouds.append(few.particles)
        if len(self._steps) > 2 * MOST_SNAPSHOTS:
            del self._steps[1::2], self._clouds[1::2]
        return few, self

    def snapshots(self) -> tuple[np.ndarray, list[np.ndarray]]:
        """Return the steps kept and the particles then, as `core.Recorder.snapshots`."""
        return np.array(self._steps), list(self._clouds)


def _by_sign(layer: str, paths: np.ndarray, sign: np.ndarray) -> dict[str, Columns]:
    """Return the paths (p, k, dims) as two layers, by the sign at the present."""
    return {f"{layer}+": broken(paths[sign]), f"{layer}-": broken(paths[~sign])}


def _thin(known: int) -> np.ndarray:
    """Return at most 40 of ``known`` snapshot indices, the first and the last among them."""
    return np.unique(np.linspace(0, known - 1, min(known, MOST_SNAPSHOTS)).astype(int))
