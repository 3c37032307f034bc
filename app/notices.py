"""What the page says of a run: that it diverged or could not be started, and its remarks."""

from __future__ import annotations

from app.messages import Messages
from core import Simulation
from core.simulation import Divergence

_DIVERGED, _FAILED, _REMARK = "diverged", "failed", "remark"


class Notices:
    """Messages of the run. Event loop.

    Parameters
    ----------
    messages : Messages
    """

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._told: Divergence | None = None  # the divergence that a message speaks of

    def refuse(self, error: Exception, way_out: str = "The run before stays") -> None:
        """Say why what a user wants cannot be."""
        self._messages.say(f"{error}. {way_out}.", "error", _FAILED)

    def look(self, simulation: Simulation) -> bool:
        """Tell whether the run has diverged; say so once."""
        divergence = simulation.divergence
        if divergence is not None and divergence is not self._told:
            self._messages.say(divergence.message, "error", _DIVERGED)
        self._told = divergence
        return divergence is not None

    def follow(self, simulation: Simulation) -> None:
        """Say what there is to say of a run that has become as the knobs have it."""
        self._messages.withdraw(_FAILED)
        self._messages.withdraw(_REMARK)
        if simulation.remark:
            self._messages.say(simulation.remark, "info", _REMARK)
        if simulation.divergence is None:
            self._messages.withdraw(_DIVERGED)

    def renew(self) -> None:
        """Withdraw what was said of the run before."""
        self._messages.withdraw(_DIVERGED)
        self._messages.withdraw(_FAILED)
