"""The state of the page in its address: read once at the start, written after every change."""

from __future__ import annotations

from typing import Any

import panel as pn

from core import query
from core.experiment import Experiment

#: Names in the address that belong to the page: `play=1` starts the run by itself.
PAGE_NAMES = ("play", "theme")

#: Knobs that decide how large a run is.
_SIZES = ("m", "n", "n_test", "points")


def read_address() -> tuple[Experiment, bool, list[str]]:
    """Return the experiment of the page's address.

    Returns
    -------
    experiment : Experiment
        Knobs with a bad value, or none, are at their defaults.
    play : bool
        Whether the run should start by itself.
    complaints : list of str
        A sentence for each bad value.
    """
    text = (pn.state.location.search or "") if pn.state.location else ""
    experiment, complaints = query.read(Experiment(), text, ignore=PAGE_NAMES)
    play = query.page_value(text, "play") == "1"
    try:
        experiment.check_sizes()
    except ValueError as error:
        complaints.append(f"{error}. Using the default {', '.join(_SIZES)}.")
        defaults = Experiment()
        experiment.param.update(**{name: getattr(defaults, name) for name in _SIZES})
    return experiment, play, complaints


def write_address(experiment: Experiment, location: Any) -> None:
    """Put the experiment into the address of the page, without a reload."""
    if location is not None:
        location.search = "?" + experiment.to_query()
