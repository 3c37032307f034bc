"""The bar of an arm: the knob in which it differs from the first run, and its numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui
from bokeh.models.widgets import Div

from app.arm import Arm
from app.arms import Arms
from app.controls import Control
from app.readout import margin_words
from core import Frame
from core.knobs import KNOBS

#: Knobs that one compares first, on top of the list; those of the player are not in it.
_FIRST = ("dynamics", "scale", "tau", "m", "stepsize", "loss", "activation", "seed")
_NEVER = ("speed", "steps", "points")

#: A slider stands beside its number: two arms leave the figures little height as it is.
_IN_A_ROW = """
:host { flex-direction: row !important; align-items: center; }
:host > * { flex: 1 1 0 !important; width: auto !important; min-width: 0; }
:host > .wf-slider { flex: none !important; width: 64px !important; margin: 0 6px !important; }
:host > .scroll-button { display: none; }
"""
_STYLE = """
.wf-arm-numbers { display: grid; grid-auto-flow: column; grid-template-rows: repeat(2, 19px);
  gap: 0 14px; justify-content: start; font: 12px/19px Roboto, Helvetica, Arial, sans-serif;
  font-variant-numeric: tabular-nums; }
.wf-arm-numbers span { white-space: nowrap; }
.wf-arm-numbers b { font-weight: 500; font-size: 13px; }
"""


class ArmBar:
    """One line, CSS class wf-arm and wf-arm-b or wf-arm-c.

    Parameters
    ----------
    arm : Arm
    arms : Arms
    complain : callable
        Called with a sentence when a typed value is refused.
    change : callable
        Called with a function that changes the page, to be called under the document's lock.
    may : callable
        Tells of a knob whether a visitor may change it.

    Attributes
    ----------
    panel : panel.viewable.Viewable
    """

    def __init__(
        self,
        arm: Arm,
        arms: Arms,
        complain: Callable[[str], Any],
        change: Callable[[Callable[[], Any]], Any],
        may: Callable[[str], bool],
    ) -> None:
        self._arm, self._arms, self._complain, self._change = arm, arms, complain, change
        self._control: Control | None = None
        self._name = pn.pane.HTML(margin=(13, 2, 0, 10), width=112)
        self._select = pmui.Select(
            label="changed knob", options=_choices(arm, may), value=arm.knob, size="small",
            width=138, margin=(6, 3), css_classes=["wf-arm-knob"],
        )  # fmt: skip
        self._value = pn.Column(width=214, margin=0, css_classes=["wf-arm-value"])
        self._numbers = Div(stylesheets=[_STYLE], margin=(7, 2))
        close = pmui.IconButton(
            icon="close", size="small", margin=(8, 0), description=f"Close arm {arm.name}",
            css_classes=["wf-arm-close"],
        )  # fmt: skip
        close.on_click(lambda _event: arms.close(arm))
        self._select.param.watch(lambda event: self._chosen(event.new), "value")
        arm.experiment.param.watch(self._valued, list(KNOBS))
        readout = pn.pane.Bokeh(self._numbers, styles={"flex": "1 1 200px"})
        self.panel = pn.FlexBox(
            self._name, self._select, self._value, close, readout,
            flex_wrap="wrap", gap="2px", align_items="flex-start",
            sizing_mode="stretch_width", margin=(0, 4),
            css_classes=["wf-arm", f"wf-arm-{arm.name.lower()}"],
        )  # fmt: skip
        self._show_control()

    def show(self, frame: Frame) -> None:
        """Show the numbers of a frame. Event loop, under the document lock."""
        self._numbers.text = _numbers(frame)

    def show_step(self, step: int) -> None:
        """Say where the arm has parted from the first run. Under the document lock."""
        self._name.object = f"<b>{self._arm.name}</b> · from step {step:,}"

    def _chosen(self, knob: str) -> None:
        self._arms.choose(self._arm, knob)
        self._change(self._show_control)

    def _show_control(self) -> None:
        self._control = None
        if self._arm.knob:
            self._control = Control(self._arm.experiment, self._arm.knob, self._complain)
            # the class is not that of the first run
            self._control.panel.param.update(
                css_classes=["wf-arm-control"], stylesheets=[_IN_A_ROW]
            )
        self._value.objects = [self._control.panel] if self._control else []

    def _valued(self, *_events: Any) -> None:
        if self._control:
            self._control.show()
        if not self._arm.settling:
            self._arms.changed(self._arm)


def _choices(arm: Arm, may: Callable[[str], bool]) -> dict[str, str]:
    """Return the words of the knobs that apply to an arm and may change, and their names."""
    names = [*_FIRST, *(name for name in KNOBS if name not in (*_FIRST, *_NEVER))]
    words = {
        str(arm.experiment.param[name].label): name
        for name in names
        if arm.experiment.applies(name) and may(name)
    }
    return {"none yet": ""} | words


def _numbers(frame: Frame) -> str:
    """Return the markup of the numbers of a frame that there are."""
    known = [
        ("risk", frame.risk, f"{frame.risk:.3e}"),
        ("test risk", frame.test_risk, f"{frame.test_risk:.3e}"),
        ("accuracy", frame.accuracy, f"{frame.accuracy:.1%}"),
        ("margin", frame.margin, margin_words(frame.margin)),
    ]
    spans = [f"<span>{n} <b>{words}</b></span>" for n, v, words in known if not math.isnan(v)]
    if not frame.finite:
        spans.append("<span><b>diverged: it stands at its last finite step</b></span>")
    return f'<div class="wf-arm-numbers">{"".join(spans)}</div>'
