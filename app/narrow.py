"""The side bar with the controls: folded away where it would cover the figures, or on demand."""

from __future__ import annotations

from typing import Any

import panel as pn
import param

from app.script import Script

#: CSS pixels below which the side bar lies over the figures; panel-material-ui's "sm".
NARROW = 600

# The browser folds by itself: what Python changes of the page does not always reach it.
_BROWSER_SIDE = f"""
export function render({{model}}) {{
  const open = (yes) => {{
    for (const doc of Bokeh.documents)
      for (const other of doc._all_models.values())
        if (other.data?.sidebar_open !== undefined) other.data.sidebar_open = yes
  }}
  if (model.folded || window.innerWidth < {NARROW}) open(false)
  model.on("folded", () => open(!model.folded))
}}
"""


def is_phone() -> bool:
    """Tell whether the browser says that it is a phone's: its page starts with no side bar."""
    return "Mobi" in (pn.state.headers or {}).get("User-Agent", "")


class Fold(Script):
    """Invisible part of the page that folds its side bar; place it anywhere.

    Attributes
    ----------
    page : panel_material_ui.Page or None
        To be set once there is one.
    """

    folded = param.Boolean(doc="Whether the side bar is folded away for a time.")

    _esm = _BROWSER_SIDE

    def __init__(self, **params: Any) -> None:
        self.page: Any = None
        super().__init__(visible=False, **params)

    def fold(self) -> None:
        """Fold the controls away, if they are there."""
        self.folded = self.page is not None and self.page.sidebar_open

    @property
    def address(self) -> dict[str, str]:
        """What the address holds while the controls are folded for a time: they come back."""
        return {"sidebar": "1"} if self.folded else {}

    def unfold(self) -> None:
        """Put the side bar as it was before."""
        self.folded = False
