"""The player's bar: play, single step, reset, new seed, and what else stands there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from app.access import Access
from app.player import Player


class Transport:
    """Buttons tied to a player. CSS classes wf-play, wf-step, wf-reset, wf-seed.

    Parameters
    ----------
    player : Player
    reset, reseed : callable
        Start again from step 0; from another cloud.
    further : list of viewables
        What stands beside the buttons.
    access : Access
        What the page's link lets a visitor change.

    Attributes
    ----------
    panel : panel.viewable.Viewable
    """

    def __init__(
        self,
        player: Player,
        reset: Callable[[], Any],
        reseed: Callable[[], Any],
        further: list[Any],
        access: Access,
    ) -> None:
        self._player = player
        self._play = _button("Play", "play_arrow", "wf-play", 98)
        self._play.variant = "contained"
        self._play.on_click(lambda _event: player.toggle())
        step = _button("Step", "skip_next", "wf-step", 78)
        step.on_click(lambda _event: player.step())
        back = _button("Reset", "replay", "wf-reset", 86)
        back.on_click(lambda _event: reset())
        seed = _button("New seed", "casino", "wf-seed", 110)
        seed.on_click(lambda _event: reseed())
        seed.param.update(disabled=not access.may("seed"), visible="seed" not in access.hidden)
        self.panel = pn.FlexBox(
            self._play, step, back, seed, *further,
            align_items="center", gap="2px", sizing_mode="stretch_width", margin=(2, 4),
        )  # fmt: skip
        player.param.watch(self._show, "playing")
        self._show()

    def _show(self, *_events: Any) -> None:
        playing = self._player.playing
        self._play.param.update(
            label="Pause" if playing else "Play", icon="pause" if playing else "play_arrow"
        )


def _button(label: str, icon: str, name: str, width: int) -> pmui.Button:
    # No tooltips: they would lie over the next button just when one goes for it.
    return pmui.Button(
        label=label,
        icon=icon,
        variant="outlined",
        size="small",
        width=width,
        margin=(4, 3),
        css_classes=[name],
    )
