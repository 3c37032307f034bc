"""The knobs in which a run differs from its scene."""

from __future__ import annotations

from typing import Any

from app.labels import label
from core.experiment import Experiment
from core.knobs import KNOBS

#: Knobs of watching a run, not of the run.
_WATCHING = ("speed", "steps")
#: Characters of a value that are shown.
_MOST = 18


def differences(now: Experiment, then: Experiment) -> list[list[str]]:
    """Return label, value now and value then of each knob that differs and applies in either."""
    return [
        [label(name), _words(name, getattr(now, name)), _words(name, getattr(then, name))]
        for name in KNOBS
        if name not in _WATCHING
        and getattr(now, name) != getattr(then, name)
        and (now.applies(name) or then.applies(name))
    ]


def _words(name: str, value: Any) -> str:
    labels = KNOBS[name].labels
    if isinstance(value, bool):
        return "on" if value else "off"
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    words = labels[value] if labels else text
    return words if len(words) <= _MOST else words[: _MOST - 1] + "…"
