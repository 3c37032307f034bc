"""Presentation: large type in page and figures, the controls folded away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param

from app.script import Script

#: How much larger than usual type and lines are.
LARGE = 1.45

#: Name in the address: present=1.
PRESENT = "present"

# All sizes of the page that grow say so themselves: calc(15px * var(--wf-scale, 1)).
_BROWSER_SIDE = """
export function render({model}) {
  const root = document.documentElement
  const show = () => root.style.setProperty("--wf-scale", model.scale)
  model.on("scale", show)
  model.on("remove", () => root.style.removeProperty("--wf-scale"))
  show()
}
"""


class Present(Script):
    """Invisible part of the page that makes its type large; place it anywhere.

    Parameters
    ----------
    on_turn : callable
        Called with the scale of type and lines once the presentation begins or ends.
    """

    scale = param.Number(default=1.0, doc="How much larger than usual type is.")

    _esm = _BROWSER_SIDE

    def __init__(self, on_turn: Callable[[float], Any], **params: Any) -> None:
        self._on_turn = on_turn
        super().__init__(visible=False, **params)

    @property
    def on(self) -> bool:
        """Whether a presentation is on."""
        return self.scale > 1

    def toggle(self) -> None:
        """Begin, or end."""
        self.turn(not self.on)

    def turn(self, on: bool) -> None:
        """Begin or end; nothing if it is so already."""
        if on != self.on:
            self.scale = LARGE if on else 1.0
            self._on_turn(self.scale)
