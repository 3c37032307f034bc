"""The frame of the page: sidebar with controls, player on top, figures in a grid."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

from app.narrow import is_phone

TITLE = "Wideflow"


def make_page(
    controls: list[Any],
    head: list[Any],
    grid: Any,
    header: list[Any],
    sidebar_open: bool = True,
) -> pmui.Page:
    """Return the page.

    Parameters
    ----------
    controls : list of viewables
        For the sidebar, from top to bottom.
    head : list of viewables
        Above the figures, from top to bottom.
    grid : viewable
        The figures.
    header : list of viewables
        For the bar at the top, from left to right.
    sidebar_open : bool
        Whether the controls are seen at first.
    """
    return pmui.Page(
        title=TITLE,
        header=[pn.Row(pn.Spacer(sizing_mode="stretch_width"), *header, margin=0)],
        sidebar=controls,
        sidebar_open=sidebar_open and not is_phone(),
        main=[pn.Column(*head, grid, sizing_mode="stretch_both", margin=0)],
        sidebar_width=300,
        busy_indicator=None,
    )
