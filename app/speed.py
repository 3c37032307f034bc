"""The speed of the player: from slow motion to as fast as the machine goes."""

from __future__ import annotations

import math

import panel_material_ui as pmui

from core.experiment import Experiment
from core.experiment.declared import FASTEST, SLOWEST

#: Positions of the slider: digits that one reads at a glance.
STOPS = [
    SLOWEST,
    0.5,
    *(digit * 10.0**power for power in range(6) for digit in (1, 2, 5)),
    FASTEST,
]


def aimed_at(speed: float) -> float:
    """Return the steps per second the player aims at: infinitely many at the right end."""
    return math.inf if speed >= FASTEST else speed


def words(speed: float) -> str:
    """Return a speed as a person says it."""
    if speed >= FASTEST:
        return "as fast as it goes"
    number = f"{speed:,.0f}" if speed.is_integer() else f"{speed:.4g}"
    return f"{number} step{'s' if speed != 1 else ''}/s" + (", slow motion" if speed < 1 else "")


class Speed:
    """A slider, CSS class wf-speed, tied to the knob `speed` both ways.

    Attributes
    ----------
    panel : panel.viewable.Viewable
    """

    def __init__(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self.panel = pmui.FloatSlider(
            start=0,
            end=len(STOPS) - 1,
            step=1,
            value=0,
            show_value=False,
            tooltips=False,
            size="small",
            width=172,
            margin=(0, 8),
            description=experiment.param["speed"].doc,
            css_classes=["wf-speed"],
            sx={"& .MuiFormLabel-root": {"fontSize": "13px"}},
        )
        self.panel.param.watch(self._slid, "value")
        experiment.param.watch(lambda _event: self.show(), "speed")
        self.show()

    def show(self) -> None:
        """Show the experiment's speed."""
        speed = self._experiment.speed
        said = words(speed)
        self.panel.param.update(label=f"speed: {said}", value_label=said, value=_stop(speed))

    def _slid(self, event: object) -> None:
        position = round(self.panel.value)
        # A speed between two stops stays until the slider is moved.
        if position != _stop(self._experiment.speed):
            self._experiment.speed = STOPS[position]


def _stop(speed: float) -> int:
    """Return the position nearest to a speed, on a logarithmic scale."""
    return min(range(len(STOPS)), key=lambda i: abs(math.log(STOPS[i] / speed)))
