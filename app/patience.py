"""What the page says while a run is being prepared: which kernel is compiled, and no more."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from core import compiling

#: Milliseconds after which the page speaks: most runs are there at once, and must not flicker.
SILENCE = 400
#: Milliseconds between two looks at what is being compiled.
PERIOD = 300

LOADING = "Loading the kernels of this network …"


class Patience:
    """Says again and again what a start waits for, until it has ended.

    Parameters
    ----------
    tell : callable
        Takes a sentence; called under the lock of the document.
    """

    def __init__(self, tell: Callable[[str], Any]) -> None:
        self._tell = tell
        self._wait: object | None = None

    def begin(self, document: Any) -> None:
        """A start has begun; an earlier one is forgotten."""
        self._wait = object()
        document.add_timeout_callback(partial(self._speak, document, self._wait), SILENCE)

    def end(self) -> None:
        """The start has ended. Idempotent."""
        self._wait = None

    def _speak(self, document: Any, wait: object) -> None:
        if wait is self._wait:
            self._tell(compiling.sentence() or LOADING)
            document.add_timeout_callback(partial(self._speak, document, wait), PERIOD)
