"""Links for homework: which controls a link locks or hides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from core.knobs import KNOBS

#: Names in the address of the lists of knobs.
LOCK, HIDE = "lock", "hide"


@dataclass(frozen=True)
class Access:
    """What a visitor may change. It guards against slips, not against rewriting the address.

    Attributes
    ----------
    locked, hidden : tuple of str
        Knobs, in the order of the page; none is in both.
    """

    locked: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    def may(self, name: str) -> bool:
        """Tell whether the page lets a visitor change knob `name`."""
        return name not in self.locked and name not in self.hidden

    def check(self, now: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
        """Raise ValueError if a knob that is locked or hidden would change."""
        for name in (*self.locked, *self.hidden):
            if now[name] != wanted[name]:
                raise ValueError(
                    f"{name}={now[name]!r} is fixed by the link of this page, so it cannot become "
                    f"{wanted[name]!r} here; open a page without lock= and hide="
                )

    def to_query(self) -> dict[str, str]:
        """Return what the address holds: nothing for an empty list."""
        lists = {LOCK: self.locked, HIDE: self.hidden}
        return {name: ",".join(knobs) for name, knobs in lists.items() if knobs}

    @classmethod
    def from_query(cls, text: str) -> tuple[Access, list[str]]:
        """Return the access of an address, and a sentence for each name that is no knob.

        A knob that is locked and hidden is hidden.
        """
        given = {LOCK: set[str](), HIDE: set[str]()}
        complaints: list[str] = []
        for name, value in parse_qsl(text.lstrip("?"), keep_blank_values=True):
            if name in given:
                words = [word.strip() for word in value.split(",") if word.strip()]
                given[name] |= set(words)
                complaints += [_no_knob(name, word) for word in words if word not in KNOBS]
        return cls(_sorted(given[LOCK] - given[HIDE]), _sorted(given[HIDE])), complaints


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    """Return the knobs among `names`, in the order of the page."""
    return tuple(name for name in KNOBS if name in names)


def _no_knob(where: str, name: str) -> str:
    return f"{where}={name!r} is no control: there are {', '.join(KNOBS)}. It is ignored."
