"""The state of the page in its address: read once at the start, written after every change."""

from __future__ import annotations

from typing import Any, NamedTuple

import panel as pn

from app.access import HIDE, LOCK, Access
from app.arm_address import FORK
from app.layout import Layout, is_layout
from app.lessons import address as lesson_address
from core import query
from core.experiment import Experiment
from core.scenes import Scene

#: Names in the address that belong to the page: `play=1` starts the run by itself, `theme=dark`,
#: `sidebar=0` and `present=1` say how it looks, `until` is its goal, `lab` which lab of a notebook
#: it is, `fork` the step at which other runs part from the first, `scene` the lesson.
PAGE_NAMES = (
    "play", "theme", "sidebar", "until", "present", "lab", LOCK, HIDE, FORK, lesson_address.SCENE
)  # fmt: skip

#: Knobs that decide how large a run is.
_SIZES = ("m", "n", "n_test", "points")


class Asked(NamedTuple):
    """What an address asks for.

    Attributes
    ----------
    text : str
        The address, with its scene written out.
    experiment : Experiment
        Knobs with a bad value, or none, are at their defaults.
    layout : Layout
        Which figures are shown, and their options.
    play : bool
        Whether the run should start by itself.
    scene : Scene or None
        The lesson.
    complaints : list of str
        A sentence for each bad value.
    """

    text: str
    experiment: Experiment
    layout: Layout
    play: bool
    scene: Scene | None
    complaints: list[str]


def read_address() -> Asked:
    """Return what the page's address asks for."""
    text, scene, unknown = lesson_address.read(search())
    layout, odd = Layout.from_query(text)
    experiment, complaints = query.read(Experiment(), text, ignore=_is_of_page)
    complaints += unknown + odd
    play = _plays(query.page_value(text, "play"), scene)
    try:
        experiment.check_sizes()
    except ValueError as error:
        complaints.append(f"{error}. Using the default {', '.join(_SIZES)}.")
        defaults = Experiment()
        experiment.param.update(**{name: getattr(defaults, name) for name in _SIZES})
    return Asked(text, experiment, layout, play, scene, complaints)


def _plays(given: str | None, scene: Scene | None) -> bool:
    """Tell whether a run starts by itself: a scene does, unless it asks a question first."""
    return given == "1" or (given is None and scene is not None and scene.question is None)


def state_query(experiment: Experiment, layout: Layout, look: dict[str, str]) -> str:
    """Return the state of a page as a query: knobs, layout and `look`, as `look_of` gives it."""
    parts = experiment.to_query(), query.write(layout.to_query() | look)
    return "&".join(part for part in parts if part)


def look_of(page: Any) -> dict[str, str]:
    """Return theme and sidebar of a page as they stand in the address: nothing where usual."""
    look = {"theme": "dark"} if page.dark_theme else {}
    return look if page.sidebar_open else look | {"sidebar": "0"}


def read_look() -> tuple[bool, Access, list[str]]:
    """Return what the address says of the controls.

    Returns
    -------
    sidebar : bool
        Whether the sidebar is open.
    access : Access
        Which controls are locked or hidden.
    complaints : list of str
        A sentence for each bad name.
    """
    text = search()
    access, complaints = Access.from_query(text)
    return query.page_value(text, "sidebar") != "0", access, complaints


def write_address(text: str, location: Any) -> None:
    """Put a query into the address of the page, without a reload."""
    if location is not None:
        location.search = "?" + text


def search() -> str:
    """Return the address's query: none in a notebook, whose address is not ours."""
    location = pn.state.location if pn.state.curdoc is not None else None
    return (location.search or "") if location else ""


def _is_of_page(name: str) -> bool:
    return name in PAGE_NAMES or is_layout(name)
