"""What was changed during a run, and at which step: enough to make the same run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from core.knobs import KNOBS

#: Live knobs that are the player's, not the run's.
_PLAYER = ("steps", "speed")


@dataclass(frozen=True)
class Change:
    """At `step`, these live knobs got these values."""

    step: int
    knobs: dict[str, Any]


@dataclass
class Entry:
    """The diary of one run.

    Attributes
    ----------
    beginning : dict or None
        All knobs at step 0; None if nothing is known of it.
    changes : list of Change
        By step; several at one step are made in this order.
    """

    beginning: dict[str, Any] | None
    changes: list[Change] = field(default_factory=list)

    @property
    def now(self) -> dict[str, Any]:
        """The live knobs after all changes."""
        knobs = dict(self.beginning or {})
        for change in self.changes:
            knobs |= change.knobs
        return _live(knobs)

    def before(self, step: int) -> Entry:
        """Return what made the particles at `step`."""
        return Entry(self.beginning, [change for change in self.changes if change.step < step])


class Diary:
    """Keeps an entry for each run for as long as the run is there."""

    def __init__(self) -> None:
        self._entries: WeakKeyDictionary[Any, Entry] = WeakKeyDictionary()
        self._last: Any = None  # its fork is met after the page has let it go

    def note(self, simulation: Any, knobs: Mapping[str, Any]) -> None:
        """Take note that `simulation` is as `knobs` have it, from its present step on."""
        if simulation not in self._entries:
            known = Entry(dict(knobs)) if simulation.step == 0 else self._forked(simulation, knobs)
            self._entries[simulation] = known
            self._last = simulation
        entry = self._entries[simulation]
        if entry.beginning is not None:
            before = entry.now
            changed = {name: value for name, value in _live(knobs).items() if value != before[name]}
            if changed:
                entry.changes.append(Change(simulation.step, changed))

    def of(self, simulation: Any) -> Entry:
        """Return the diary of a run, an empty one if nothing is known of it."""
        return self._entries.get(simulation) or Entry(None)

    def _forked(self, simulation: Any, knobs: Mapping[str, Any]) -> Entry:
        """Return what made a run that is met at a later step: a run known here went through it.

        What a dynamics has chosen by itself at another step, no list of changes tells.
        """
        if knobs["schedule"] == "auto" or knobs["dynamics"] == "tangent":
            return Entry(None)
        for run, entry in self._entries.items():
            same = entry.beginning is not None and _structure(entry.beginning) == _structure(knobs)
            if same and _went_through(run, simulation):
                return entry.before(simulation.step)
        return Entry(None)


def _live(knobs: Mapping[str, Any]) -> dict[str, Any]:
    names = (name for name, knob in KNOBS.items() if knob.live and name not in _PLAYER)
    return {name: knobs[name] for name in names if name in knobs}


def _structure(knobs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: knobs[name] for name, knob in KNOBS.items() if not knob.live}


def _went_through(run: Any, fork: Any) -> bool:
    """Tell whether `run` has stood where `fork` stands: same step, same particles, to the bit."""
    if run.step == fork.step:
        cloud = run.frame.particles
    else:
        steps, clouds = run.history.snapshots()
        found = np.flatnonzero(steps == fork.step)
        if not len(found):
            return False
        cloud = clouds[found[0]]
    return np.array_equal(cloud, fork.frame.particles)
