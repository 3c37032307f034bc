"""What the page shows of a run: frames as they come, another run, other data, what went wrong."""

from __future__ import annotations

from typing import Any

from app import ceiling
from app.bench import Bench
from app.course import Course
from app.desk import Desk
from app.gallery import Gallery, Picture, remake
from app.keep import Keep
from app.lessons.lesson import Lesson
from app.notices import Notices
from app.numbers import Numbers
from app.own_data import OwnData
from app.player import Player
from app.views import View
from core import Simulation
from core.experiment import Setup

#: Seconds for which data must have stayed before their largest margin is looked for.
_PATIENCE = 0.3


class Screen:
    """Shows what player and course hand over, in the parts of the page that are its arguments."""

    def __init__(
        self,
        player: Player,
        course: Course,
        gallery: Gallery,
        bench: Bench,
        numbers: Numbers,
        notices: Notices,
        desk: Desk,
        lesson: Lesson,
        own_data: OwnData,
        keep: Keep,
    ) -> None:
        self._player, self._course = player, course
        self._gallery, self._bench, self._numbers = gallery, bench, numbers
        self._notices, self._desk, self._lesson = notices, desk, lesson
        self._own_data, self._keep = own_data, keep
        self._search = ceiling.Search(self._take_largest_margin, lambda: player.seen)

    def work(self, steps: int) -> Picture:
        """Advance and prepare what the views show. Worker thread."""
        setup = self._course.setup
        if setup is None:
            raise ValueError("there is no run to advance")
        return self._bench.picture(setup, steps)

    def show(self, picture: Picture) -> None:
        """Show a frame; pause if the run has diverged."""
        self._bench.show(picture)
        self._numbers.take(picture.frame)
        self._desk.look()
        assert self._course.setup is not None
        if self._notices.look(self._course.setup.simulation):
            self._player.pause()

    def turned(self) -> None:
        """Take note that the run was started or stopped."""
        if self._player.playing:
            self._numbers.wait()
        self._numbers.show()
        if not self._lesson.turned():
            self._desk.turned(self._numbers.frame, self._course.step)

    def report(self, error: Exception) -> None:
        """Tell the user why a run could not be started or went wrong."""
        self._course.failed()
        self._bench.arms.failed()
        if self._course.setup is None:
            self._notices.refuse(error, "Change a knob to start one")
            self._numbers.fail("no run")
        else:
            self._notices.refuse(error)
            self._numbers.fail()
        if not isinstance(error, ValueError):
            raise error

    def follow(self, simulation: Simulation) -> None:
        """Take note of a run that has become as the knobs have it."""
        self._notices.follow(simulation)
        self._keep.note(simulation)

    def install(self, setup: Setup, ready: tuple[Any, Any]) -> None:
        """Show a new run. Event loop, while no work is under way."""
        self._numbers.largest_margin = None
        self._notices.renew()
        self._desk.watch.forget()
        self._bench.install(setup, ready)
        self._own_data.show(setup)
        self._search.begin(setup)

    def exchange(self, setup: Setup) -> None:
        """Show other data, with which the run goes on. Event loop, as above."""
        self._numbers.largest_margin = None
        self._bench.timeline.restarted()  # it is the newest frame that they act on
        self._gallery.exchange(setup)
        self._gallery.set_ceiling(None)
        self._own_data.show(setup)
        self._search.begin(setup, _PATIENCE)

    def close(self) -> None:
        """Look for nothing any more. Idempotent."""
        self._search.end()

    def redraw(self) -> None:
        """Draw the present state anew, unless the next frame comes by itself."""
        if not self._player.playing:
            self._player.refresh()

    def remake(self, view: View) -> None:
        """Have a worker prepare the scene of a view anew, and show it."""
        remake(
            self._player, self._gallery, view, lambda: self._course.setup,
            lambda: self._remade(view),
        )  # fmt: skip

    def _remade(self, view: View) -> None:
        view.set_ceiling(self._numbers.largest_margin)
        if self._course.setup is not None:
            self._own_data.show(self._course.setup)

    def _take_largest_margin(self, setup: Setup, largest: float) -> None:
        if self._course.setup is setup:
            self._numbers.largest_margin = largest
            self._player.change(self._show_largest_margin)

    def _show_largest_margin(self) -> None:
        self._gallery.set_ceiling(self._numbers.largest_margin)
        self._numbers.show()
