"""The frame of the page: sidebar with controls, player on top, figures in a grid."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

from app.keys import ASSETS
from app.narrow import is_phone

TITLE = "Wideflow"


def make_page(
    controls: list[Any],
    head: list[Any],
    grid: Any,
    header: list[Any],
    lesson: Any,
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
    lesson : viewable
        At the right of the figures while it is visible.
    sidebar_open : bool
        Whether the controls are seen at first.
    """
    return pmui.Page(
        title=TITLE,
        header=[pn.Row(pn.Spacer(sizing_mode="stretch_width"), *header, margin=0)],
        sidebar=controls,
        sidebar_open=sidebar_open and not is_phone(),
        main=[_main(pn.Column(*head, grid, sizing_mode="stretch_both", margin=0), lesson)],
        sidebar_width=300,
        busy_indicator=None,
    )


def _main(figures: Any, lesson: Any) -> pn.Column:
    """Return figures and lesson, each with a scroll of its own."""
    main = pn.Column(
        figures, lesson, styles={"display": "grid"}, sizing_mode="stretch_both", margin=0,
        stylesheets=[(ASSETS / "main.css").read_text()],
    )  # fmt: skip

    def turn(*_events: Any) -> None:
        main.css_classes = ["wf-with-lesson"] if lesson.visible else []

    lesson.param.watch(turn, "visible")
    turn()
    return main
