"""Views that tell in words and numbers: a table of HTML, at a moderate pace."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import panel as pn
from bokeh.models.widgets import Div

from app.views.base import Payload, View

CSS = """
:host { --px: calc(1px * var(--wf-scale, 1)); overflow: auto;
  font: calc(13 * var(--px)) Roboto, Helvetica, Arial, sans-serif; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 500; font-size: calc(12 * var(--px)); opacity: .72; }
th, td { padding: 2px 9px 2px 0; border-bottom: 1px solid rgba(128, 128, 128, .25);
  vertical-align: middle; height: calc(21 * var(--px)); }
td.number { text-align: right; min-width: 5.5em; }
th, td.number, td.verdict, td.end, td.symbol { white-space: nowrap; }
p { margin: 5px 0; font-size: calc(12 * var(--px)); }
p.empty { opacity: .72; font-size: calc(14 * var(--px)); padding: 24px 0; text-align: center; }
p.verdict { font-size: inherit; font-weight: 500; }
mjx-container { margin: 0 !important; }
"""


#: Longest pause in seconds: a look that compiled says little of the next.
LONGEST = 3.0


@dataclass(frozen=True)
class Words(Payload):
    """A payload with a text in HTML; None leaves the text, `late` says that there is a new one."""

    text: str | None = None
    late: bool = False


class Throttle:
    """Tells when it is time to look again: not before a pause, and a tenth of the time at most,
    but within `LONGEST`.

    Parameters
    ----------
    pause : float
        Seconds between two looks.
    clock : callable
        Returns seconds.
    """

    def __init__(self, pause: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.pause, self._clock = pause, clock
        self._next = -float("inf")

    def due(self) -> bool:
        """Tell whether it is time."""
        return self._clock() >= self._next

    def took(self, begun: float) -> None:
        """Note that a look that began at `begun` has ended."""
        now = self._clock()
        self._next = now + max(self.pause, min(9.0 * (now - begun), LONGEST))

    def look(self, function: Callable[[], Any]) -> Any:
        """Return `function()`, or None if it is not yet time."""
        if not self.due():
            return None
        begun = self._clock()
        result = function()
        self.took(begun)
        return result

    @property
    def left(self) -> float:
        """Seconds until it is time."""
        return max(0.0, self._next - self._clock())

    def reset(self) -> None:
        """Let it be time."""
        self._next = -float("inf")


class WordsView(View):
    """A view with a text, and perhaps figures beside it, that are seldom drawn anew.

    The text has the CSS class wf-words. A subclass writes `tell`, which `draw` calls once its
    pause is over. A frame that came before is made up for when the run rests.
    """

    #: Seconds between two texts.
    pause = 0.5

    def __init__(self, *about: Any, **further: Any) -> None:
        super().__init__(*about, **further)
        self.throttle = Throttle(self.pause)
        self._waiting = False
        self._div = Div(stylesheets=[CSS], sizing_mode="stretch_both", margin=(2, 12, 2, 0))
        self.text = pn.pane.Bokeh(self._div, sizing_mode="stretch_both", margin=0)

    def tell(self, scene: Any, frame: Any, history: Any) -> Words:
        """Return the text of a frame and what its figures need. Worker thread."""
        raise NotImplementedError

    def draw(self, scene: Any, frame: Any, history: Any) -> Payload:
        """Return the text if it is time, else a note that there is one to come."""
        told = self.throttle.look(lambda: self.tell(scene, frame, history))
        return told or Words(late=True)

    def ready(self, setup: Any) -> Any:
        """Prepare a new run, whose first text is not put off."""
        self.throttle.reset()
        return super().ready(setup)

    def update(self, payload: Payload) -> None:
        """Show the text, or ask for it later: nobody else does once the run rests."""
        if isinstance(payload, Words) and payload.text is not None:
            self._div.text = f'<div class="wf-words">{payload.text}</div>'
        if getattr(payload, "late", False):
            self._ask_later()
        if payload.columns:
            super().update(payload)

    def enlarge(self, scale: float) -> None:
        """Make type and lines `scale` times as large as they usually are."""
        super().enlarge(scale)
        self._div.styles = {"zoom": f"{scale:g}"}

    def _ask_later(self) -> None:
        if self._waiting:
            return
        with contextlib.suppress(RuntimeError):  # no loop: a view outside a page
            loop = asyncio.get_running_loop()
            loop.call_later(self.throttle.left + 0.02, self._ask)
            self._waiting = True

    def _ask(self) -> None:
        self._waiting = False
        self._refresh()


def table(head: tuple[str, ...], rows: list[str]) -> str:
    """Return a table of a head of words and rows made by `row`."""
    cells = "".join(f'<th scope="col">{escape(word)}</th>' for word in head)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def row(*cells: tuple[str, str]) -> str:
    """Return a row of cells, each a class and its markup."""
    return "<tr>" + "".join(f'<td class="{kind}">{text}</td>' for kind, text in cells) + "</tr>"
