"""Play, pause, step and restart a run, at a chosen speed. Knows nothing of figures."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import Any

import param

from app.clock import Clock, nothing
from app.orders import Action
from app.sessions import sessions
from app.stream import Ack

log = logging.getLogger(__name__)


class Player(param.Parameterized):
    """Advances a simulation and shows it, frame by frame. Its methods may be called on any thread.

    Parameters
    ----------
    work : `work(steps)` advances the simulation and returns what there is to show. Runs in a
        worker thread, never twice at a time; `steps` may be 0: show the present state. If what it
        returns has an attribute `seconds`, that is the time the steps alone have taken.
    show : `show(payload)` updates the page; runs on the event loop under the document lock.
    current_step : number of steps made; asked on the event loop while no work is under way.
    ack : learns from the browser which frames are painted.
    on_error : called under the document lock with what a callable given here, to `restart`, to
        `refresh` or to `change` has raised, once the player is paused.

    Attributes
    ----------
    replay : float
        Where `work` shows recorded frames in place of making steps: how many of them playing
        shows a second. 0 while it makes steps.
    """

    playing = param.Boolean(default=False, doc="Whether the run goes on by itself.")
    speed = param.Number(
        default=math.inf,
        bounds=(0, None),
        inclusive_bounds=(False, True),
        doc="Steps per second; infinity is as fast as it goes.",
    )
    limit = param.Integer(
        default=0,
        bounds=(0, None),
        doc="Step at which playing pauses, 0 for none. Single steps go beyond.",
    )
    steps_per_second = param.Number(default=0.0, doc="Measured; 0 while paused.")
    frames_per_second = param.Number(default=0.0, doc="Measured; 0 while paused.")

    def __init__(
        self,
        work: Callable[[int], Any],
        show: Callable[[Any], Any],
        current_step: Callable[[], int],
        ack: Ack,
        on_error: Callable[[Exception], Any] | None = None,
        **params: Any,
    ) -> None:
        self._clock = Clock(self, work, show, current_step, ack)
        self._ack, self._on_error = ack, on_error
        self._closed = False
        self.replay = 0.0
        super().__init__(**params)

    @property
    def seen(self) -> bool:
        """Whether the browser has painted a frame."""
        return self._ack.seen

    def play(self) -> None:
        """Go on until paused or at the limit."""
        self.playing = True

    def pause(self) -> None:
        """Stop. The chunk under way is still shown, so that page and simulation agree."""
        self.playing = False

    def toggle(self) -> None:
        """Play if paused, pause if playing."""
        self.playing = not self.playing

    def step(self, count: int = 1) -> None:
        """Pause, then make exactly `count` steps more; calls in quick succession add up."""
        self.playing = False
        self._clock.step(count)

    def restart(self, prepare: Action = nothing, install: Callable[[Any], Any] = nothing) -> None:
        """Swap the simulation, `install(prepare())`, and show it; keeps playing if it was.

        `prepare` runs in a worker thread, `install` on the event loop under the document lock,
        neither ever beside `work`. A later restart overtakes an earlier one, and frames of the
        old simulation are dropped. If `prepare` raises, the old simulation stays.
        """
        self._clock.swap(prepare, install)

    def refresh(self, produce: Action | None = None) -> None:
        """Show the present state again, or what `produce()` returns in the worker thread."""
        self._clock.refresh(produce)

    def change(self, function: Action, prepare: Action | None = None) -> None:
        """Call `function()` under the document lock while no work is under way: live parameters.

        `prepare`, if given, runs before it in a worker thread, while no work is under way either:
        for what takes long. If it raises, `function` is not called. Steps ordered meanwhile are
        made afterwards.
        """
        self._clock.change(function, prepare)

    def start(self, document: Any) -> None:
        """Start the clock; once the page of `document` is loaded (`pn.state.onload`). Idempotent.

        A clock that sends before the page has loaded loses what it sends.
        """
        self._clock.start(document)

    def close(self) -> None:
        """Stop the clock and let go of every callable. Idempotent."""
        self._closed = True
        self._on_error = nothing
        sessions.set_playing(self, False)
        self._clock.close()

    def fail(self, error: Exception) -> None:
        """Pause and report `error`; called by the clock."""
        self.pause()
        if self._on_error is None:
            log.error("a run failed", exc_info=error)
            return
        try:
            self._on_error(error)
        except Exception:  # nobody is left to be told
            log.exception("a failed run could not be reported")

    def measure(self, steps_per_second: float, frames_per_second: float) -> None:
        """Take the measured rates; called by the clock."""
        self.param.update(steps_per_second=steps_per_second, frames_per_second=frames_per_second)

    @param.depends("playing", watch=True, on_init=True)
    def _on_playing(self) -> None:
        sessions.set_playing(self, self.playing and not self._closed)
        self._clock.begin()
        if not self.playing:
            self.measure(0.0, 0.0)

    @param.depends("speed", "limit", watch=True)
    def _on_speed(self) -> None:
        self._clock.rebase()
