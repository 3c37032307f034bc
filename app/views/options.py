"""Options of a figure: what a user may choose about how it draws, and their bar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import panel as pn
import panel_material_ui as pmui

from app.later import reveal

#: Choices of an option that is on or off: it becomes a switch.
SWITCH = {"0": "off", "1": "on"}


@dataclass(frozen=True)
class Option:
    """One choice about how a figure draws.

    Attributes
    ----------
    name : str
        Its name in the address is "<view>.<name>".
    label, doc : str
        What stands beside it, and the help that explains it.
    choices : mapping of str to str
        The words shown for each value; `SWITCH` makes it a switch.
    default : str
        A key of `choices`.
    remake : bool
        Whether the scene must be prepared anew: `View.prepare` reads ``self.chosen`` and keeps
        what it needs in the scene. Otherwise `View.draw` reads it at the next frame.
    applies : callable
        Tells of a scene whether the option means anything there.
    offers : callable, optional
        Tells of a scene which of the choices there are.
    """

    name: str
    label: str
    doc: str
    choices: Mapping[str, str]
    default: str
    remake: bool = False
    applies: Callable[[Any], bool] = lambda scene: True
    offers: Callable[[Any], Iterable[str]] | None = None

    def check(self, view: str, value: str) -> None:
        """Raise ValueError unless `value` is one of the choices."""
        if value not in self.choices:
            allowed = ", ".join(self.choices)
            raise ValueError(f"{view}.{self.name}={value!r} is not allowed: it takes {allowed}")


class OptionBar:
    """The options of one figure, folded away behind a button.

    Parameters
    ----------
    view : str
        Name of the view; the button has the class wf-tune-<view>, the bar wf-options-<view>,
        an option wf-option-<view>-<name>.
    options : tuple of Option
    choose : callable
        Called with the name of an option and the value a user has given it.

    Attributes
    ----------
    panel, button : panel.viewable.Viewable
    """

    def __init__(
        self, view: str, options: tuple[Option, ...], choose: Callable[[str, str], Any]
    ) -> None:
        self._options, self._choose = options, choose
        self._settling = False
        self._widgets = {option.name: _widget(view, option) for option in options}
        for name, widget in self._widgets.items():
            widget.param.watch(lambda event, name=name: self._picked(name, event.new), "value")
        self.panel = pn.FlexBox(
            gap="4px",
            align_items="center",
            sizing_mode="stretch_width",
            margin=(0, 8),
            visible=False,
            css_classes=[f"wf-options-{view}"],
        )
        self.button = pmui.IconButton(
            icon="tune",
            size="small",
            margin=0,
            visible=bool(options),
            description="Options of this figure",
            css_classes=[f"wf-tune-{view}"],
        )
        self.button.on_click(lambda _event: self._fold())

    def show(self, chosen: Mapping[str, str], scene: Any) -> None:
        """Show the values chosen, and only the options that apply to the scene."""
        self._settling = True
        try:
            for option in self._options:
                widget, value = self._widgets[option.name], chosen[option.name]
                applies = scene is not None and option.applies(scene)
                if applies and option.offers is not None:
                    words = _words(option, {value, *option.offers(scene)})
                    if words != widget.options:
                        widget.options = words
                shown: Any = value == "1" if option.choices is SWITCH else value
                if (widget.value, widget.visible) != (shown, applies):
                    widget.param.update(value=shown, visible=applies)
        finally:
            self._settling = False
        self.button.visible = any(widget.visible for widget in self._widgets.values())

    def _fold(self) -> None:
        reveal(self.panel, list(self._widgets.values()), not self.panel.visible)

    def _picked(self, name: str, value: Any) -> None:
        if not self._settling:
            self._choose(name, str(int(value)) if isinstance(value, bool) else value)


def _widget(view: str, option: Option) -> Any:
    shared: dict[str, Any] = {
        "label": option.label,
        "description": option.doc,
        "size": "small",
        "margin": (4, 4),
        "css_classes": [f"wf-option-{view}-{option.name}"],
    }
    if option.choices is SWITCH:
        return pmui.Switch(value=option.default == "1", **shared)
    words = _words(option, option.choices)
    return pmui.Select(value=option.default, options=words, width=170, **shared)


def _words(option: Option, values: Iterable[str]) -> dict[str, str]:
    """Return the words of some of the choices, with the values they stand for."""
    offered = set(values)
    return {words: value for value, words in option.choices.items() if value in offered}
