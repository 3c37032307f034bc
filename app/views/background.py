"""Work that takes longer than a frame may: done now and then, of the latest frame, in a thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable
from time import perf_counter
from typing import Any

log = logging.getLogger(__name__)

#: How much longer a thread rests than it has worked, and the longest rest in seconds.
REST, LONGEST = 9.0, 5.0

# One piece of work at a time: forty pages must not leave the runs of forty others without a core.
_one_at_a_time = threading.Lock()


class Background:
    """Answers about frames, a tenth of the time; what is asked last is answered at last.

    Parameters
    ----------
    done : callable
        Called in the thread after every answer.
    rest : float
        How much longer to rest than to work.

    Attributes
    ----------
    answer : object
        The latest one, None before the first and where the work has failed.
    """

    def __init__(self, done: Callable[[], Any], rest: float = REST) -> None:
        self._done, self._rest = done, rest
        self._lock = threading.Lock()
        self._asked: tuple[Hashable, Callable[[], Any]] | None = None
        self._key: Hashable = None
        self._thread: threading.Thread | None = None
        self.answer: Any = None

    def ask(self, key: Hashable, work: Callable[[], Any]) -> None:
        """Have `work()` done unless that of the same key was the last to be begun. Any thread."""
        with self._lock:
            if key == self._key:
                self._asked = None
                return
            self._asked = key, work
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

    def join(self) -> None:
        """Wait until all that was asked for is answered."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while (work := self._take()) is not None:
            with _one_at_a_time:
                begun = perf_counter()
                try:
                    self.answer = work()
                except Exception:  # the figure says that there is no answer
                    log.exception("a figure's background work failed")
                    self.answer = None
                seconds = perf_counter() - begun
            self._done()
            threading.Event().wait(min(self._rest * seconds, LONGEST))

    def _take(self) -> Callable[[], Any] | None:
        """Return the work asked for last; without any, the thread ends."""
        with self._lock:
            if self._asked is None:
                self._thread = None
                return None
            self._key, work = self._asked
            self._asked = None
            return work
