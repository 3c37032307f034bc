"""The lesson of a page: which scene is open, and what the reader does with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import panel as pn

from app.keys import ASSETS
from app.layout import Layout
from app.lessons.address import write
from app.lessons.card import LessonCard, neighbours, texts
from app.lessons.differences import differences
from app.lessons.measuring import Measuring
from app.lessons.stop import Stop
from app.player import Player
from core.experiment import Experiment
from core.knobs import KNOBS
from core.scenes import Scene


class Lesson:
    """Beside the figures while a scene is open, CSS class wf-lesson; costs nothing before.

    Parameters
    ----------
    experiment : Experiment
    player : Player
    stop : Stop
    start : callable
        Called with a scene whose run is to start.
    adopt : callable
        Called with the scene whose knobs the run is to have again.
    changed : callable
        Called when another scene is open, or none.

    Attributes
    ----------
    panel : panel.Column
    scene : Scene or None
        The one that is open.
    """

    def __init__(
        self,
        experiment: Experiment,
        player: Player,
        stop: Stop,
        start: Callable[[Scene], Any],
        adopt: Callable[[Scene], Any],
        changed: Callable[[], Any],
    ) -> None:
        self._experiment, self._player, self._stop = experiment, player, stop
        self._start, self._adopt, self._changed = start, adopt, changed
        self._card: LessonCard | None = None
        self._chosen: int | None = None
        self.measuring = Measuring()
        self.scene: Scene | None = None
        self.panel = pn.Column(
            visible=False, margin=0, sizing_mode="stretch_width", css_classes=["wf-lesson"],
            stylesheets=[(ASSETS / "lesson_panel.css").read_text()],
        )  # fmt: skip
        experiment.param.watch(lambda *_events: self._compare(), list(KNOBS))

    def show(self, scene: Scene) -> None:
        """Show the lesson of a scene that is running, or about to."""
        if self._card is None:
            self._card = LessonCard({
                "next": self.next, "previous": self.previous, "close": self.close,
                "back": self.back, "bookmark": self.bookmark, "predict": self.predict,
                "reveal": self.reveal,
            })  # fmt: skip
            self.panel.objects = [self._card, self.measuring.panel]
        self.scene, self._chosen = scene, None
        self._stop.leave()
        self._card.param.update(lesson=texts(scene), answer={})
        self._compare()
        self.measuring.take(scene)
        self.panel.visible = True
        self._changed()

    def close(self) -> None:
        """Close the lesson; the run goes on. Idempotent."""
        if self.scene is not None:
            self.scene, self.panel.visible = None, False
            if self._card is not None:
                self._card.lesson = None
            self._stop.leave()
            self.measuring.leave()
            self._changed()

    def next(self) -> None:
        """Open the next scene of the course, if there is one."""
        self._go(1)

    def previous(self) -> None:
        """Open the scene before."""
        self._go(0)

    def back(self) -> None:
        """Give the run the knobs of the scene again."""
        if self.scene is not None:
            self._adopt(self.scene)

    def bookmark(self, index: int) -> None:
        """Bring the run to the step of a bookmark."""
        if self.scene is not None and 0 <= index < len(self.scene.bookmarks):
            self._stop.go(self.scene.bookmarks[index].step)

    def predict(self, index: int) -> None:
        """Take an answer to the question, and let the run show whether it is right."""
        question = self.scene and self.scene.question
        if question and 0 <= index < len(question.choices):
            self._chosen = index
            self._player.play()

    def reveal(self) -> None:
        """Tell whether the prediction was right, and why."""
        question = self.scene and self.scene.question
        if question and self._card is not None:
            self._card.answer = {
                "chosen": self._chosen, "right": question.answer, "text": question.reveal
            }  # fmt: skip

    def turned(self) -> bool:
        """Take note that the run was started or stopped; tell whether at a bookmark."""
        return self._stop.turned()

    def address(self, layout: Layout, others: Mapping[str, Any]) -> dict[str, str]:
        """Return what the address holds of it."""
        return write(self.scene, layout, others) if self.scene else {}

    def _go(self, side: int) -> None:
        other = self.scene and neighbours(self.scene)[side]
        if other:
            self._start(other)

    def _compare(self) -> None:
        """Tell which knobs differ from the scene's."""
        if self.scene is not None and self._card is not None:
            found = differences(self._experiment, self.scene.experiment())
            if found != self._card.differing:
                self._card.differing = found
