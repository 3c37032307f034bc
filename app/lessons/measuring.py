"""Measuring the numbers of a scene in the background: started, watched, cancelled, shown."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import panel as pn

from app import stream
from app.lessons import kept
from app.lessons.effort import words
from app.lessons.kept import FULL, QUICK, Kept, Outlook, size_of, study_of
from app.lessons.measure_card import MeasureCard, rows
from app.lessons.queue import Job, Queue, queue
from app.lessons.study_figure import StudyFigure
from app.sessions import workers
from core.scenes import Scene
from core.studies import Store, judge

log = logging.getLogger(__name__)

#: Seconds between two looks at how far a study is.
PERIOD = 0.25


class Measuring:
    """A card with buttons and verdicts, and a figure of what is measured.

    Parameters
    ----------
    line : Queue
        Where studies wait for their turn.
    store : callable
        Returns where values are kept.

    Attributes
    ----------
    panel : panel.Column
        Not visible while the scene has no numbers.
    """

    def __init__(self, line: Queue = queue, store: Callable[[], Store] = Store) -> None:
        self._line, self._store = line, store
        self._card: MeasureCard | None = None
        self._document: Any = None
        self._scene: Scene | None = None
        self._size = QUICK
        self._values: dict[tuple[str, float, int], float] = {}
        self._job: Job | None = None
        self._task: asyncio.Task[None] | None = None  # a task nobody holds may be collected
        self.figure = StudyFigure()
        self.panel = pn.Column(visible=False, margin=0, sizing_mode="stretch_width")

    def begin(self, document: Any) -> None:
        """Belong to a page that has loaded."""
        self._document = document
        if self._scene is not None:
            self._begin(partial(self._look_up, self._scene))

    def take(self, scene: Scene) -> None:
        """Show the numbers of a scene, and what is kept of them; give up those of another."""
        self.leave()
        self.panel.visible = scene.study is not None
        if scene.study is None:
            return
        if self._card is None:
            self._card = MeasureCard(self.start, self.cancel)
            self.panel.objects = [self._card, self.figure.panel]
        self._scene, self._size, self._values = scene, QUICK, {}
        self._card.param.update(busy="", share=0.0, told="", times={}, rows=self._rows())
        self.figure.panel.visible = False
        if self._document is not None:
            self._begin(partial(self._look_up, scene))

    def start(self, size: str) -> None:
        """Measure at a size, `QUICK` or `FULL`, unless something is being measured."""
        if self._scene is not None and self._job is None and size in (QUICK, FULL):
            self._job = Job(study_of(self._scene, size), self._store())
            self._line.join(self._job)
            self._begin(partial(self._follow, self._scene, size, self._job))

    def cancel(self) -> None:
        """Give up what is under way; what is measured stays. Idempotent."""
        if self._job is not None:
            self._job.cancel()

    def leave(self) -> None:
        """Give it up, and look at it no longer. Idempotent."""
        self.cancel()
        self._job = self._scene = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def close(self) -> None:
        """Let go of everything. Idempotent."""
        self.leave()
        self._document = None

    # -- beside the run ----------------------------------------------------------------------------

    def _begin(self, work: Callable[[], Awaitable[None]]) -> None:
        if self._task is not None:
            self._task.cancel()
        # In an empty context: the task must not pass for a callback that holds the document.
        loop = asyncio.get_running_loop()
        self._task = contextvars.Context().run(loop.create_task, _logged(work))

    async def _look_up(self, scene: Scene) -> None:
        found = await asyncio.to_thread(kept.outlook, scene, self._store(), workers())
        if found.kept.values:
            await self._draw(scene, found.kept.size, found.kept.values)
        await self._locked(lambda: self._tell_outlook(found))

    async def _follow(self, scene: Scene, size: str, job: Job) -> None:
        """Show how far a job is until it is over."""
        await self._locked(lambda: self._tell(size, job))
        while not job.done:
            if job.values and (job.values is not self._values or size != self._size):
                await self._draw(scene, size, job.values)
            await self._locked(lambda: self._tell(size, job))
            await asyncio.sleep(PERIOD)
        self._job = None
        await self._draw(scene, size, job.values)
        await self._locked(lambda: self._tell_end(size, job))
        if not (job.cancelled or job.failure):
            found = await asyncio.to_thread(kept.outlook, scene, self._store(), workers())
            await self._locked(lambda: self._tell_times(found))

    async def _draw(self, scene: Scene, size: str, values: dict) -> None:
        """Show values in figure and table; the figure is rendered beside the event loop."""
        study, numbers = study_of(scene, size), _numbers(scene, size)
        picture = await asyncio.to_thread(self.figure.ready, study, numbers, values)

        def show() -> None:
            self._size, self._values = size, values
            self.figure.show(picture)
            assert self._card is not None
            self._card.rows = self._rows()

        await self._locked(show)

    async def _locked(self, function: Callable[[], Any]) -> None:
        await stream.locked(self._document, function)

    # -- under the lock of the document ------------------------------------------------------------

    def _rows(self) -> list[dict[str, str]]:
        scene = self._scene
        assert scene is not None
        numbers = _numbers(scene, self._size) if self._values else scene.numbers
        whole = len(self._values) == size_of(study_of(scene, self._size))
        return rows(judge(numbers, self._values), whole)

    def _put(self, **state: Any) -> None:
        assert self._card is not None
        self._card.param.update(**state)

    def _tell_outlook(self, found: Outlook) -> None:
        self._tell_times(found)
        if found.kept.values:
            self._put(told=_remembered(found.kept))

    def _tell_times(self, found: Outlook) -> None:
        self._put(times={size: words(seconds) for size, seconds in found.seconds.items()})

    def _tell(self, size: str, job: Job) -> None:
        self._put(busy=size, share=round(job.share, 3), told=_waiting(self._line.ahead(job), job))

    def _tell_end(self, size: str, job: Job) -> None:
        self._put(busy="", share=0.0, told=_ended(size, job))


async def _logged(work: Callable[[], Awaitable[None]]) -> None:
    """Await work whose failure nobody else would hear of."""
    try:
        await work()
    except Exception:  # nobody awaits the task; the page goes on without the figure
        log.exception("a study could not be shown")


def _numbers(scene: Scene, size: str) -> tuple:
    return tuple(number for number in scene.numbers if number.quick or size == FULL)


def _remembered(found: Kept) -> str:
    if found.whole:
        return f"Measured before, at {found.size} sizes; {found.seconds:.0f} s of computing."
    return f"{len(found.values)} of {found.total} values were measured before."


def _waiting(ahead: int, job: Job) -> str:
    if job.running:
        return f"{len(job.values)} values so far, {job.share:.0%} of the steps."
    others = "1 other measurement" if ahead == 1 else f"{ahead} other measurements"
    return f"Waiting for {others} on this server." if ahead else "Starting …"


def _ended(size: str, job: Job) -> str:
    if job.failure:
        return f"It could not be measured: {job.failure}"
    if job.cancelled:
        return f"Cancelled; {len(job.values)} values are kept, and Measure goes on from there."
    return f"Measured at {size} sizes; {job.seconds:.0f} s of computing."
