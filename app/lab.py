"""The lab: puts experiment, player, controls and views together in one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import panel as pn

from app import ceiling, notebook, sessions, stream, theme
from app.address import read_address, search
from app.bench import Bench
from app.controls import Controls
from app.course import Course
from app.desk import Desk
from app.figures import FigureChoice
from app.gallery import Gallery, Picture, remake
from app.keep import Keep
from app.keys import keys_of
from app.messages import Messages
from app.own_data import OwnData
from app.page import make_page
from app.patience import Patience
from app.player import Player
from app.readout import Readout
from app.speed import aimed_at
from app.transport import Transport
from app.views import View
from core import Frame, Simulation
from core.experiment import Experiment, Setup
from core.knobs import KNOBS
from core.simulation import Divergence

_DIVERGED, _FAILED, _REMARK = "diverged", "failed", "remark"

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
    """

    def __init__(self, **params: Any) -> None:
        notebook.load_extensions()
        super().__init__(**params)
        self.experiment, layout, play, complaints = read_address()
        self._largest_margin: float | None = None
        self._location: Any = None
        self._messages = Messages()
        self._readout = Readout()
        self._patience = Patience(self._say_waiting)
        self._muted = False  # whether changed knobs are to be left alone
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
        self.course = Course(
            self.experiment,
            self.player,
            self._say_busy_soon,
            self._show_followed,
            self._show_new,
            lambda setup: self._bench.ready(setup),
            self._show_exchanged,
        )
        self._search = ceiling.Search(self._take_largest_margin)
        self._keep = Keep(
            self.experiment, self.player, self.course, self._gallery,
            lambda: self.page, lambda: self._frame.step if self._frame else 0,
            lambda: self.desk.address | self._bench.arms.address,
        )  # fmt: skip
        access = self._keep.access
        self._choice = FigureChoice(self._gallery)
        self.desk = Desk(
            self.experiment, self.player, self._messages, self._choice, self._write_address,
            self.adopt,
        )  # fmt: skip
        self._bench = Bench(
            self.experiment, self.player, self.course, self._gallery, self.desk.watch.advance,
            self._redraw, self._messages.say, self._write_address, access.may,
        )  # fmt: skip
        self.timeline, self.fork = self._bench.timeline, self._bench.fork
        self._own_data = OwnData(
            self.experiment, self._gallery, self.player, self.course.restart, self._messages.say,
            self._write_address, access.may,
        )  # fmt: skip
        self.drawing = self._own_data.drawing
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
                self._messages.panel, transport.panel, self._bench.track, self._readout.panel,
                self._bench.bars, self._ack, *self.desk.parts(keys_of(self)), *self._keep.hidden,
            ],
            self._bench.grid,
            [*self.desk.header, *self._keep.header],
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
        self.experiment.param.watch(self._changed, list(KNOBS))
        self._gallery.apply(layout)
        self._choice.show()
        self._gallery.on_change(self._layout_changed)
        for complaint in complaints + self._keep.complaints:
            self._messages.say(complaint)
        self._asked = search()  # the address changes once the run begins
        self.desk.read(self._asked)
        self._play_when_ready = play
        self._document: Any = None
        self._frame: Frame | None = None
        self._told: Divergence | None = None  # the divergence that a message speaks of
        self.taken = False
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
        pn.state.onload(self._start)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return notebook.cell(self)

    def __panel__(self) -> Any:
        return self.page

    def _say_busy_soon(self, _token: object) -> None:
        if self._document is not None:
            self._patience.begin(self._document)

    def _say_waiting(self, sentence: str) -> None:
        step = "" if self._frame is None else f"step {self._frame.step} · "
        self._readout.busy(step + sentence)

    def close(self) -> None:
        """Stop the clock and let go of everything the run holds. Idempotent."""
        self.player.close()
        self.course.close()
        sessions.sessions.unregister(self)
        self._keep.close()
        self._patience.end()
        self._frame = self._document = None
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
        self._frame = picture.frame
        if picture.frame.step > 0 or not self.player.playing:  # the first step may compile, too
            self._patience.end()
        self._show_numbers()
        self.desk.look()
        assert self.course.setup is not None
        divergence = self.course.setup.simulation.divergence
        if divergence is not None:
            self.player.pause()
            if divergence is not self._told:
                self._messages.say(divergence.message, "error", _DIVERGED)
        self._told = divergence

    def _show_numbers(self) -> None:
        if self._frame is not None:
            speed = self.player.steps_per_second if self.player.playing else 0.0
            self._readout.show(self._frame, speed, self._largest_margin)

    def _turned(self) -> None:
        """The run was started or stopped."""
        if self.player.playing and self._document is not None:
            self._patience.begin(self._document)
        self._show_numbers()
        self.desk.turned(self._frame, self._current_step())

    def _current_step(self) -> int:
        return 0 if self.course.setup is None else self.course.setup.simulation.step

    def _report(self, error: Exception) -> None:
        """Tell the user why a run could not be started or went wrong."""
        self.course.failed()
        self._bench.arms.failed()
        self._patience.end()
        none = self.course.setup is None
        way_out = "Change a knob to start one" if none else "The run before stays"
        self._messages.say(f"{error}. {way_out}.", "error", _FAILED)
        if none:
            self._readout.busy("no run")
        self._show_numbers()
        if not isinstance(error, ValueError):
            raise error

    # -- what the user changes ---------------------------------------------------------------------

    def _start(self) -> None:
        self._document = pn.state.curdoc
        self._retheme()  # the theme may have changed while the page was loading
        self._bench.begin(self._asked)
        self.player.start(self._document)
        if self._play_when_ready:
            self.player.play()

    def reseed(self) -> None:
        """Start again from another cloud of the same law, unless the link forbids it."""
        if self._keep.access.may("seed"):
            self.experiment.seed = (self.experiment.seed + 1) % 2**31

    def adopt(self, knobs: Mapping[str, Any]) -> None:
        """Start again with these knobs and defaults for the rest; ValueError if one cannot be."""
        wanted = Experiment(**knobs)
        self._keep.access.check(self.experiment.to_dict(), wanted.to_dict())
        self._muted = True
        self.experiment.data = wanted.data  # first: it decides which dimensions are allowed
        self.experiment.param.update(**wanted.to_dict())
        self._muted = False
        self.drawing.follow()
        self._aim_player()
        self._bench.arms.leave()
        self.course.restart()
        self._write_address()

    def _aim_player(self) -> None:
        speed = aimed_at(self.experiment.speed)
        self.player.param.update(speed=speed, limit=self.experiment.steps)

    def _changed(self, *events: Any) -> None:
        if self._muted or not self._sizes_fit(events):
            return
        self._aim_player()
        self.drawing.follow()  # before the run takes what somebody else has set
        self._bench.change(event.name for event in events)
        if not self.drawing.dragging:  # a browser takes a few addresses a second
            self._write_address()

    def _layout_changed(self) -> None:
        self._choice.show()  # a click on a neuron shows the inspector
        self._write_address()

    def _write_address(self) -> None:
        self._bench.arms.follow_layout()
        self._keep.write_address(self._location)

    def _sizes_fit(self, events: Any) -> bool:
        """Tell whether the run would fit; if not, say so and put the knobs back."""
        try:
            self.experiment.check_sizes()
        except ValueError as error:
            self._messages.say(f"{error}. The run before stays.", "error", _FAILED)
            self._muted = True
            self.experiment.param.update(**{event.name: event.old for event in events})
            self._muted = False
            return False
        return True

    def _show_followed(self, simulation: Simulation) -> None:
        """Say what there is to say of a run that has become as the knobs have it."""
        self._messages.withdraw(_FAILED)
        self._messages.withdraw(_REMARK)
        self._keep.note(simulation)
        if simulation.remark:
            self._messages.say(simulation.remark, "info", _REMARK)
        if simulation.divergence is None:
            self._messages.withdraw(_DIVERGED)

    def _show_new(self, setup: Setup, ready: tuple[Any, Any]) -> None:
        """Show a new run. Event loop, while no work is under way."""
        self._largest_margin = None
        self._messages.withdraw(_DIVERGED)
        self._messages.withdraw(_FAILED)
        self.desk.watch.forget()
        self._bench.install(setup, ready)
        self._own_data.show(setup)
        self._search.begin(setup)

    def _show_exchanged(self, setup: Setup) -> None:
        """Show other data, with which the run goes on. Event loop, as above."""
        self._largest_margin = None
        self.timeline.restarted()  # it is the newest frame that they act on
        self._gallery.exchange(setup)
        self._gallery.set_ceiling(None)
        self._own_data.show(setup)
        self._search.begin(setup, _PATIENCE)

    def _take_largest_margin(self, setup: Setup, largest: float) -> None:
        if self.course.setup is setup:
            self._largest_margin = largest
            self.player.change(self._show_largest_margin)

    def _show_largest_margin(self) -> None:
        self._gallery.set_ceiling(self._largest_margin)
        self._show_numbers()

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
        view.set_ceiling(self._largest_margin)
        if self.course.setup is not None:
            self._own_data.show(self.course.setup)

    def _retheme(self) -> None:
        self._bench.retheme(self.page.dark_theme)
        if self.course.setup is not None:
            self.player.refresh()
