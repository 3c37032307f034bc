"""Copies of rendered figures: HoloViews renders each kind once a process, sessions get copies.

Rendering a page's figures takes HoloViews most of a second, and a class opens its pages all at
once. A copy is made from the serialised figure, with names (ids) of its own.
"""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from bokeh.core.serialization import Deserializer, Serialized, Serializer
from bokeh.util.serialization import make_id

from app.views.plot import Plot

#: Kinds of figures kept, the least recently used go first; a kind takes some 100 kB.
MOST_KINDS = 64


class Templates:
    """The rendered figures of this process by kind. Any thread; HoloViews runs in one at a time."""

    def __init__(self) -> None:
        self._frozen: OrderedDict[Hashable, list[tuple[Plot, Serialized[Any]]]] = OrderedDict()
        self._lock = threading.Lock()

    def copies(self, kind: Hashable, declare: Callable[[], list[Plot]]) -> list[Plot]:
        """Return new copies of the figures of `kind`, which `declare()` renders if they are new."""
        return [_thaw(*pair) for pair in self.freeze(kind, declare)]

    def freeze(
        self, kind: Hashable, declare: Callable[[], list[Plot]]
    ) -> list[tuple[Plot, Serialized[Any]]]:
        """Keep the figures of `kind`, so that copies take no time; return them."""
        with self._lock:
            if kind not in self._frozen:
                self._frozen[kind] = [_freeze(plot) for plot in declare()]
                if len(self._frozen) > MOST_KINDS:
                    self._frozen.popitem(last=False)
            self._frozen.move_to_end(kind)
            return self._frozen[kind]


def _freeze(plot: Plot) -> tuple[Plot, Serialized[Any]]:
    """Return a plot without its models, and those in serialised form."""
    models = {name: getattr(plot, name) for name in ("figure", "limits", "renderers", "captions")}
    bare: Any = copy.copy(plot)
    bare.figure, bare.limits = None, None
    bare.renderers, bare.sources, bare.captions = {}, {}, {}
    return bare, Serializer().serialize(models)


def _thaw(bare: Plot, frozen: Serialized[Any]) -> Plot:
    """Return a copy of a frozen plot; its models have new ids and belong to no document yet."""
    plot = copy.copy(bare)
    content = _renumber(frozen.content, {})
    for name, part in Deserializer().deserialize(Serialized(content, frozen.buffers)).items():
        setattr(plot, name, part)
    plot.sources = {name: renderer.data_source for name, renderer in plot.renderers.items()}
    return plot


def _renumber(part: Any, fresh: dict[str, str]) -> Any:
    """Return a copy of serialised content with a new id for every model."""
    if isinstance(part, list | tuple):  # the entries of a mapping are pairs
        return [_renumber(item, fresh) for item in part]
    if not isinstance(part, dict):
        return part
    renumbered = {key: _renumber(value, fresh) for key, value in part.items()}
    names_a_model = part.get("type") == "object" or part.keys() == {"id"}
    if names_a_model and isinstance(renumbered.get("id"), str):
        if part["id"] not in fresh:
            fresh[part["id"]] = make_id()
        renumbered["id"] = fresh[part["id"]]
    return renumbered
