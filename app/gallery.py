"""All views of one session as one thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.views import VIEWS, Payload, Ready, View
from core import Frame


@dataclass(frozen=True)
class Picture:
    """What the worker thread hands to the page: a frame, a payload for each view, and the
    seconds that the steps alone took."""

    frame: Frame
    views: list[Payload]
    seconds: float


class Gallery:
    """The views of a page, in its order. Methods are those of `View`, for all of them.

    Parameters
    ----------
    refresh : callable
        Called when the present state should be drawn anew.
    """

    def __init__(self, refresh: Callable[[], Any]) -> None:
        self.views: list[View] = [kind(refresh=refresh) for kind in VIEWS.values()]

    @property
    def panels(self) -> list[Any]:
        """What goes into the page."""
        return [view.panel for view in self.views]

    def ready(self, setup: Any) -> list[Ready]:
        """Prepare to show a setup. Worker thread."""
        return [view.ready(setup) for view in self.views]

    def build(self, setup: Any, ready: list[Ready]) -> None:
        """Show a setup. Event loop."""
        for view, one in zip(self.views, ready, strict=True):
            view.build(setup, one)

    def compute(self, frame: Any, history: Any) -> list[Payload]:
        """Return what the views show of a frame. Worker thread."""
        return [view.compute(frame, history) for view in self.views]

    def update(self, payloads: list[Payload]) -> None:
        """Show them. Event loop."""
        for view, payload in zip(self.views, payloads, strict=True):
            view.update(payload)

    def set_ceiling(self, value: float | None) -> None:
        """Take the largest margin. Event loop."""
        for view in self.views:
            view.set_ceiling(value)

    def retheme(self, dark: bool) -> None:
        """Recolour all figures. Event loop."""
        for view in self.views:
            view.retheme(dark)

    def close(self) -> None:
        """Let go of the views."""
        self.views = []
