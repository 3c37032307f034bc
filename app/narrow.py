"""The side bar with the controls: folded away where it would cover the figures, or on demand."""

from __future__ import annotations

from typing import Any

import panel as pn

#: CSS pixels below which the side bar lies over the figures; panel-material-ui's "sm".
NARROW = 600

# The browser folds by itself: what Python changes of the page while it starts does not reach it.
_BROWSER_SIDE = f"""
export function render() {{
  if (window.innerWidth >= {NARROW}) return
  for (const doc of Bokeh.documents)
    for (const model of doc._all_models.values())
      if (model.data?.sidebar_open !== undefined) model.data.sidebar_open = false
}}
"""


def is_phone() -> bool:
    """Tell whether the browser says that it is a phone's: its page starts with no side bar."""
    return "Mobi" in (pn.state.headers or {}).get("User-Agent", "")


class Fold(pn.custom.JSComponent):
    """Invisible part of the page that folds its side bar; place it anywhere.

    Attributes
    ----------
    page : panel_material_ui.Page or None
        To be set once there is one.
    """

    _esm = _BROWSER_SIDE

    def __init__(self, **params: Any) -> None:
        self.page: Any = None
        self._was_open = False
        super().__init__(visible=False, **params)

    def fold(self) -> None:
        """Fold the controls away."""
        if self.page is not None:
            self._was_open = self.page.sidebar_open
            self.page.sidebar_open = False

    @property
    def address(self) -> dict[str, str]:
        """What the address holds while the controls are folded for a time: they come back."""
        return {"sidebar": "1"} if self._was_open else {}

    def unfold(self) -> None:
        """Put the side bar as it was before."""
        if self.page is not None and self._was_open:
            self.page.sidebar_open = True
