"""The frame of the page: sidebar with controls, player on top, figures in a grid."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

TITLE = "Wideflow"


def make_page(controls: list[Any], head: list[Any], grid: Any) -> pmui.Page:
    """Return the page.

    Parameters
    ----------
    controls : list of viewables
        For the sidebar, from top to bottom.
    head : list of viewables
        Above the figures, from top to bottom.
    grid : viewable
        The figures.
    """
    return pmui.Page(
        title=TITLE,
        sidebar=controls,
        main=[pn.Column(*head, grid, sizing_mode="stretch_both", margin=0)],
        sidebar_width=300,
        busy_indicator=None,
    )
