"""Controls of an experiment, made from its knobs: one for each, hidden where it means nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui
import param

from app.labels import label
from app.later import reveal
from core.experiment import Experiment
from core.knobs import KNOBS, Knob
from core.query import assign, parse

#: Milliseconds until Panel tells of what was typed; its 50 are for what comes in a stream.
_SOON = 5
_SLIDER_STEPS = 200


class Control:
    """The widgets of one knob and their two-way tie to the experiment.

    Parameters
    ----------
    experiment : Experiment
    name : str
        The knob.
    complain : callable
        Called with a sentence when a typed value is refused; the widget then shows the old value.
    locked : bool
        Whether the value is shown but cannot be changed here.

    Attributes
    ----------
    panel : panel.viewable.Viewable
        Empty until the knob first applies.
    widgets : list of widgets
    """

    def __init__(
        self,
        experiment: Experiment,
        name: str,
        complain: Callable[[str], Any],
        locked: bool = False,
    ) -> None:
        self.name = name
        self._experiment = experiment
        self._complain = complain
        self._settling = False
        self._seen: tuple[Any, bool] | None = None  # value, and whether it applies, as last shown
        knob = KNOBS[name]
        self._widget = _widget(experiment.param[name], knob)
        self._slider = _slider(experiment.param[name], knob)
        self.widgets = [self._widget, self._slider] if self._slider else [self._widget]
        for widget in self.widgets:
            widget.disabled = locked
            if not (knob.live and widget is self._slider):
                widget._debounce = _SOON
        if locked:
            self._widget.description = f"Fixed by the link of this page. {self._widget.description}"
        self.panel = pn.Column(
            sizing_mode="stretch_width",
            margin=0,
            css_classes=["wf-control", f"wf-control-{name}"],
        )
        self.show()
        self._widget.param.watch(self._typed, "value")
        if self._slider:
            self._slider.param.watch(self._slid, "value" if knob.live else "value_throttled")

    def follow(self) -> None:
        """Show the experiment's value if it has changed, or whether it applies."""
        if self._seen != self._now:
            self.show()

    def show(self) -> None:
        """Show the experiment's value, or nothing where the knob does not apply."""
        self._seen = value, applies = self._now
        self._settling = True
        try:
            reveal(self.panel, self.widgets, applies)
            if isinstance(self._widget, pmui.TextInput | pmui.TextAreaInput):
                self._widget.param.update(value=_text(value), value_input=_text(value))
            else:
                self._widget.value = value
            if self._slider:
                at = _position(value, KNOBS[self.name].slider)
                # Both: where a slider was let go before, letting go again would be no change.
                self._slider.param.update(value=at, value_throttled=at)
        finally:
            self._settling = False

    @property
    def _now(self) -> tuple[Any, bool]:
        return getattr(self._experiment, self.name), self._experiment.applies(self.name)

    def _typed(self, event: param.parameterized.Event) -> None:
        value = event.new
        if isinstance(self._widget, pmui.TextInput):
            if value == _text(getattr(self._experiment, self.name)):
                return  # left as it was; its digits may stand for more than they show
            value = parse(self._experiment.param[self.name], value.replace(",", "").strip())
        if not self._settling and value != getattr(self._experiment, self.name):
            self._set(value)

    def _slid(self, event: param.parameterized.Event) -> None:
        knob = KNOBS[self.name]
        parameter = self._experiment.param[self.name]
        assert knob.slider is not None
        value = _value(event.new, knob.slider, zero=parameter.bounds[0] == 0)
        current = getattr(self._experiment, self.name)
        at = _position(current, knob.slider)
        if isinstance(parameter, param.Integer):
            value = round(value)
            if value == current:  # a key moves by a position, of which small numbers have several
                value += 1 if event.new > at else -1
        # A slider has few positions: one that stands for the current value leaves it alone.
        if not self._settling and event.new != at:
            self._set(value)

    def _set(self, value: Any) -> None:
        try:
            assign(self._experiment, self.name, value)
        except ValueError as error:
            kept = _text(getattr(self._experiment, self.name))
            self._complain(f"{error}. It stays at {kept}.")
        self.show()


def _widget(parameter: Any, knob: Knob) -> Any:
    shared = {
        "label": label(parameter.name),
        "description": parameter.doc,
        "size": "small",
        "sizing_mode": "stretch_width",
        "margin": (6, 10, 2, 10),
    }
    if isinstance(parameter, param.Boolean):
        return pmui.Switch(value=parameter.default, **shared)
    if isinstance(parameter, param.String):
        return pmui.TextAreaInput(**shared, rows=3, max_rows=8)
    if knob.labels is not None:
        options = {label: value for value, label in knob.labels.items()}
        return pmui.Select(value=parameter.default, options=options, **shared)
    return pmui.TextInput(**shared)


def _text(value: Any) -> str:
    """Return a value as it stands in its field: plain digits, few for a float."""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and value < 1e15 else f"{value:.6g}"
    return str(value)


def _slider(parameter: Any, knob: Knob) -> Any:
    if knob.slider is None:
        return None
    return pmui.FloatSlider(
        start=0,
        end=_SLIDER_STEPS,
        step=1,
        value=0,
        show_value=False,
        tooltips=False,
        label=label(parameter.name),  # for screen readers: the field above shows it
        sx={"& > .MuiFormLabel-root": {"display": "none"}},
        size="small",
        sizing_mode="stretch_width",
        margin=(0, 18, 4, 18),
        css_classes=["wf-slider"],
    )


def _position(value: float, ends: tuple[float, float] | None) -> int:
    """Return the slider's position for a value, held within the ends."""
    assert ends is not None
    low, high = ends
    if value <= low:
        return 0
    share = math.log(value / low) / math.log(high / low)
    return min(_SLIDER_STEPS, round(_SLIDER_STEPS * share))


def _value(position: float, ends: tuple[float, float], zero: bool) -> float:
    """Return the value of a position; the left end is 0 where 0 is allowed.

    To three digits: of two, neighbours may have the same, and a key would not get past them.
    """
    low, high = ends
    if position <= 0:
        return 0.0 if zero else low
    value = low * (high / low) ** (position / _SLIDER_STEPS)
    return float(f"{value:.2e}")


class Controls:
    """All controls but the player's, in groups that fold.

    Parameters
    ----------
    experiment, complain
        As of `Control`.
    leave_out : tuple of str
        Knobs without a control.
    locked : tuple of str
        Knobs whose control cannot be used.

    Attributes
    ----------
    panel : panel.viewable.Viewable
    groups : dict of panel.Column
        Title of a group to its controls; whoever has more to offer there appends it.
    """

    def __init__(
        self,
        experiment: Experiment,
        complain: Callable[[str], Any],
        leave_out: tuple[str, ...] = (),
        locked: tuple[str, ...] = (),
    ) -> None:
        self._controls = {
            name: Control(experiment, name, complain, name in locked)
            for name in KNOBS
            if name not in leave_out
        }
        self.groups: dict[str, pn.Column] = {}
        for name, control in self._controls.items():
            blank = pn.Column(sizing_mode="stretch_width", margin=0)
            self.groups.setdefault(KNOBS[name].group, blank).append(control.panel)
        self.panel = pmui.Accordion(
            *self.groups.items(),
            active=list(range(len(self.groups) - 1)),
            disable_gutters=True,
            title_variant="subtitle1",
            sizing_mode="stretch_width",
            margin=0,
        )
        experiment.param.watch(self.show, list(KNOBS))

    def show(self, *_events: Any) -> None:
        """Show the experiment's values and hide what does not apply."""
        for control in self._controls.values():
            control.follow()
