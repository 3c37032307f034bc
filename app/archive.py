"""Takes hold of a run between two chunks of steps, so that it can be exported while it goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from app.course import Course
from app.diary import Diary
from app.exports import Export, Progress, Run
from app.exports.base import file_stem
from app.gallery import Gallery
from app.player import Player
from app.views import View
from core import Simulation
from core.experiment import Experiment


@cache
def worker() -> ThreadPoolExecutor:
    """The thread that makes the exports of all sessions, one after another: players come first."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="wideflow-export")


class Archive:
    """Makes exports of a session's run off the event loop.

    Parameters
    ----------
    experiment : Experiment
    player : Player
    course : Course
    gallery : Gallery
    step : callable
        Returns the step that the page shows.
    """

    def __init__(
        self,
        experiment: Experiment,
        player: Player,
        course: Course,
        gallery: Gallery,
        step: Callable[[], int],
    ) -> None:
        self._experiment, self._player, self._course = experiment, player, course
        self._gallery, self._step = gallery, step
        self._diary = Diary()

    def note(self, simulation: Simulation) -> None:
        """Take note that the run has become as the knobs have it."""
        self._diary.note(simulation, self._experiment.to_dict())

    def stem(self) -> str:
        """Return the stem of the name of a file about the run as it is shown now."""
        return file_stem(self._experiment.to_dict(), self._step())

    async def make(self, export: Export, progress: Progress) -> tuple[str, bytes]:
        """Return the name of the file and its content.

        Raises
        ------
        ValueError
            If there is no run, or it cannot be exported so.
        CancelledError
            If `progress` was cancelled.
        """
        name, taken = await self._seize(export)
        loop = asyncio.get_running_loop()
        content = await loop.run_in_executor(worker(), export.make, taken, progress)
        return f"{name}.{export.extension}", content

    async def _seize(self, export: Export) -> tuple[str, Any]:
        """Return the stem of the file's name and what the export needs."""
        if self._course.setup is None or self._course.preparing is not None:
            raise ValueError("The run is being prepared; export it once it has started")
        loop = asyncio.get_running_loop()
        taken: asyncio.Future[tuple[str, Any]] = loop.create_future()
        results: list[Any] = []
        knobs, views, setup = self._experiment.to_dict(), self._gallery.views, self._course.setup

        def work() -> None:  # a worker thread, while the run stands still
            try:
                run = _run_of(setup, knobs, views, self._diary)
                results.append((run.name, export.seize(run)))
            except Exception as error:  # raised again on the event loop
                results.append(error)

        def done() -> None:
            if taken.done():
                return
            if isinstance(results[0], Exception):
                taken.set_exception(results[0])
            else:
                taken.set_result(results[0])

        self._player.change(done, work)
        return await taken


def _run_of(setup: Any, knobs: Mapping[str, Any], views: Mapping[str, View], diary: Diary) -> Run:
    """Return a run as exports take it. Worker thread, while the run stands still."""
    simulation = setup.simulation
    entry = diary.of(simulation)
    steps, clouds = simulation.history.snapshots()
    return Run(
        knobs=knobs,
        beginning=entry.beginning,
        changes=tuple(entry.changes),
        setup=setup,
        views=views,
        dark=any(view.dark for view in views.values()),
        frame=simulation.frame,
        scalars=simulation.history.scalars(),
        steps=steps,
        clouds=clouds,
    )
