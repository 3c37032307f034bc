"""The arms of a page put together: their runs, their bars and their place in the grid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import panel as pn
import panel_material_ui as pmui

from app.arm import Arm, Beside
from app.arm_bar import ArmBar
from app.arms import NAMES, Arms
from app.course import Course
from app.gallery import Gallery
from app.grid import Grid
from app.player import Player
from app.timeline import Timeline
from core.experiment import Experiment


class Compare:
    """Runs side by side.

    Parameters
    ----------
    experiment, player, course, gallery : of the first run
    timeline : Timeline
        Tells from which frame to fork.
    refresh : callable
        Called when the present state should be drawn anew.
    complain : callable
        Called with a sentence when a typed value is refused.

    Attributes
    ----------
    arms : Arms
    grid : Grid
    bars : panel.Column
        One line an arm.
    button : panel.viewable.Viewable
        Opens an arm, CSS class wf-fork.
    """

    def __init__(
        self,
        experiment: Experiment,
        player: Player,
        course: Course,
        gallery: Gallery,
        timeline: Timeline,
        refresh: Callable[[], Any],
        complain: Callable[[str], Any],
    ) -> None:
        self._player, self._timeline, self._complain = player, timeline, complain
        self.arms = Arms(experiment, player, course, gallery, refresh, self._changed)
        self.grid = Grid(gallery)
        self.bars = pn.Column(sizing_mode="stretch_width", margin=0)
        self._bars: dict[Arm, ArmBar] = {}
        self.button = pmui.Button(
            label="Fork", icon="call_split", variant="outlined", size="small", width=84,
            margin=(6, 3), css_classes=["wf-fork"],
        )  # fmt: skip
        self.button.on_click(lambda _event: self.fork())

    def fork(self) -> None:
        """Open another arm from the frame shown."""
        self.arms.fork(self._timeline.step)

    def update(self, pictures: Mapping[Arm, Beside]) -> None:
        """Show the arms. Event loop, under the document lock."""
        self.arms.update(pictures)
        for arm, picture in pictures.items():
            if arm in self._bars:
                self._bars[arm].show(picture.frame)

    def installed(self) -> None:
        """Say where the arms part. Event loop, under the document lock."""
        for bar in self._bars.values():
            bar.show_step(self.arms.step)

    def _changed(self) -> None:
        self._player.change(self._lay_out)

    def _lay_out(self) -> None:
        arms = self.arms.arms
        self._bars = {
            arm: ArmBar(arm, self.arms, self._complain, self._player.change) for arm in arms
        }
        self.bars.objects = [bar.panel for bar in self._bars.values()]
        self.grid.show([arm.gallery for arm in arms])
        self.button.disabled = len(arms) == len(NAMES)
        self.installed()
