"""Drawing one's own data on the predictor: points come, move and go while the run goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel_material_ui as pmui

from app import sketch
from app.board import Board
from app.drawing_bar import DrawingBar
from app.gestures import Gestures
from app.player import Player
from app.sketch import Edits, Gesture, Tool
from app.views.points import PointsView
from core.datasets import Dataset
from core.experiment import Experiment, Setup

#: Layers of the figure that hold training points.
_LAYERS = ("data", "data+", "data-")
_TOPIC = "drawing"
_PRESSED = {"color": "primary.main", "backgroundColor": "action.selected"}


class Drawing:
    """The pencil of a figure, CSS class wf-draw, and what one does with it.

    Every change sets the knob `points`, which acts on the run that goes on; to begin with, the data
    of another law are copied there.

    Parameters
    ----------
    experiment : Experiment
    view : PointsView
        Where one draws.
    player : Player
    restart : callable
        Starts the run from step 0.
    say : callable
        ``say(text, severity, topic)`` shows a message.
    settled : callable
        Called when a point has been dragged to its place.
    may : callable
        Tells of a knob whether a visitor may change it.

    Attributes
    ----------
    on : bool
        Whether the figure is drawn on.
    dragging : bool
        Whether a point is on its way.
    """

    def __init__(
        self,
        experiment: Experiment,
        view: PointsView,
        player: Player,
        restart: Callable[[], Any],
        say: Callable[..., Any],
        settled: Callable[[], Any],
        may: Callable[[str], bool] = lambda knob: True,
    ) -> None:
        self._may = may("data") and may("points")
        self._view, self._player = view, player
        self._say, self._settled = say, settled
        self.on = self.dragging = False
        self._dataset: Dataset | None = None  # of what runs
        self._grabbed: int | None = None
        self._board = Board(experiment, view, restart, player.pause)
        self._gestures = Gestures(self._heard)
        self._bar = DrawingBar(self.undo, self.redo, self.clear)
        self._button = pmui.IconButton(icon="edit", size="small", margin=0, css_classes=["wf-draw"])
        self._button.on_click(lambda _event: self.toggle())
        view.actions.insert(0, self._button)
        view.panel.insert(2, self._bar.panel)
        self._show_mode()

    # -- what others call --------------------------------------------------------------------------

    def toggle(self) -> None:
        """Begin to draw, or leave off."""
        self._player.change(self._toggle)

    def undo(self) -> None:
        """Take the last change back."""
        self._player.change(lambda: self._turn(Edits.undo))

    def redo(self) -> None:
        """Make it again."""
        self._player.change(lambda: self._turn(Edits.redo))

    def clear(self) -> None:
        """Empty the plane; the next point starts a new run."""
        self._player.change(lambda: self._do(()))

    def show(self, setup: Setup) -> None:
        """Take note of what runs now, or of a new figure of it. Under the document lock."""
        self._dataset = setup.dataset
        if self.on and self._why_not():
            self._leave()
        elif self.on:
            self._listen()
            if not self.dragging:  # else the browser has it already
                self._board.display()
        self._show_mode()

    def follow(self) -> None:
        """Knobs have changed: leave off if somebody else has set the points."""
        if self._board.changed_by_others() and self.on:
            self._player.change(self._leave)

    # -- the mode ----------------------------------------------------------------------------------

    def _toggle(self) -> None:
        if self.on:
            self._leave()
        elif reason := self._why_not():
            self._say(reason, "warning", _TOPIC)
        else:
            self._enter()

    def _why_not(self) -> str:
        """Return why one cannot draw now, nothing if one can."""
        if not self._may:
            return "The data are fixed by the link of this page, so they cannot be drawn."
        if self._dataset is None:
            return "There is no run to draw for yet; wait until it has started."
        d = _dimension(self._dataset)
        if d > 2:
            return (
                f"The pencil draws in one or two dimensions, and the inputs have {d}; set d to 2."
            )
        if not self._view.plots:
            return "The pencil draws on the predictor; show that figure first."
        return ""

    def _enter(self) -> None:
        assert self._dataset is not None
        copied, before = not self._board.owns, len(self._dataset.targets)
        self.on = self._view.held = True
        if not self._board.take(self._dataset):
            self._leave()  # whoever refused has said why
            return
        if copied:
            self._say(_copied(len(self._board.table), before), "info", _TOPIC)
        self._listen()
        self._show_mode()

    def _leave(self) -> None:
        self.on = self.dragging = self._view.held = False
        self._gestures.listen(False)
        if self._dataset is not None:
            self._board.restore(self._dataset)
        self._show_mode()

    def _listen(self) -> None:
        assert self._dataset is not None
        self._gestures.attach(self._view.plots[0], _LAYERS)
        self._gestures.listen(True)
        self._bar.adapt(_dimension(self._dataset) == 1, self._dataset.labels)

    def _show_mode(self) -> None:
        reason = "" if self._dataset is None else self._why_not()
        self._button.param.update(
            sx=_PRESSED if self.on else {},
            disabled=bool(reason),
            description=reason
            or ("Leave off drawing (D)" if self.on else "Draw your own data (D)"),
        )
        edits = self._board.edits
        self._bar.turn(self.on)
        self._bar.show(len(self._board.table), edits.can_undo, edits.can_redo)

    # -- changes -----------------------------------------------------------------------------------

    def _do(self, table: sketch.Table) -> None:
        self._board.do(table)
        self._show_mode()

    def _turn(self, change: Callable[[Edits], None]) -> None:
        if self.on:
            self._board.turn(change)
            self._show_mode()

    @property
    def _tool(self) -> Tool:
        assert self._dataset is not None
        flat = _dimension(self._dataset) == 1
        return Tool(flat, self._dataset.labels, self._bar.target, self._bar.erases)

    def _heard(self, gesture: Gesture) -> None:
        if not self.on:
            return
        table = self._board.table
        match gesture.kind:
            case "click":
                self._do(sketch.clicked(table, gesture, self._tool))
            case "erase":
                self._do(sketch.erased(table, gesture))
            case "grab":
                self._grabbed = sketch.nearest(table, gesture.at, gesture.reach)
            case "move" | "drop":
                self._carry(gesture)
            case "undo":
                self._turn(Edits.undo)
            case "redo":
                self._turn(Edits.redo)

    def _carry(self, gesture: Gesture) -> None:
        """Take the grabbed point along; that is a change once it is dropped."""
        board = self._board
        if self._grabbed is None or self._grabbed >= len(board.table):
            return
        table = sketch.carried(board.table, self._grabbed, gesture, self._tool)
        self.dragging = gesture.kind == "move"
        if board.give(table):
            board.table = table
        if not self.dragging:
            self._grabbed = None
            self._do(board.table)
            self._settled()


def _dimension(dataset: Dataset) -> int:
    """Return the input coordinates, the constant not counted."""
    return dataset.inputs.shape[1] - dataset.bias


def _copied(count: int, before: int) -> str:
    """Return what is said of the copy one draws on."""
    which = f"the {count:,} training points"
    if count < before:
        which = f"the first {count:,} of {before:,} training points"
    return f"You draw on a copy of {which}, rounded; the run starts with it from step 0."
