"""The lab: puts experiment, player, controls and views together in one page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn

from app import ceiling, notebook, sessions, stream, theme
from app.address import read_address
from app.bench import Bench
from app.controls import Controls
from app.course import Course
from app.desk import Desk
from app.figures import FigureChoice
from app.gallery import Gallery, Picture, remake
from app.keep import Keep
from app.keys import keys_of
from app.lessons.lesson import Lesson
from app.lessons.stop import Stop
from app.messages import Messages
from app.notices import Notices
from app.numbers import Numbers
from app.own_data import OwnData
from app.page import make_page
from app.player import Player
from app.speed import aimed_at
from app.steering import Steering
from app.transport import Transport
from app.views import View
from core import Simulation
from core.experiment import Setup

#: Milliseconds after the page is asked for: its scripts are asked for first.
_HEAD_START = 200

#: Seconds for which data must have stayed before their largest margin is looked for.
_PATIENCE = 0.3


class Lab(pn.viewable.Viewer):
    """One session's lab.

    Attributes
    ----------
    experiment : Experiment
        All knobs; changing one acts as in the page.
    course : Course
        What is running.
    timeline : Timeline
        Which of its frames is shown.
    fork : callable
        Opens another run beside it, from the frame shown.
    drawing : Drawing
        The pencil of the predictor.
    lesson : Lesson
        Beside the figures while a scene is open.
    reseed : callable
        Starts again from another cloud of the same law.
    """

    def __init__(self, **params: Any) -> None:
        notebook.load_extensions()
        super().__init__(**params)
        asked = read_address()
        self.experiment = asked.experiment
        self._location: Any = None
        self._document: Any = None  # once the run begins
        self._messages = Messages()
        self._notices = Notices(self._messages)
        self._gallery = Gallery(self._redraw, self._remake)
        self._ack = stream.FrameAck()
        self.player = Player(
            self._work,
            self._show,
            self._current_step,
            self._ack,
            self._report,
            speed=aimed_at(self.experiment.speed),
            limit=self.experiment.steps,
        )
        self._numbers = Numbers(self.player)
        self.course = Course(
            self.experiment,
            self.player,
            lambda _token: self._numbers.wait(),
            self._show_followed,
            self._show_new,
            lambda setup: self._bench.ready(setup),
            self._show_exchanged,
        )
        self._search = ceiling.Search(self._take_largest_margin)
        self._keep = Keep(
            self.experiment, self.player, self.course, self._gallery,
            lambda: self.page, lambda: self._numbers.step,
            self._further_address,
        )  # fmt: skip
        access = self._keep.access
        self._choice = FigureChoice(self._gallery)
        self.desk = Desk(
            self.experiment, self.player, self._messages, self._choice, self._write_address,
            lambda scene: self._steering.begin(scene), lambda scene: self.lesson.show(scene),
        )  # fmt: skip
        self._bench = Bench(
            self.experiment, self.player, self.course, self._gallery, self.desk.watch.advance,
            self._redraw, self._messages.say, self._write_address, access.may,
        )  # fmt: skip
        self.timeline, self.fork = self._bench.timeline, self._bench.fork
        stop = Stop(
            self.player, self.timeline, self._current_step, lambda: self.experiment.steps
        )  # fmt: skip
        self.lesson = Lesson(
            self.experiment,
            self.player,
            stop,
            self.desk.open,
            lambda scene: self._steering.begin(scene),
            self._taught,
        )
        self._choice.others = [self.lesson.measuring.figure]
        self._own_data = OwnData(
            self.experiment, self._gallery, self.player, self.course.restart, self._messages.say,
            self._write_address, access.may,
        )  # fmt: skip
        self.drawing = self._own_data.drawing
        self._steering = Steering(
            self.experiment, self.player, self.course, self._bench, self.drawing, access,
            self._notices, self._write_address,
        )  # fmt: skip
        self.reseed = self._steering.reseed
        transport = Transport(
            self.player, self.course.restart, self.reseed,
            self.desk.bar(access), access,
        )  # fmt: skip
        in_bar = ("speed", "steps")
        self._controls = Controls(
            self.experiment, self._messages.say, (*in_bar, *access.hidden), access.locked
        )
        self._own_data.join(self._controls.groups)
        self.page = make_page(
            [self._controls.panel, self._choice.panel],
            [
                self._messages.panel, transport.panel, self._bench.track, self._numbers.panel,
                self._bench.bars, self._ack, *self.desk.parts(keys_of(self)), *self._keep.hidden,
            ],
            self._bench.grid,
            [*self.desk.header, *self._keep.header],
            self.lesson.panel,
            self._keep.sidebar,
        )  # fmt: skip
        self.desk.fold.page = self.page
        stream.quiet(self.page)
        # Events of the page do not hold the document's lock, under which Bokeh models change.
        self.page.param.watch(lambda _event: self._at_next_tick(self._retheme), "dark_theme")
        look = ["dark_theme", "sidebar_open"]
        self.page.param.watch(lambda _event: self._write_address(), look)
        # The last frame of a run that pauses by itself still shows its speed.
        # The clock shows it under the document's lock, which an event of a button does not hold.
        self.player.param.watch(lambda _event: self.player.change(self._turned), "playing")
        self._gallery.apply(asked.layout)
        self._bench.fit()
        self._choice.show()
        self._gallery.on_change(self._layout_changed)
        for complaint in asked.complaints + self._keep.complaints:
            self._messages.say(complaint)
        self._asked = asked.text  # the address changes once the run begins
        self.desk.read(self._asked)
        self._play_when_ready = asked.play
        if asked.scene is not None:
            self.lesson.show(asked.scene)
        self.taken = self._begun = False
        if pn.state.curdoc is not None:
            self.enter()

    def enter(self) -> None:
        """Belong to the session current here: once, by itself where there is one."""
        document = pn.state.curdoc
        if document is None:
            raise RuntimeError("a lab belongs to a session, and there is none here")
        self.taken = True
        self._location = pn.state.location
        document.theme = theme.BOKEH
        sessions.sessions.register(self, document)
        # While a browser reads its scripts the first frame is prepared: it comes with the page.
        if "text/html" in pn.state.headers.get("Accept", ""):
            document.add_timeout_callback(self._start, _HEAD_START)
        pn.state.onload(self._start)
        pn.state.onload(self._write_address)  # the browser has come with the one it was opened by

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return notebook.cell(self)

    def __panel__(self) -> Any:
        return self.page

    def close(self) -> None:
        """Stop the clock and let go of everything the run holds. Idempotent."""
        self._begun = True  # nor will it begin
        self.player.close()
        self.course.close()
        sessions.sessions.unregister(self)
        self._keep.close()
        self._numbers.close()
        self._document = None
        self.lesson.measuring.close()
        self._bench.close()

    # -- the player's callbacks --------------------------------------------------------------------

    def _work(self, steps: int) -> Picture:
        """Advance and prepare what the views show. Worker thread."""
        setup = self.course.setup
        if setup is None:
            raise ValueError("there is no run to advance")
        return self._bench.picture(setup, steps)

    def _show(self, picture: Picture) -> None:
        self._bench.show(picture)
        self._numbers.take(picture.frame)
        self.desk.look()
        assert self.course.setup is not None
        if self._notices.look(self.course.setup.simulation):
            self.player.pause()

    def _turned(self) -> None:
        """The run was started or stopped."""
        if self.player.playing:
            self._numbers.wait()
        self._numbers.show()
        if not self.lesson.turned():
            self.desk.turned(self._numbers.frame, self._current_step())

    def _current_step(self) -> int:
        return 0 if self.course.setup is None else self.course.setup.simulation.step

    def _report(self, error: Exception) -> None:
        """Tell the user why a run could not be started or went wrong."""
        self.course.failed()
        self._bench.arms.failed()
        if self.course.setup is None:
            self._notices.refuse(error, "Change a knob to start one")
            self._numbers.fail("no run")
        else:
            self._notices.refuse(error)
            self._numbers.fail()
        if not isinstance(error, ValueError):
            raise error

    # -- what the user changes ---------------------------------------------------------------------

    def _start(self) -> None:
        if self._begun:
            return
        self._begun = True
        self._document = pn.state.curdoc
        self._numbers.begin(self._document)
        if self.page.dark_theme:  # by its address, say: figures are made for the light one
            self._retheme()
        self._bench.begin(self._asked)
        self.lesson.measuring.begin(self._document)
        self.player.start(self._document)
        if self._play_when_ready:
            self.player.play()

    def _layout_changed(self) -> None:
        self._choice.show()  # a click on a neuron shows the inspector
        self._bench.fit()
        self._write_address()

    def _write_address(self) -> None:
        self._bench.arms.follow_layout()
        self._keep.write_address(self._location)

    def _further_address(self) -> dict[str, str]:
        further = self.desk.address | self._bench.arms.address
        return further | self.lesson.address(self._gallery.layout, further)

    def _taught(self) -> None:
        """Another lesson is open, or none."""
        self.desk.drawer.current = self.lesson.scene.name if self.lesson.scene else ""
        self._write_address()

    def _show_followed(self, simulation: Simulation) -> None:
        """Take note of a run that has become as the knobs have it."""
        self._notices.follow(simulation)
        self._keep.note(simulation)

    def _show_new(self, setup: Setup, ready: tuple[Any, Any]) -> None:
        """Show a new run. Event loop, while no work is under way."""
        self._numbers.largest_margin = None
        self._notices.renew()
        self.desk.watch.forget()
        self._bench.install(setup, ready)
        self._own_data.show(setup)
        self._search.begin(setup)

    def _show_exchanged(self, setup: Setup) -> None:
        """Show other data, with which the run goes on. Event loop, as above."""
        self._numbers.largest_margin = None
        self.timeline.restarted()  # it is the newest frame that they act on
        self._gallery.exchange(setup)
        self._gallery.set_ceiling(None)
        self._own_data.show(setup)
        self._search.begin(setup, _PATIENCE)

    def _take_largest_margin(self, setup: Setup, largest: float) -> None:
        if self.course.setup is setup:
            self._numbers.largest_margin = largest
            self.player.change(self._show_largest_margin)

    def _show_largest_margin(self) -> None:
        self._gallery.set_ceiling(self._numbers.largest_margin)
        self._numbers.show()

    def _at_next_tick(self, function: Callable[[], Any]) -> None:
        """Call `function()` under the document's lock, without waiting for the worker thread."""
        if self._document is not None:  # a page not yet loaded has nothing to change
            self._document.add_next_tick_callback(function)

    def _redraw(self) -> None:
        if not self.player.playing:  # the next frame comes by itself
            self.player.refresh()

    def _remake(self, view: View) -> None:
        """Have a worker prepare the scene of a view anew, and show it."""
        remake(
            self.player, self._gallery, view, lambda: self.course.setup,
            lambda: self._remade(view),
        )  # fmt: skip

    def _remade(self, view: View) -> None:
        view.set_ceiling(self._numbers.largest_margin)
        if self.course.setup is not None:
            self._own_data.show(self.course.setup)

    def _retheme(self) -> None:
        self._bench.retheme(self.page.dark_theme)
        self.lesson.measuring.figure.retheme(self.page.dark_theme)
        if self.course.setup is not None:
            self.player.refresh()
