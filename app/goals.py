"""Goals: what a run is to reach before it pauses by itself. A new goal is one entry in `GOALS`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.readout import margin_words
from core import Frame

#: Scalars of a history by name, each (k,), by growing step.
Scalars = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Goal:
    """Something that a run may reach.

    Attributes
    ----------
    name : str
        In the address: "<name>", or "<name>:<value>".
    label, doc : str
        What stands in the choice of goals, and the help that explains it.
    needs : str
        Scalar of a frame it looks at; where that is nan the goal means nothing.
    met : callable
        Given frame, scalars of the history and value, says in words how the goal is met; ""
        while it is not.
    value : float or None
        What the frame is compared with at first; None for a goal that compares with nothing.
    low, high : float
        The least and the largest value.
    """

    name: str
    label: str
    doc: str
    needs: str
    met: Callable[[Frame, Callable[[], Scalars], float], str]
    value: float | None = None
    low: float = 0.0
    high: float = math.inf

    def check(self, value: float) -> float:
        """Return the value; raise ValueError if it is out of range."""
        if not self.low <= value <= self.high:
            raise ValueError(
                f"until={self.name}:{value:g} is not allowed: it takes a number from "
                f"{self.low:g} to {self.high:g}"
            )
        return value


def _risk(frame: Frame, _history: Callable[[], Scalars], value: float) -> str:
    return f"the risk is {frame.risk:.3e}, below {value:g}" if frame.risk < value else ""


def _error(frame: Frame, _history: Callable[[], Scalars], _value: float) -> str:
    return "every training sample is on its right side" if frame.accuracy >= 1.0 else ""


def _margin(frame: Frame, history: Callable[[], Scalars], value: float) -> str:
    """Compare with the margins since half the steps: it rises slower and slower by nature."""
    if not frame.margin > 0 or frame.step < _FEWEST:
        return ""
    scalars = history()
    half = int(np.searchsorted(scalars["step"], frame.step / 2, side="right")) - 1
    margins = np.append(scalars["margin"][half:], frame.margin)
    if np.ptp(margins) >= value / 100 * frame.margin:
        return ""
    since = int(scalars["step"][half])
    margin = margin_words(frame.margin)
    return f"the margin {margin} has changed by less than {value:g}% since step {since}"


#: Steps below which a margin has not had the time to stop rising.
_FEWEST = 32

GOALS = {
    goal.name: goal
    for goal in (
        Goal(
            "risk",
            "risk below",
            "The run pauses once the training risk is below this number.",
            "risk",
            _risk,
            value=0.01,
            low=1e-300,
            high=1e6,
        ),
        Goal(
            "margin",
            "margin stops rising",
            "The run pauses once the margin is positive and has changed by less than so many per "
            "cent of itself while the number of steps has doubled.",
            "margin",
            _margin,
            value=1.0,
            low=0.001,
            high=100.0,
        ),
        Goal(
            "error",
            "training error is zero",
            "The run pauses once every training sample is on its right side.",
            "accuracy",
            _error,
        ),
    )
}


class Watch:
    """Looks out for a goal while a run goes on.

    It looks at every frame, and within a long chunk of steps wherever the history keeps a record,
    so that what it finds is late by 4% of the steps at most. Once met, a goal is done with for
    this run: playing again goes on.

    Parameters
    ----------
    playing : callable
        Tells whether the run goes on by itself: single steps reach no goal.
    """

    def __init__(self, playing: Callable[[], bool]) -> None:
        self._playing = playing
        self._aim: tuple[Goal, float] | None = None
        self._done = False  # whether this run has met it
        self._news: str | None = None

    def aim(self, goal: Goal | None, value: float = 0.0) -> None:
        """Look out for another goal, or for none. Event loop."""
        self._aim = None if goal is None else (goal, goal.check(value))
        self._done, self._news = False, None

    def advance(self, simulation: Any, steps: int) -> Frame:
        """Advance by `steps`, or to the step at which the goal is seen to be met. Worker thread.

        The page learns of it with the next frame that it shows; a chunk begun meanwhile waits.
        """
        if self._news is not None:
            return simulation.frame
        if self._aim is None or self._done or not self._playing():
            return simulation.advance(steps)
        goal, value = self._aim
        end = simulation.step + steps
        while simulation.step < end and simulation.divergence is None:
            due = max(simulation.history.next_step, simulation.step + 1)
            frame = simulation.advance(min(end, due) - simulation.step)
            if words := goal.met(frame, simulation.history.scalars, value):
                self._done = True
                self._news = f"Step {frame.step}: {words}. The run pauses; Play goes on from here."
                break
        return simulation.frame

    def forget(self) -> None:
        """Look out again: another run begins. Event loop, while no work is under way."""
        self._done, self._news = False, None

    def take_news(self) -> str | None:
        """Return once what has been met, if anything. Event loop."""
        news, self._news = self._news, None
        return news

    def objection(self, frame: Frame) -> str | None:
        """Return why the goal means nothing in this run, or None."""
        if self._aim is None or not math.isnan(getattr(frame, self._aim[0].needs)):
            return None
        goal = self._aim[0]
        return (
            f"“{goal.label}” cannot be reached here: this run has no {goal.needs}, since its "
            f"targets are no labels ±1. Choose another goal, or a loss for labels."
        )
