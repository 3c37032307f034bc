"""Events of a run, found in the scalars of its history: where a viewer wants to look.

Adding one is one entry in `EVENTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from core.saved import Divergence

#: Share of the mass parallel to its own force from which neurons count as aligned.
ALIGNED = 0.5

#: A margin has stopped to rise if it gains less than this fraction while the steps double.
RISE = 0.01

#: Recorded steps before this one make no plateau: the first doublings are a few steps each.
EARLIEST_PLATEAU = 64

Scalars = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Event:
    """Something that happens in a run, at most once.

    Attributes
    ----------
    name, label : str
        The name in code, the words on the page.
    doc : str
        One sentence: when it counts as having happened.
    find : callable
        From scalars as `Recorder.scalars` returns them, and the divergence of the run or None, to
        the step of the event, or None.
    """

    name: str
    label: str
    doc: str
    find: Callable[[Scalars, Divergence | None], int | None]


def first_alignment(scalars: Scalars, divergence: Divergence | None = None) -> int | None:
    """Return the first recorded step at which half of the mass is parallel to its own force.

    None also where that holds at the start already.
    """
    share = scalars.get("extremal_share")
    if share is None:
        return None
    known = np.isfinite(share)
    steps, aligned = scalars["step"][known], share[known] >= ALIGNED
    return None if aligned[:1].any() else _first(steps, aligned)


def zero_error(scalars: Scalars, divergence: Divergence | None = None) -> int | None:
    """Return the first recorded step with every training sample on its side."""
    return _first(scalars["step"], scalars["accuracy"] >= 1.0)


def margin_plateau(scalars: Scalars, divergence: Divergence | None = None) -> int | None:
    """Return the first recorded step by which a positive margin has stopped to rise.

    It is then within 1 % of the largest so far, which was within 1 % of it at half the steps.
    """
    steps, margin = scalars["step"], scalars["margin"]
    if not len(steps) or np.isnan(margin).all():
        return None
    largest = np.fmax.accumulate(margin)
    half = largest[np.searchsorted(steps, steps / 2, side="right") - 1]
    level = (1 + RISE) * half
    flat = (half > 0) & (largest <= level) & (margin * (1 + RISE) >= largest)
    return _first(steps, flat & (steps >= EARLIEST_PLATEAU))


def divergence_at(scalars: Scalars, divergence: Divergence | None = None) -> int | None:
    """Return the last finite step of a run that has diverged."""
    return None if divergence is None else divergence.step - 1


EVENTS: dict[str, Event] = {
    event.name: event
    for event in (
        Event(
            "alignment", "First alignment",
            "Half of the mass is parallel, within 0.14 rad, to the force that turns it.",
            first_alignment,
        ),
        Event(
            "zero_error", "Zero training error",
            "Every training sample is on its side.",
            zero_error,
        ),
        Event(
            "plateau", "Margin plateau",
            "The margin has gained less than 1 % while the steps doubled.",
            margin_plateau,
        ),
        Event(
            "divergence", "Divergence",
            "The next step would not be finite.",
            divergence_at,
        ),
    )
}  # fmt: skip


def events_of(scalars: Scalars, divergence: Divergence | None = None) -> list[tuple[int, Event]]:
    """Return what has happened in a run, by growing step.

    Parameters
    ----------
    scalars : mapping of str to (k,) arrays
        As `Recorder.scalars` returns them; "step" grows.
    divergence : Divergence, optional
        That of the run.
    """
    found = [(event.find(scalars, divergence), event) for event in EVENTS.values()]
    return sorted(
        ((step, event) for step, event in found if step is not None), key=lambda pair: pair[0]
    )


def _first(steps: np.ndarray, true: np.ndarray) -> int | None:
    """Return the first of the steps at which something is true."""
    return int(steps[np.argmax(true)]) if true.any() else None
