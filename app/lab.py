"""The lab: puts experiment, player, controls and views together in one page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn

from app import making, notebook, sessions, stream, theme
from app.address import read_address
from app.bench import Bench
from app.controls import Controls
from app.course import Course
from app.desk import Desk
from app.figures import FigureChoice
from app.gallery import Gallery
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
from app.screen import Screen
from app.speed import aimed_at
from app.steering import Steering
from app.transport import Transport

#: Milliseconds after the page is asked for: its scripts are asked for first.
_HEAD_START = 200

making.quicken()


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
        self._gallery = Gallery(
            lambda: self._screen.redraw(), lambda view: self._screen.remake(view)
        )
        self._ack = stream.FrameAck()
        self.player = Player(
            lambda steps: self._screen.work(steps),
            lambda picture: self._screen.show(picture),
            lambda: self.course.step,
            self._ack,
            lambda error: self._screen.report(error),
            speed=aimed_at(self.experiment.speed),
            limit=self.experiment.steps,
        )
        self._numbers = Numbers(self.player)
        self.course = Course(
            self.experiment,
            self.player,
            lambda _token: self._numbers.wait(),
            lambda simulation: self._screen.follow(simulation),
            lambda setup, ready: self._screen.install(setup, ready),
            lambda setup: self._bench.ready(setup),
            lambda setup: self._screen.exchange(setup),
        )
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
            lambda: self._screen.redraw(), self._messages.say, self._write_address, access.may,
        )  # fmt: skip
        self.timeline, self.fork = self._bench.timeline, self._bench.fork
        stop = Stop(
            self.player, self.timeline, lambda: self.course.step, lambda: self.experiment.steps
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
        self._screen = Screen(
            self.player, self.course, self._gallery, self._bench, self._numbers, self._notices,
            self.desk, self.lesson, self._own_data, self._keep,
        )  # fmt: skip
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
        self.player.param.watch(lambda _event: self.player.change(self._screen.turned), "playing")
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
        self._screen.close()
        sessions.sessions.unregister(self)
        self._keep.close()
        self._numbers.close()
        self._document = None
        self.lesson.measuring.close()
        self._bench.close()

    # -- what the user changes ---------------------------------------------------------------------

    def _start(self) -> None:
        if self._begun:
            return
        self._begun = True
        self._document = pn.state.curdoc
        if self.page.dark_theme:  # the address has said so before there was a document to change
            self._retheme()
        self._numbers.begin(self._document)
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

    def _at_next_tick(self, function: Callable[[], Any]) -> None:
        """Call `function()` under the document's lock, without waiting for the worker thread."""
        if self._document is not None:  # a page not yet loaded has nothing to change
            self._document.add_next_tick_callback(function)

    def _retheme(self) -> None:
        self._bench.retheme(self.page.dark_theme)
        self.lesson.measuring.figure.retheme(self.page.dark_theme)
        if self.course.setup is not None:
            self.player.refresh()
