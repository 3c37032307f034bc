"""Copies of rendered figures: HoloViews renders each kind once a process, sessions get copies.

Rendering a page's figures takes HoloViews most of a second, and a class opens its pages all at
once. A copy is made from the serialised figure, with names (ids) of its own.
"""

from __future__ import annotations

from typing import Any

from bokeh.core.serialization import Deserializer, Serialized, Serializer
from bokeh.util.serialization import make_id


def freeze(models: Any) -> Serialized[Any]:
    """Return nested dicts and lists of bokeh models in serialised form."""
    return Serializer().serialize(models)


def thaw(frozen: Serialized[Any]) -> Any:
    """Return a new copy of what was frozen; its models belong to no document yet."""
    fresh: dict[str, str] = {}
    content = _renumber(frozen.content, fresh)
    return Deserializer().deserialize(Serialized(content, frozen.buffers))


def _renumber(part: Any, fresh: dict[str, str]) -> Any:
    """Return a copy of serialised content with a new id for every model."""
    if isinstance(part, list):
        return [_renumber(item, fresh) for item in part]
    if not isinstance(part, dict):
        return part
    copy = {key: _renumber(value, fresh) for key, value in part.items()}
    names_a_model = part.get("type") == "object" or part.keys() == {"id"}
    if names_a_model and isinstance(copy.get("id"), str):
        if copy["id"] not in fresh:
            fresh[copy["id"]] = make_id()
        copy["id"] = fresh[copy["id"]]
    return copy
