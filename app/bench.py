"""The runs of a page and how they are shown: timeline, figures, and arms beside the first run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

import panel as pn
import panel_material_ui as pmui

from app.arm import Arm
from app.arm_address import read
from app.arm_bar import ArmBar
from app.arms import NAMES, Arms
from app.course import Course
from app.gallery import Gallery, Picture
from app.grid import Grid
from app.player import Player
from app.timeline import Timeline
from app.track import Track
from core import Frame, Simulation
from core.experiment import Experiment, Setup
from core.knobs import KNOBS


class Bench:
    """Advances all runs in step, and shows them side by side.

    Parameters
    ----------
    experiment, player, course, gallery : of the first run
    advance : callable
        Takes a simulation and a number of steps, makes them and returns the frame.
    refresh : callable
        Called when the present state should be drawn anew.
    complain : callable
        Called with a sentence when a typed value is refused.
    changed : callable
        Called when what the address holds of the arms has changed.
    may : callable
        Tells of a knob whether a visitor may change it.

    Attributes
    ----------
    timeline : Timeline
    arms : Arms
    track, bars, grid : panel.viewable.Viewable
        The timeline; a line for each arm; the figures.
    """

    def __init__(
        self,
        experiment: Experiment,
        player: Player,
        course: Course,
        gallery: Gallery,
        advance: Callable[[Simulation, int], Frame],
        refresh: Callable[[], Any],
        complain: Callable[[str], Any],
        changed: Callable[[], Any] = lambda: None,
        may: Callable[[str], bool] = lambda knob: True,
    ) -> None:
        self._experiment, self._player = experiment, player
        self._course, self._gallery = course, gallery
        self._advance, self._complain, self._changed = advance, complain, changed
        self._may = may
        self.timeline = Timeline(player, self._simulation)
        self.arms = Arms(experiment, player, course, gallery, refresh, self._rearranged)
        self._button = pmui.Button(
            label="Fork", icon="call_split", variant="outlined", size="small", width=84,
            margin=(6, 3), css_classes=["wf-fork"],
        )  # fmt: skip
        self._button.on_click(lambda _event: self.fork())
        self._track = Track(self.timeline, [self._button])
        self._grid = Grid(gallery)
        self._bars: dict[Arm, ArmBar] = {}
        self.track, self.grid = self._track.panel, self._grid.panel
        self.bars = pn.Column(sizing_mode="stretch_width", margin=0)

    def fit(self) -> None:
        """Place the figures anew: another number of them is shown."""
        self._grid.fit()

    def fork(self) -> None:
        """Open another arm from the frame shown."""
        self.arms.fork(self.timeline.step)

    def begin(self, text: str) -> None:
        """Start the first run, with the arms that an address asks for."""
        asked = read(text, self._experiment.to_dict())
        for complaint in asked.complaints:
            self._complain(complaint)
        if asked.changes:
            self.arms.open(asked.step, asked.changes)
        else:
            self._course.restart()

    def change(self, names: Iterable[str]) -> None:
        """Act on knobs of the first run that have changed."""
        names = list(names)
        self.arms.follow(live=all(KNOBS[name].live for name in names))
        self._course.change(names)

    def retheme(self, dark: bool) -> None:
        """Recolour all figures. Event loop, under the lock of the document."""
        self._gallery.retheme(dark)
        self.arms.retheme(dark)

    def close(self) -> None:
        """Let go of everything. Idempotent."""
        self._gallery.close()
        self.arms.close_all()
        self._bars.clear()

    # -- worker thread -----------------------------------------------------------------------------

    def ready(self, setup: Setup) -> tuple[Any, Any]:
        """Prepare to show a new run, and those beside it."""
        arms = self.arms.ready(setup)  # first: figures may show them, too
        return self._gallery.ready(setup), arms

    def picture(self, setup: Setup, steps: int) -> Picture:
        """Make steps, or go on in what is recorded, and prepare what the page shows."""
        simulation = setup.simulation
        begun = perf_counter()
        past = self.timeline.take(simulation, steps)
        frame = self._advance(simulation, steps) if past is None else past
        self.arms.advance(simulation.step)
        seconds = perf_counter() - begun
        shown = None if past is None else past.step
        self.arms.look(shown)
        views = self._gallery.compute(frame, simulation.history)
        marks = self._track.marks(simulation, past)
        return Picture(frame, views, seconds, marks, self.arms.compute(shown))

    # -- event loop, under the lock of the document ------------------------------------------------

    def install(self, setup: Setup, ready: tuple[Any, Any]) -> None:
        """Show a new run and those beside it, while no work is under way."""
        views, arms = ready
        self.timeline.restarted()
        self._gallery.build(setup, views)
        self.arms.install(arms)
        self._say_steps()
        self._changed()

    def show(self, picture: Picture) -> None:
        """Show what the worker has prepared."""
        self._gallery.update(picture.views)
        self.arms.update(picture.arms)
        for arm, beside in picture.arms.items():
            if arm in self._bars:
                self._bars[arm].show(beside.frame)
        self._track.show(picture.marks)

    def _simulation(self) -> Simulation | None:
        setup = self._course.setup
        return None if setup is None else setup.simulation

    def _rearranged(self) -> None:
        self._player.change(self._lay_out)

    def _lay_out(self) -> None:
        arms = self.arms.arms
        self._bars = {
            arm: ArmBar(arm, self.arms, self._complain, self._player.change, self._may)
            for arm in arms
        }
        self.bars.objects = [bar.panel for bar in self._bars.values()]
        self._grid.show([arm.gallery for arm in arms])
        self._button.disabled = len(arms) == len(NAMES)
        self._say_steps()
        self._changed()

    def _say_steps(self) -> None:
        for bar in self._bars.values():
            bar.show_step(self.arms.step)
