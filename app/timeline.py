"""The timeline: which frame of the run the page shows, the newest or one recorded before."""

from __future__ import annotations

import math
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from app.player import Player
from core import Frame, Simulation

#: Recorded frames a second that playing shows: some ten seconds for a long run.
REPLAYED = 20.0


class Timeline:
    """Takes the page back to recorded frames, and plays them up to the newest.

    While a recorded frame is shown, the run stands. Playing and stepping then show recorded
    frames, one after another; from the newest on they compute further ones.

    Parameters
    ----------
    player : Player
    simulation : callable
        Returns the run, None while there is none.

    Attributes
    ----------
    step : int or None
        The recorded step shown; None while the page is live: it shows the newest frame.
    """

    def __init__(self, player: Player, simulation: Callable[[], Simulation | None]) -> None:
        self._player, self._simulation = player, simulation
        self._lock = threading.Lock()  # of `step`: a worker moves it on while it replays
        self._asked = False  # whether `step` is to be shown before any other
        self.step: int | None = None

    def show(self, step: int) -> None:
        """Pause and show the recorded frame nearest to `step` on a logarithmic scale."""
        simulation = self._simulation()
        if simulation is None:
            return
        self._player.pause()
        steps = simulation.history.frame_steps
        recorded = nearest([*steps, simulation.step], step)
        self._go(None if recorded >= simulation.step else recorded)
        self._player.refresh()

    def to_start(self) -> None:
        """Show step 0."""
        self.show(0)

    def to_live(self) -> None:
        """Show the newest frame; a replay that plays goes on computing from there."""
        self._go(None)
        self._player.refresh()

    def back(self, count: int = 1) -> None:
        """Pause and show the frame recorded `count` places before the one shown."""
        self._move(-count)

    def forward(self, count: int = 1) -> None:
        """Pause and show the frame recorded `count` places after; beyond them, the newest."""
        self._move(count)

    def restarted(self) -> None:
        """Another run has begun: show its newest frame."""
        self._go(None)

    def take(self, simulation: Simulation, count: int) -> Frame | None:
        """Return the frame to show, `count` recorded ones after the last; None: the newest.

        Worker thread, while nothing else works on the run.
        """
        with self._lock:
            if self.step is None:
                return None
            # What was ordered before a step was asked for counted steps of the run.
            places = 0 if self._asked else count
            step = later(simulation.history.frame_steps, self.step, places)
            self._asked = False
            self._set(None if step is None or step >= simulation.step else step)
            return None if self.step is None else simulation.history.frame(self.step)

    def _move(self, count: int) -> None:
        simulation = self._simulation()
        if simulation is None:
            return
        here = simulation.step if self.step is None else self.step
        step = later(simulation.history.frame_steps, here, count)
        self.show(simulation.step if step is None else step)

    def _go(self, step: int | None) -> None:
        with self._lock:
            self._asked = True
            self._set(step)

    def _set(self, step: int | None) -> None:
        self.step = step
        self._player.replay = 0.0 if step is None else min(REPLAYED, self._player.speed)


def nearest(steps: Sequence[int], step: int) -> int:
    """Return the entry of growing `steps`, at least one, whose log(step + 1) is nearest."""
    right = bisect_left(steps, step)
    near = steps[max(0, right - 1) : right + 1]
    return min(near, key=lambda other: abs(math.log1p(other) - math.log1p(max(step, 0))))


def later(steps: Sequence[int], step: int, count: int) -> int | None:
    """Return the entry `count` places after `step`, or before if negative; None beyond the last.

    A `step` between two entries counts as the earlier one for what comes after it, and as the
    later one for what comes before. What was recorded at a step may have been dropped since.
    """
    index = (bisect_right(steps, step) - 1 if count >= 0 else bisect_left(steps, step)) + count
    return steps[max(0, index)] if index < len(steps) else None
