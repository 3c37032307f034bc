"""The layout of the page in its address: which figures are shown, and the options of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from app.arm_address import is_of_arms
from app.views import VIEWS, Option

#: Name in the address of the list of figures.
FIGURES = "figures"


@dataclass
class Layout:
    """Which figures are shown and what is chosen about them.

    Attributes
    ----------
    figures : list of str
        Names of the views shown.
    chosen : dict
        View to option to value, those not at their default.
    """

    figures: list[str] = field(default_factory=lambda: default_figures())
    chosen: dict[str, dict[str, str]] = field(default_factory=dict)

    def to_query(self) -> dict[str, str]:
        """Return what the address holds: nothing for what is at its default."""
        query = {
            f"{view}.{option}": value
            for view, options in self.chosen.items()
            for option, value in options.items()
        }
        if self.figures != default_figures():
            query[FIGURES] = ",".join(self.figures)
        return query

    @classmethod
    def from_query(cls, text: str) -> tuple[Layout, list[str]]:
        """Return the layout of an address, and a sentence for each value that cannot be."""
        layout, complaints = cls(), []
        for name, value in parse_qsl(text.lstrip("?"), keep_blank_values=True):
            try:
                if name == FIGURES:
                    layout.figures = _read_figures(value)
                elif "." in name and not is_of_arms(name):
                    view, option = _option(name, value)
                    layout.chosen.setdefault(view, {})[option] = value
            except ValueError as error:
                complaints.append(f"{error}. Using the default.")
        return layout, complaints


def is_layout(name: str) -> bool:
    """Tell whether a name in the address belongs to the layout."""
    return name == FIGURES or "." in name


def default_figures() -> list[str]:
    """Return the names of the views shown at first."""
    return [name for name, view in VIEWS.items() if view.shown]


def _read_figures(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in VIEWS:
            raise ValueError(f"{FIGURES}={name!r} is no figure: there are {', '.join(VIEWS)}")
    if not names:
        raise ValueError(f"{FIGURES}= is empty: name some of {', '.join(VIEWS)}")
    return [name for name in VIEWS if name in names]


def _option(name: str, value: str) -> tuple[str, str]:
    """Return view and option of a name like paths.plane, whose value is allowed."""
    known: dict[str, Option] = {
        f"{view}.{option.name}": option for view, kind in VIEWS.items() for option in kind.options
    }
    if name not in known:
        among = ", ".join(known) or "none"
        raise ValueError(f"{name} is no option of a figure: there are {among}")
    view = name.split(".")[0]
    known[name].check(view, value)
    return view, known[name].name
