"""What a view hands from the worker thread to its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.views.limits import Box
from app.views.plot import Columns


@dataclass(frozen=True)
class Payload:
    """What one frame changes: columns by layer, the limits its data need, one box a figure, the
    note, where it tells of the frame, and the words of captions by name."""

    columns: Mapping[str, Columns] = field(default_factory=dict)
    need: Sequence[Box] = ()
    note: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)


class Ready(NamedTuple):
    """A new run as a view shows it first: its scene, and the payload of its first frame."""

    scene: Any
    payload: Payload
