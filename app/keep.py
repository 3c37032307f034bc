"""What a visitor keeps and shares: the address of the page, links, and exports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel_material_ui as pmui

from app.address import look_of, read_look, state_query, write_address
from app.archive import Archive
from app.course import Course
from app.exporting import ExportDialog
from app.gallery import Gallery
from app.player import Player
from app.share import ShareDialog
from core.experiment import Experiment

#: On a narrow page the icon stands alone.
_LOOK = {
    "color": "#ffffff",
    "@media (max-width: 700px)": {
        "fontSize": 0,
        "minWidth": "28px",
        "padding": "6px 3px",
        "& .MuiButton-startIcon": {"margin": 0},
    },
}


class Keep:
    """Two buttons for the bar at the top of the page, CSS classes wf-open-share, wf-open-export.

    Parameters
    ----------
    experiment : Experiment
    player : Player
    course : Course
    gallery : Gallery
    page : callable
        Returns the page, once it is there.
    step : callable
        Returns the step that the page shows.
    further : callable
        Returns what else of the page's state the address holds.

    Attributes
    ----------
    header, hidden : list of viewables
        The buttons, and what goes anywhere into the page.
    access : Access
        Which controls the page's link locks and hides.
    sidebar : bool
        Whether its link leaves the sidebar open.
    complaints : list of str
        A sentence for each name in the link that is no control.
    """

    def __init__(
        self,
        experiment: Experiment,
        player: Player,
        course: Course,
        gallery: Gallery,
        page: Callable[[], Any],
        step: Callable[[], int],
        further: Callable[[], dict[str, str]],
    ) -> None:
        self._further = further
        self._experiment, self._gallery, self._page = experiment, gallery, page
        self.sidebar, self.access, self.complaints = read_look()
        self._archive = Archive(experiment, player, course, gallery, step)
        share = ShareDialog(experiment, self._state, self.access)
        self._export = ExportDialog(self._archive, gallery)
        self.note = self._archive.note
        self.close = self._export.close
        self.header = [
            _button("Share", "share", "wf-open-share", share.open),
            _button("Export", "download", "wf-open-export", self._export.open),
        ]
        self.hidden = [share.panel, self._export.panel, self._export.courier]

    def write_address(self, location: Any) -> None:
        """Put the state of the page into its address."""
        write_address(self._state(**self.access.to_query()), location)

    def _state(self, **more: str) -> str:
        look = look_of(self._page()) | self._further()
        return state_query(self._experiment, self._gallery.layout, look | more)


def _button(label: str, icon: str, name: str, action: Callable[[], Any]) -> pmui.Button:
    button = pmui.Button(
        label=label,
        icon=icon,
        icon_size="20px",
        variant="text",
        size="small",
        margin=0,
        align="center",
        sx=_LOOK,
        css_classes=[name],
    )
    button.on_click(lambda _event: action())
    return button
