"""The lecturer's desk: goal, keys, full screen, presentation and scenes, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import panel_material_ui as pmui

from app.access import Access
from app.drawer import Drawer
from app.figures import FigureChoice
from app.fullscreen import FullScreen
from app.goals import Watch
from app.keys import Key, Keyboard
from app.layout import Layout
from app.messages import Messages
from app.names import Names
from app.narrow import Fold
from app.player import Player
from app.present import PRESENT, Present
from app.speed import Speed
from app.tuning import Tuning
from app.until import Until
from core import Frame, query
from core.experiment import Experiment
from core.scenes import Scene

#: Topic of messages.
_GOAL = "goal"


class Desk:
    """What a lecturer has at hand.

    Parameters
    ----------
    experiment : Experiment
    player : Player
    messages : Messages
    figures : FigureChoice
    changed : callable
        Called when what the address holds of the desk has changed.
    adopt : callable
        Called with a scene whose run is to begin; tells whether that is allowed.
    teach : callable
        Called with a scene whose lesson is to be shown.

    Attributes
    ----------
    watch : Watch
        Advances the run no further than to its goal.
    until : Until
    present : Present
    fold : Fold
    drawer : Drawer
    header : list of viewables
        Buttons for the header of the page.
    """

    def __init__(
        self,
        experiment: Experiment,
        player: Player,
        messages: Messages,
        figures: FigureChoice,
        changed: Callable[[], Any],
        adopt: Callable[[Scene], bool],
        teach: Callable[[Scene], Any],
    ) -> None:
        self._player, self._messages, self._figures = player, messages, figures
        self._experiment = experiment
        self._changed, self._adopt, self._teach = changed, adopt, teach
        self.watch = Watch(lambda: player.playing)
        self.until = Until(experiment, self.watch, messages.say, changed)
        self.present = Present(self._turn)
        self.fold = Fold()
        self.drawer = Drawer(self.open)
        self._parts = [
            Tuning(), self.present, FullScreen(), self.drawer, self.fold, Names(),
        ]  # fmt: skip
        self.header = [
            _button("theaters", "wf-scenes", "Scenes: where to start from (S)"),
            _button("slideshow", "wf-present", "Presentation: large type (P)", self.present.toggle),
            _button("keyboard", "wf-help", "Keys (?)"),
        ]

    @property
    def address(self) -> dict[str, str]:
        """What the address holds of it."""
        present = {PRESENT: "1"} | self.fold.address if self.present.on else {}
        return self.until.query | present

    def read(self, text: str) -> None:
        """Take over what an address holds of it."""
        self.until.read(text)
        self.present.turn(query.page_value(text, PRESENT) == "1")

    def parts(self, keys: Iterable[Key]) -> list[Any]:
        """Return the invisible parts of the page, the keys among them."""
        return [*self._parts, Keyboard(keys)]

    def bar(self, access: Access) -> list[Any]:
        """Return what stands beside the player's buttons: speed and goal."""
        speed = Speed(self._experiment).panel
        speed.disabled = not access.may("speed")
        shown = [] if "speed" in access.hidden else [speed]
        return [*shown, self.until.panel]

    def look(self) -> None:
        """Pause and say so if the goal is met. Event loop, with every frame shown."""
        news = self.watch.take_news()
        if news is not None:
            self._player.pause()
            self._messages.say(news, "info", _GOAL)

    def turned(self, frame: Frame | None, step: int) -> None:
        """Say what there is to say of a run that was started or stopped at `step`."""
        if self._player.playing:
            self._messages.withdraw(_GOAL)
            objection = frame and self.watch.objection(frame)
            if objection:
                self._messages.say(objection, "warning", _GOAL)
        elif step == self._player.limit > 0:
            words = f"Step {step} is reached, where the run was to pause."
            self._messages.say(f"{words} Choose a later step to go on.", "info", _GOAL)

    def open(self, scene: Scene) -> None:
        """Start a scene and show its lesson; it plays, unless it asks a question first."""
        if not self._adopt(scene):
            return
        text = query.write(dict(scene.page))
        layout, _ = Layout.from_query(text)
        self.until.read(text)
        self._player.change(lambda: self._figures.take(layout))
        self._player.playing = scene.question is None
        self._teach(scene)

    def _turn(self, scale: float) -> None:
        """The controls fold away while type and lines are large."""
        if scale > 1:
            self.fold.fold()
        else:
            self.fold.unfold()
        self._player.change(lambda: self._figures.enlarge(scale))
        self._changed()


def _button(
    icon: str, name: str, doc: str, act: Callable[[], Any] | None = None
) -> pmui.IconButton:
    """Return a button of the header; where `act` is None the browser acts by itself."""
    button = pmui.IconButton(
        icon=icon, description=doc, margin=0, css_classes=[name], styles={"color": "#ffffff"}
    )
    if act is not None:
        button.on_click(lambda _event: act())
    return button
