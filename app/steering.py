"""What a user wants of the experiment: carried over to the player and to the runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.access import Access
from app.bench import Bench
from app.course import Course
from app.drawing import Drawing
from app.lessons.address import text_of
from app.notices import Notices
from app.player import Player
from app.speed import aimed_at
from core.experiment import Experiment
from core.knobs import KNOBS
from core.scenes import Scene


class Steering:
    """Acts on changed knobs.

    Parameters
    ----------
    experiment : Experiment
    player : Player
    course : Course
    bench : Bench
    drawing : Drawing
    access : Access
        What the page's link lets a visitor change.
    notices : Notices
    write_address : callable
    """

    def __init__(
        self,
        experiment: Experiment,
        player: Player,
        course: Course,
        bench: Bench,
        drawing: Drawing,
        access: Access,
        notices: Notices,
        write_address: Callable[[], Any],
    ) -> None:
        self._experiment, self._player, self._course = experiment, player, course
        self._bench, self._drawing, self._access = bench, drawing, access
        self._notices, self._write_address = notices, write_address
        self._muted = False  # whether changed knobs are to be left alone
        experiment.param.watch(self._changed, list(KNOBS))

    def reseed(self) -> None:
        """Start again from another cloud of the same law, unless the link forbids it."""
        if self._access.may("seed"):
            self._experiment.seed = (self._experiment.seed + 1) % 2**31

    def adopt(self, knobs: Mapping[str, Any], arms: str = "") -> None:
        """Start again with these knobs and defaults for the rest, and the arms of an address.

        Raises
        ------
        ValueError
            If a knob cannot be so, or is fixed by the page's link.
        """
        wanted = Experiment(**knobs)
        self._access.check(self._experiment.to_dict(), wanted.to_dict())
        # The data first: they decide which dimensions are allowed.
        self._set({"data": wanted.data})
        self._set(wanted.to_dict())
        self._drawing.follow()
        self._aim_player()
        self._bench.arms.leave()
        self._bench.begin(arms)
        self._write_address()

    def begin(self, scene: Scene) -> bool:
        """Start the run of a scene, if the page's link allows it; tell whether it does."""
        try:
            self.adopt(scene.knobs, text_of(scene))
        except ValueError as error:
            self._notices.refuse(error)
            return False
        return True

    def _set(self, knobs: Mapping[str, Any]) -> None:
        """Set knobs without acting on them."""
        self._muted = True
        try:
            self._experiment.param.update(**knobs)
        finally:
            self._muted = False

    def _aim_player(self) -> None:
        speed = aimed_at(self._experiment.speed)
        self._player.param.update(speed=speed, limit=self._experiment.steps)

    def _changed(self, *events: Any) -> None:
        if self._muted or not self._sizes_fit(events):
            return
        self._aim_player()
        self._drawing.follow()  # before the run takes what somebody else has set
        self._bench.change(event.name for event in events)
        if not self._drawing.dragging:  # a browser takes a few addresses a second
            self._write_address()

    def _sizes_fit(self, events: Any) -> bool:
        """Tell whether the run would fit; if not, say so and put the knobs back."""
        try:
            self._experiment.check_sizes()
        except ValueError as error:
            self._notices.refuse(error)
            self._set({event.name: event.old for event in events})
            return False
        return True
