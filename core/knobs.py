"""Knobs: how a parameter of an experiment is declared, and what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import param

if TYPE_CHECKING:
    from core.experiment import Experiment


@dataclass(frozen=True)
class Knob:
    """What the page needs to know of a parameter beyond param's own slots.

    Attributes
    ----------
    group : str
        Heading it stands under.
    symbol : str
        LaTeX, without dollars; may be empty.
    live : bool
        Whether a change acts on the running simulation.
    slider : tuple of float or None
        Ends of a logarithmic slider within the bounds; None for a knob one only types.
    labels : dict
        For choices: the words shown for each value.
    applies : callable
        Tells of an experiment whether the knob means anything there.
    """

    group: str
    symbol: str = ""
    live: bool = False
    slider: tuple[float, float] | None = None
    labels: dict[str, str] | None = None
    applies: Callable[[Experiment], bool] = lambda experiment: True


#: All knobs by parameter name, in the order of the page.
KNOBS: dict[str, Knob] = {}


def knob(name: str, parameter: param.Parameter, group: str, **about: Any) -> param.Parameter:
    KNOBS[name] = Knob(group, **about)
    return parameter


def choice(name: str, default: str, table: Mapping[str, Any], group: str, doc: str, **about: Any):
    labels = {
        key: entry if isinstance(entry, str) else getattr(entry, "label", key)
        for key, entry in table.items()
    }
    label = name.replace("_", " ")
    selector: Any = param.Selector(default=default, objects=list(table), label=label, doc=doc)
    return knob(name, selector, group, labels=labels, **about)


def number(name: str, default: float, low: float, high: float, group: str, label, doc, **about):
    kind: Any = param.Integer if isinstance(default, int) else param.Number
    parameter = kind(default, bounds=(low, high), label=label, doc=doc)
    return knob(name, parameter, group, **about)


def switch(name: str, default: bool, group: str, label: str, doc: str, **about: Any):
    return knob(name, param.Boolean(default, label=label, doc=doc), group, **about)


def text(name: str, default: str, group: str, label: str, doc: str, **about: Any):
    return knob(name, param.String(default, label=label, doc=doc), group, **about)
