"""Arms: runs beside the first one, from one of its frames, in step with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.arm import Arm, Beside, frame_at, run_beside, stand
from app.arm_address import run_until, write
from app.clock import nothing
from app.course import Course
from app.gallery import Gallery, remake
from app.player import Player
from app.views import View
from core.experiment import Experiment, Setup, starts_alike

#: Names of the arms beside "A".
NAMES = ("B", "C")


class Arms:
    """The arms of a page.

    All part from the first run at one step. Another arm, knob or value puts all of them back
    there; to step 0, each with a cloud of its own, where the knob decides the cloud.

    Parameters
    ----------
    experiment : Experiment
        The knobs of the first run.
    player : Player
    course : Course
        Runs the first one.
    gallery : Gallery
        The figures of the first one.
    refresh : callable
        Called when the present state should be drawn anew.
    on_change : callable
        Called when an arm has come or gone. Event loop, no lock of the document.

    Attributes
    ----------
    arms : list of Arm
    origin : Setup or None
        The first run where the arms part, to go back to.
    """

    def __init__(
        self,
        experiment: Experiment,
        player: Player,
        course: Course,
        gallery: Gallery,
        refresh: Callable[[], Any],
        on_change: Callable[[], Any],
    ) -> None:
        self._experiment, self._player, self._course = experiment, player, course
        self._gallery, self._refresh, self._on_change = gallery, refresh, on_change
        self._first = experiment.to_dict()  # a copy, for the worker thread
        self._dark = False
        self.arms: list[Arm] = []
        self.origin: Setup | None = None
        self._source: Callable[[], Setup] = nothing  # makes the origin while there is none

    def fork(self, step: int | None = None) -> None:
        """Pause and open another arm, from the recorded `step` or the newest frame.

        Beside an arm that is there it starts from where that has parted from the first run; while
        that is being prepared, nothing happens: it was a double click.
        """
        setup = self._course.setup
        preparing = bool(self.arms) and self.origin is None
        if setup is None or preparing or len(self.arms) == len(NAMES):
            return
        self._player.pause()
        self._first = self._experiment.to_dict()
        self.arms.append(self._arm(NAMES[len(self.arms)]))
        self._changed()
        if len(self.arms) == 1:
            self.origin, self._source = None, lambda: stand(setup, step)
        self._course.replace(self._again)

    def open(self, step: int, changes: list[tuple[str, Any]]) -> None:
        """Start with arms that part at `step` and have these knobs and values."""
        self._first = self._experiment.to_dict()
        for name, (knob, value) in zip(NAMES, changes, strict=False):
            arm = self._arm(name)
            arm.differ(knob, value)
            self.arms.append(arm)
        self._changed()
        first = dict(self._first)
        self._source = lambda: run_until(Experiment(**first).setup(), step if self._alike() else 0)
        self._course.replace(self._again)

    def choose(self, arm: Arm, knob: str) -> None:
        """Let an arm differ in `knob`; at first it has the value of the first run."""
        before = arm.knobs
        arm.choose(knob, self._experiment.to_dict())
        if arm.knobs != before:
            self._course.replace(self._again)

    def changed(self, arm: Arm) -> None:
        """Act on another value of the knob of an arm."""
        arm.take()
        self._course.replace(self._again)

    def close(self, arm: Arm) -> None:
        """Close an arm and let go of all it holds; the others go on."""
        self.arms.remove(arm)
        if not self.arms:
            self.origin = None
        self._player.change(arm.close)
        for name, other in zip(NAMES, self.arms, strict=False):
            other.name = name
        self._changed()

    def leave(self) -> None:
        """Close all arms: other knobs are to begin."""
        for arm in list(self.arms):
            self.close(arm)

    def close_all(self) -> None:
        """Let go of everything. Idempotent."""
        for arm in self.arms:
            arm.close()
        self.arms, self.origin = [], None

    def follow(self, live: bool) -> None:
        """Take over knobs of the first run, which have changed: `live` ones, or for a new run."""
        self._first = self._experiment.to_dict()
        for arm in self.arms:
            arm.follow(self._first)
        if self.arms and live:
            self._player.change(self._show_data, self._follow_live)

    def follow_layout(self) -> None:
        """Show the figures that the first run shows, but those that show all arms at once."""
        layout = self._gallery.layout
        views = self._gallery.views
        layout.figures = [name for name in layout.figures if not views[name].together]
        for arm in self.arms:
            arm.gallery.apply(layout)
        if self.arms:
            self._player.change(self._follow_scale)

    def _follow_scale(self) -> None:
        scale = next(iter(self._gallery.views.values())).scale
        for arm in self.arms:
            arm.gallery.enlarge(scale)

    def retheme(self, dark: bool) -> None:
        """Recolour all figures. Event loop, under the lock of the document."""
        self._dark = dark
        for arm in self.arms:
            arm.gallery.retheme(dark)

    def failed(self) -> None:
        """Take note that what was prepared came to nothing."""
        for arm in self.arms:
            arm.restore()

    @property
    def step(self) -> int:
        """The step at which the arms part."""
        return 0 if self.origin is None else self.origin.simulation.step

    @property
    def address(self) -> dict[str, Any]:
        """What the address holds of the arms."""
        return write(self.step, [(arm.knob, arm.knobs.get(arm.knob)) for arm in self.arms])

    # -- worker thread -----------------------------------------------------------------------------

    def ready(self, setup: Setup) -> list[tuple[Arm, Setup, Any]]:
        """Make the runs beside a new first one, and prepare to show them."""
        arms = list(self.arms)
        self.origin = stand(setup) if arms else None
        made = [(arm, run_beside(self._first, arm.knobs, setup)) for arm in arms]
        self._show_beside({arm.name: (run.simulation.frame, run.simulation.history, run)
                           for arm, run in made})  # fmt: skip
        return [(arm, run, arm.gallery.ready(run)) for arm, run in made]

    def advance(self, step: int) -> None:
        """Bring all arms to `step`."""
        for arm in list(self.arms):
            arm.advance(step)

    def compute(self, shown: int | None) -> dict[Arm, Beside]:
        """Return what the figures show of the arms at a recorded step, or of the newest frames."""
        pictures = {arm: arm.compute(shown) for arm in list(self.arms)}
        return {arm: picture for arm, picture in pictures.items() if picture is not None}

    def look(self, shown: int | None) -> None:
        """Hand the arms to the figures that show all of them at once."""
        runs = [(arm, arm.setup) for arm in list(self.arms)]
        self._show_beside({
            arm.name: (frame_at(setup, shown), setup.simulation.history, setup)
            for arm, setup in runs if setup is not None
        })  # fmt: skip

    def _show_beside(self, beside: dict[str, Any]) -> None:
        for view in self._gallery.views.values():
            view.beside = beside

    def _again(self) -> Setup:
        """Return the first run where the arms part, or its start if they have no common one."""
        return stand(self.origin or self._source(), None if self._alike() else 0)

    def _alike(self) -> bool:
        """Tell whether all arms start from one cloud."""
        first = Experiment(**self._first)
        return all(starts_alike(first, Experiment(**arm.knobs)) for arm in list(self.arms))

    def _follow_live(self) -> None:
        for arm in list(self.arms):
            arm.follow_live()

    # -- event loop --------------------------------------------------------------------------------

    def _show_data(self) -> None:
        for arm in self.arms:
            arm.show_data()

    def install(self, ready: list[tuple[Arm, Setup, Any]]) -> None:
        """Show new runs, while no work is under way."""
        for arm, setup, scenes in ready:
            if arm in self.arms:
                arm.install(setup, scenes)
        self._source = nothing
        if not self.arms:  # closed while they were being prepared
            self.origin = None

    def update(self, pictures: Mapping[Arm, Beside]) -> None:
        """Show what the worker has computed."""
        for arm, picture in pictures.items():
            if arm in self.arms:
                arm.gallery.update(picture.views)

    def _arm(self, name: str) -> Arm:
        arms: list[Arm] = []  # the one to come: its gallery is made before it
        gallery = Gallery(self._refresh, lambda view: self._remake(arms[0], view), f"{name} · ")
        arms.append(Arm(name, self._first, gallery))
        gallery.retheme(self._dark)
        return arms[0]

    def _remake(self, arm: Arm, view: View) -> None:
        remake(self._player, arm.gallery, view, lambda: arm.setup)

    def _changed(self) -> None:
        """Titles tell the arms apart, and figures that show all of them get their curves."""
        self._gallery.rename("A · " if self.arms else "")
        for arm in self.arms:
            arm.gallery.rename(f"{arm.name} · ")
        self._gallery.bring_together(tuple(arm.name for arm in self.arms))
        self.follow_layout()
        self._on_change()
