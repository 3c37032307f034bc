"""Parts of the page that are made when they are seen first.

Each costs server and browser some ten milliseconds, and a page has more than a hundred that most
visitors never open.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def reveal(panel: Any, parts: Sequence[Any], visible: bool = True) -> None:
    """Show a layout with its parts, or hide it; until it is seen first it is empty.

    Parameters
    ----------
    panel : panel.layout.Panel
    parts : sequence of viewables
    visible : bool
    """
    if visible and not len(panel):
        panel.objects = list(parts)
    panel.visible = visible
