"""The state of the page in its address: read once at the start, written after every change."""

from __future__ import annotations

from typing import Any

import panel as pn

from app.layout import Layout, is_layout
from core import query
from core.experiment import Experiment

#: Names in the address that belong to the page: `play=1` starts the run by itself.
PAGE_NAMES = ("play", "theme", "until", "present")

#: Knobs that decide how large a run is.
_SIZES = ("m", "n", "n_test", "points")


def read_address() -> tuple[Experiment, Layout, bool, list[str]]:
    """Return the experiment and the layout of the page's address.

    Returns
    -------
    experiment : Experiment
        Knobs with a bad value, or none, are at their defaults.
    layout : Layout
        Which figures are shown, and their options.
    play : bool
        Whether the run should start by itself.
    complaints : list of str
        A sentence for each bad value.
    """
    text = (pn.state.location.search or "") if pn.state.location else ""
    layout, odd = Layout.from_query(text)
    experiment, complaints = query.read(Experiment(), text, ignore=_is_of_page)
    complaints += odd
    play = query.page_value(text, "play") == "1"
    try:
        experiment.check_sizes()
    except ValueError as error:
        complaints.append(f"{error}. Using the default {', '.join(_SIZES)}.")
        defaults = Experiment()
        experiment.param.update(**{name: getattr(defaults, name) for name in _SIZES})
    return experiment, layout, play, complaints


def write_address(
    experiment: Experiment, layout: Layout, location: Any, page: dict[str, str]
) -> None:
    """Put experiment, layout and the rest of the page's state into its address, no reload."""
    if location is not None:
        parts = experiment.to_query(), query.write(layout.to_query() | page)
        location.search = "?" + "&".join(part for part in parts if part)


def _is_of_page(name: str) -> bool:
    return name in PAGE_NAMES or is_layout(name)
