"""The numbers of the frame shown, or what the page waits for in their place."""

from __future__ import annotations

from typing import Any

from app.patience import LOADING, Patience
from app.player import Player
from app.readout import Readout
from core import Frame


class Numbers:
    """Keeps the readout: numbers of a frame, or a sentence while something is prepared.

    Parameters
    ----------
    player : Player
        Tells speed, and whether the run goes on.

    Attributes
    ----------
    panel : panel.viewable.Viewable
    frame : Frame or None
        The one shown.
    largest_margin : float or None
        γ₁/2, where it is known.
    """

    def __init__(self, player: Player) -> None:
        self._player = player
        self._readout = Readout()
        self._patience = Patience(self._say)
        self._document: Any = None
        self.panel = self._readout.panel
        self.frame: Frame | None = None
        self.largest_margin: float | None = None

    @property
    def step(self) -> int:
        """The step shown."""
        return self.frame.step if self.frame else 0

    def begin(self, document: Any) -> None:
        """Be allowed to speak in the page of `document`."""
        self._document = document

    def close(self) -> None:
        """Let go of frame and page. Idempotent."""
        self._patience.end()
        self.frame = self._document = None

    def take(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        if frame.step > 0 or not self._player.playing:  # the first step may compile, too
            self._patience.end()
        self.show()

    def show(self) -> None:
        """Show the frame again: the speed has changed, or the largest margin is known."""
        if self.frame is not None:
            speed = self._player.steps_per_second if self._player.playing else 0.0
            self._readout.show(self.frame, speed, self.largest_margin)

    def wait(self) -> None:
        """Say what is being prepared, if it takes long."""
        if self._document is not None:
            self._patience.begin(self._document)

    def fail(self, words: str = "") -> None:
        """Wait no longer: what was prepared came to nothing. Say `words`, or show the frame."""
        self._patience.end()
        if words:
            self._readout.busy(words)
        self.show()

    def _say(self, sentence: str) -> None:
        if self.frame is not None and not self._player.seen and sentence == LOADING:
            return  # a page that is being built waits for itself
        step = "" if self.frame is None else f"step {self.frame.step} · "
        self._readout.busy(step + sentence)
