"""Bringing a run to a step: back to it where it is recorded, else by playing up to it."""

from __future__ import annotations

from collections.abc import Callable

from app.player import Player
from app.timeline import Timeline


class Stop:
    """A step at which the run pauses once, whatever else it runs until.

    Parameters
    ----------
    player : Player
    timeline : Timeline
    step : callable
        Returns the step the run has reached.
    limit : callable
        Returns the step that the user lets it run to, 0 for none.
    """

    def __init__(
        self,
        player: Player,
        timeline: Timeline,
        step: Callable[[], int],
        limit: Callable[[], int],
    ) -> None:
        self._player, self._timeline = player, timeline
        self._step, self._limit = step, limit
        self._target: int | None = None

    def go(self, step: int) -> None:
        """Show `step`, now or once the run is there."""
        self.leave()
        if step <= self._step():
            self._timeline.show(step)
            return
        self._timeline.to_live()
        self._target = self._player.limit = step
        self._player.play()

    def turned(self) -> bool:
        """Take note that the run was started or stopped; tell whether it stopped where asked."""
        if self._target is None or self._player.playing:
            return False
        reached = self._step() == self._target
        self.leave()
        return reached

    def leave(self) -> None:
        """Ask for no step any more. Idempotent."""
        if self._target is not None:
            self._target = None
            self._player.limit = self._limit()
