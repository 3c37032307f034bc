"""The frame of the page: sidebar with controls, player on top, figures in a grid."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

TITLE = "Wideflow"

#: Two figures beside each other where there is room, else one below the other.
_GRID = {
    "display": "grid",
    "grid-template-columns": "repeat(auto-fit, minmax(min(100%, 400px), 1fr))",
    "grid-auto-rows": "minmax(300px, 1fr)",
    "gap": "10px",
    "min-height": "calc(100vh - 190px)",
}


def make_page(controls: Any, head: list[Any], figures: list[Any]) -> pmui.Page:
    """Return the page.

    Parameters
    ----------
    controls : viewable
        For the sidebar.
    head : list of viewables
        Above the figures, from top to bottom.
    figures : list of viewables
        Each in a card of its own.
    """
    cards = [pmui.Paper(figure, elevation=1, margin=0, css_classes=["wf-card"]) for figure in figures]
    grid = pn.Column(*cards, styles=_GRID, sizing_mode="stretch_both", margin=(2, 8, 8, 8))
    return pmui.Page(
        title=TITLE,
        sidebar=[controls],
        main=[pn.Column(*head, grid, sizing_mode="stretch_both", margin=0)],
        sidebar_width=300,
        busy_indicator=None,
    )
