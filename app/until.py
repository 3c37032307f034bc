"""The control that says until when the run goes on: a choice, and a number where it takes one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from app.goals import GOALS, Goal, Watch
from core.experiment import Experiment
from core.query import assign, page_value, parse

#: Name in the address: until=risk:0.001. A step stands there as the knob `steps`.
UNTIL = "until"

_NEVER, _STEP = "", "step"
_LABELS = {_NEVER: "I pause it", _STEP: "step"}
_DOC = (
    "Until when the run goes on by itself. A goal is looked for in every frame and every recorded "
    "step; a step is met exactly."
)
_FIRST_STEP = 1000


class Until:
    """Sets the goal of a run. CSS classes wf-until on the choice, wf-until-value on the number.

    Parameters
    ----------
    experiment : Experiment
        Its knob `steps` is the step to stop at.
    watch : Watch
        Looks out for the other goals.
    complain : callable
        Called with a sentence when a value is refused.
    changed : callable
        Called when another goal is set.

    Attributes
    ----------
    panel : panel.viewable.Viewable
    """

    def __init__(
        self,
        experiment: Experiment,
        watch: Watch,
        complain: Callable[[str], Any],
        changed: Callable[[], Any],
    ) -> None:
        self._experiment, self._watch = experiment, watch
        self._complain, self._changed = complain, changed
        self._goal: Goal | None = None
        self._value = 0.0
        self._settling = False
        options = _LABELS | {goal.name: goal.label for goal in GOALS.values()}
        self._choice = pmui.Select(
            label="run until",
            description=_DOC,
            options={label: name for name, label in options.items()},
            value=_NEVER,
            size="small",
            width=156,
            margin=(4, 3),
            css_classes=["wf-until"],
        )
        self._number = pmui.TextInput(
            label="step", size="small", width=92, margin=(4, 3), css_classes=["wf-until-value"]
        )
        self.panel = pn.Row(self._choice, self._number, margin=0)
        self._choice.param.watch(self._chosen, "value")
        self._number.param.watch(self._typed, "value")
        experiment.param.watch(lambda _event: self._show(), "steps")
        self._show()

    @property
    def query(self) -> dict[str, str]:
        """What the address holds."""
        if self._goal is None:
            return {}
        tail = "" if self._goal.value is None else f":{self._value:g}"
        return {UNTIL: self._goal.name + tail}

    def read(self, text: str) -> None:
        """Take the goal of an address; complain of one that cannot be."""
        given = page_value(text, UNTIL)
        try:
            if not given:
                self._aim(None)
            else:
                self._aim(*goal_of(given))
        except ValueError as error:
            self._complain(f"{error}. The run goes on until paused.")
        self._show()

    def _aim(self, goal: Goal | None, value: float = 0.0) -> None:
        self._watch.aim(goal, value)
        self._goal, self._value = goal, value

    def _chosen(self, event: Any) -> None:
        if self._settling:
            return
        goal = GOALS.get(event.new)
        self._aim(goal, (goal.value or 0.0) if goal else 0.0)
        self._experiment.steps = _FIRST_STEP if event.new == _STEP else 0
        self._show()
        self._changed()

    def _typed(self, event: Any) -> None:
        if self._settling:
            return
        try:
            self._take(str(event.new).replace(",", "").strip())
        except ValueError as error:
            self._complain(f"{error}. It stays at {self._text()}.")
        self._show()
        self._changed()

    def _take(self, text: str) -> None:
        if self._goal is None:
            assign(self._experiment, "steps", parse(self._experiment.param["steps"], text))
        else:
            self._aim(self._goal, self._goal.check(_number(self._goal.name, text)))

    def _text(self) -> str:
        return f"{self._value:g}" if self._goal else str(self._experiment.steps)

    def _show(self) -> None:
        goal, steps = self._goal, self._experiment.steps
        name = goal.name if goal else _STEP if steps else _NEVER
        self._settling = True
        try:
            self._choice.value = name
            text = self._text()
            self._number.param.update(
                value=text,
                value_input=text,
                label=_UNITS.get(name, "step"),
                visible=name == _STEP or (goal is not None and goal.value is not None),
            )
        finally:
            self._settling = False


#: What stands beside the number.
_UNITS = {"risk": "ε", "margin": "% at most"}


def goal_of(text: str) -> tuple[Goal, float]:
    """Return goal and value of a text like "risk:0.001".

    Raises
    ------
    ValueError
        Naming what is allowed.
    """
    name, _, number = text.partition(":")
    goal = GOALS.get(name)
    if goal is None:
        raise ValueError(f"until={text!r} is no goal: there are {', '.join(GOALS)}")
    if goal.value is None:
        return goal, 0.0
    return goal, goal.check(_number(name, number) if number else goal.value)


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"until={name}:{text} is not allowed: it takes a number") from None
