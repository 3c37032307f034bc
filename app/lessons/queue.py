"""Studies of all sessions of this process, one at a time: a class must not start forty at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from core.studies import CancelledError, Progress, Store, Study, carry_out

log = logging.getLogger(__name__)


class Job:
    """A study that waits for its turn, is carried out, or is done. Read on any thread.

    Parameters
    ----------
    study : Study
    store : Store or None

    Attributes
    ----------
    values : dict
        Value by (arm, x, seed), as they come; never changed, but replaced.
    seconds, share : float
        Of computing; and how much of the steps is done.
    running, done : bool
        Whether its turn has come, and whether it is over.
    failure : str
        Why it could not be carried out; "" if it could, or was cancelled.
    """

    def __init__(self, study: Study, store: Store | None) -> None:
        self.study, self._store = study, store
        self.values: dict[tuple[str, float, int], float] = {}
        self.seconds = self.share = 0.0
        self.running = self.done = False
        self.failure = ""
        self._cancel = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Whether it is wanted no longer."""
        return self._cancel.is_set()

    def cancel(self) -> None:
        """Stop within a fraction of a second; what is measured is kept."""
        self._cancel.set()

    def run(self) -> None:
        """Carry the study out. Worker thread."""
        self.running = True
        try:
            if not self.cancelled:
                carry_out(self.study, self._store, self._note, self._cancel)
        except CancelledError:
            pass
        except ValueError as error:
            self.failure = str(error)
        except Exception as error:  # told to the visitor; the next in line must have its turn
            log.exception("a study failed")
            self.failure = f"{type(error).__name__}: {error}"
        self.done = True

    def _note(self, progress: Progress) -> None:
        self.share, self.seconds = progress.share, progress.seconds
        if len(progress.values) != len(self.values):
            self.values = dict(progress.values)


class Queue:
    """The jobs of a process in the order in which they came."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1, "wideflow-study")

    def join(self, job: Job) -> None:
        """Have a job carried out when its turn has come."""
        with self._lock:
            self._jobs.append(job)
        self._pool.submit(self._serve, job)

    def ahead(self, job: Job) -> int:
        """Return how many are to be served before a job."""
        with self._lock:
            waiting = [one for one in self._jobs if one is job or not one.cancelled]
        return waiting.index(job) if job in waiting else 0

    def cancel_all(self) -> None:
        """Stop all of them: the server is going down."""
        with self._lock:
            for job in self._jobs:
                job.cancel()

    def _serve(self, job: Job) -> None:
        run: Callable[[], None] = job.run
        try:
            run()
        finally:
            with self._lock:
                self._jobs.remove(job)


queue = Queue()
"""That of this process."""
