"""A scene in the address of the page: ``scene=<name>``, with whatever differs from it beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from app.arm_address import FORK, is_of_arms
from app.layout import FIGURES, Layout
from app.until import UNTIL
from app.views import VIEWS
from core import query
from core.scenes import Scene, scenes

#: Name in the address.
SCENE = "scene"


def find(name: str) -> Scene:
    """Return the scene of a name; ValueError naming those there are."""
    found = {scene.name: scene for scene in scenes()}
    if name not in found:
        raise ValueError(f"scene={name!r} is no scene: there are {', '.join(found)}")
    return found[name]


def text_of(scene: Scene) -> str:
    """Return a scene as an address would say it: its knobs, and its options of the page."""
    return query.write({**scene.knobs, **scene.page})


def read(text: str) -> tuple[str, Scene | None, list[str]]:
    """Return an address with its scene written out, the scene, and what cannot be.

    What else stands in the address counts more than the scene.
    """
    given = dict(parse_qsl(text.lstrip("?"), keep_blank_values=True))
    if SCENE not in given:
        return text, None, []
    try:
        scene = find(given[SCENE])
    except ValueError as error:
        return text, None, [f"{error}. The page opens without one."]
    own = dict(parse_qsl(text_of(scene), keep_blank_values=True))
    if any(is_of_arms(name) for name in given):
        own = {name: value for name, value in own.items() if not is_of_arms(name)}
    return query.write(own | given), scene, []


def write(scene: Scene, layout: Layout, others: Mapping[str, Any]) -> dict[str, str]:
    """Return what the address holds of a scene.

    Beside its name these are the options of the page that the scene sets and that are at their
    defaults now: left out, they would be the scene's again.

    Parameters
    ----------
    scene : Scene
    layout : Layout
        Of the page.
    others : mapping
        What else the address holds.
    """
    kept = {SCENE: scene.name}
    for name in scene.page:
        if name == FIGURES:
            kept[FIGURES] = ",".join(layout.figures)
        elif name == UNTIL:
            kept[UNTIL] = str(others.get(UNTIL, ""))
        elif is_of_arms(name):
            kept[FORK] = str(others.get(FORK, ""))
        elif "." in name:
            kept[name] = _option(layout, *name.split(".", 1))
    return kept


def _option(layout: Layout, view: str, option: str) -> str:
    default = next(one.default for one in VIEWS[view].options if one.name == option)
    return layout.chosen.get(view, {}).get(option, default)
