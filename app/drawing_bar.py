"""The tools of the pencil: what a click does, undo and redo, clear, and a count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from app.later import reveal

#: What a click does, by what stands on its button.
PLUS, MINUS, ADD, ERASE = "● +1", "■ −1", "add", "erase"

#: Label of a new point by tool.
LABELS = {PLUS: 1.0, MINUS: -1.0}


def _coloured(place: int, colour: str) -> dict[str, Any]:
    """Return the look of a tool in a colour of the page's palette."""
    tool = f"& button:nth-of-type({place})"
    chosen = {"backgroundColor": f"{colour}.main", "color": f"{colour}.contrastText"}
    hovered = {"backgroundColor": f"{colour}.dark", "color": f"{colour}.contrastText"}
    return {
        tool: {"color": f"{colour}.main"},
        f"{tool}.Mui-selected": chosen,
        f"{tool}.Mui-selected:hover": hovered,
    }


#: Labels are red and blue as in the figure; their marks tell them apart, too.
_COLOURS = _coloured(1, "error") | _coloured(2, "primary")


class DrawingBar:
    """The tools, CSS class wf-draw-bar; seen while somebody draws.

    Parameters
    ----------
    undo, redo, clear : callable
        Called when their buttons are pressed.

    Attributes
    ----------
    panel : panel.viewable.Viewable
    """

    def __init__(
        self, undo: Callable[[], Any], redo: Callable[[], Any], clear: Callable[[], Any]
    ) -> None:
        self._tools = pmui.RadioButtonGroup(
            options=[PLUS, MINUS, ERASE],
            value=PLUS,
            sx=_COLOURS,
            size="small",
            margin=(2, 6),
            width=170,
            css_classes=["wf-draw-tool"],
        )
        self._target = pmui.FloatInput(
            label="target y", value=1.0, step=0.1, size="small", width=150, margin=(6, 6),
            css_classes=["wf-draw-target"],
        )  # fmt: skip
        self._undo = _button("undo", "Undo (Ctrl+Z)", undo)
        self._redo = _button("redo", "Redo (Ctrl+Shift+Z)", redo)
        self._clear = _button("delete_sweep", "Clear: start from an empty plane", clear, "clear")
        self._count = pn.pane.HTML(margin=(0, 6))
        self._parts = [
            self._tools, self._target, self._undo, self._redo, self._clear, self._count,
        ]  # fmt: skip
        self.panel = pn.FlexBox(
            gap="2px", align_items="center", sizing_mode="stretch_width", margin=(0, 8),
            visible=False, css_classes=["wf-draw-bar"],
        )  # fmt: skip

    def turn(self, on: bool) -> None:
        """Show the tools, or hide them."""
        reveal(self.panel, self._parts, on)

    @property
    def erases(self) -> bool:
        """Whether a click takes points away."""
        return self._tools.value == ERASE

    @property
    def target(self) -> float:
        """Target of a new point over a plane."""
        label = LABELS.get(self._tools.value)
        return label if label is not None else float(self._target.value or 0.0)

    def adapt(self, flat: bool, labels: bool) -> None:
        """Offer what fits the data: over a line (`flat`) the height of a click is the target."""
        tools = [PLUS, MINUS, ERASE] if labels and not flat else [ADD, ERASE]
        if self._tools.options != tools:
            sx = _COLOURS if labels and not flat else {}
            self._tools.param.update(options=tools, value=tools[0], sx=sx)
        self._target.visible = not (flat or labels)

    def show(self, count: int, can_undo: bool, can_redo: bool) -> None:
        """Show how many points there are, and what can be done."""
        words = f"{count} points" if count != 1 else "1 point"
        tip = "Click to add, drag to move." if count else "Click to place the first."
        # the class stands on the text itself: the element around it has none of its own
        self._count.object = (
            f'<span class="wf-draw-count" style="font-size:13px">{words}. {tip}</span>'
        )
        if not count and self.erases:
            self._tools.value = self._tools.options[0]  # there is nothing left to erase
        self._undo.disabled, self._redo.disabled = not can_undo, not can_redo
        self._clear.disabled = not count


def _button(icon: str, words: str, pressed: Callable[[], Any], name: str = "") -> pmui.IconButton:
    button = pmui.IconButton(
        icon=icon,
        size="small",
        margin=0,
        description=words,
        css_classes=[f"wf-draw-{name or icon}"],
    )
    button.on_click(lambda _event: pressed())
    return button
