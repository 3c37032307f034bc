"""What was changed during a run, and at which step: enough to make the same run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

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
        All knobs at step 0; None if the run was met later.
    changes : list of Change
        By step; several at one step are made in this order.
    """

    beginning: dict[str, Any] | None
    changes: list[Change] = field(default_factory=list)
    now: dict[str, Any] = field(default_factory=dict)


class Diary:
    """Keeps an entry for each run for as long as the run is there."""

    def __init__(self) -> None:
        self._entries: WeakKeyDictionary[Any, Entry] = WeakKeyDictionary()

    def note(self, simulation: Any, knobs: Mapping[str, Any]) -> None:
        """Take note that `simulation` is as `knobs` have it, from its present step on."""
        live = {name: knobs[name] for name in KNOBS if KNOBS[name].live and name not in _PLAYER}
        entry = self._entries.get(simulation)
        if entry is None:
            beginning = dict(knobs) if simulation.step == 0 else None
            self._entries[simulation] = Entry(beginning, now=live)
            return
        changed = {name: value for name, value in live.items() if value != entry.now[name]}
        if changed:
            entry.changes.append(Change(simulation.step, changed))
            entry.now = live

    def of(self, simulation: Any) -> Entry:
        """Return the diary of a run, an empty one if nothing is known of it."""
        return self._entries.get(simulation) or Entry(None)
