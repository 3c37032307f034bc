"""The points that a user draws: shown in a figure, set as a knob, with what undo goes back to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from app import sketch
from app.sketch import Edits, Table
from app.views.points import PointsView
from core.datasets import POINTS, Dataset
from core.experiment import Experiment


class Board:
    """A table of points that is kept in figure, knob and history alike.

    The knob `points` cannot be empty: while the table is, it stays, and the first point of all
    starts a new run.

    Parameters
    ----------
    experiment : Experiment
    view : PointsView
        Shows the points.
    restart, pause : callable
        Start the run from step 0; stop it, for it runs on points that are not seen any more.

    Attributes
    ----------
    table : tuple of Point
        What is shown. A point on its way is not yet among the edits.
    edits : Edits
    """

    def __init__(
        self,
        experiment: Experiment,
        view: PointsView,
        restart: Callable[[], Any],
        pause: Callable[[], Any],
    ) -> None:
        self._experiment, self._view = experiment, view
        self._restart, self._pause = restart, pause
        self.table: Table = ()
        self.edits = Edits()
        self._setting = False
        self._text = ""  # of the knob as it was last set or seen here

    @property
    def owns(self) -> bool:
        """Whether the data are the user's own points."""
        return self._experiment.data == POINTS.name

    def take(self, dataset: Dataset) -> bool:
        """Begin with the points of a data set; tell whether that is allowed.

        The user's own are taken as they are; those of a law are copied.
        """
        self.table, self._text = sketch.table_of(dataset), self._experiment.points
        if not self.owns:
            self.table = sketch.copy_of(dataset)
            if not self.give(self.table):
                return False
        self._note(self.table)
        return True

    def restore(self, dataset: Dataset) -> None:
        """Show what runs, should nothing be shown."""
        if not self.table:
            self.table = sketch.table_of(dataset)
            self._note(self.table)
            self.display()

    def changed_by_others(self) -> bool:
        """Tell whether somebody else has set the points, and then take note of them."""
        own, text = self.owns, self._experiment.points
        if self._setting or (own and text == self._text):
            return False
        self._text = text if own else ""
        if own:
            self._note(sketch.table_of(self._experiment.dataset()))
        return True

    def do(self, table: Table) -> None:
        """Make a change."""
        if self._put(table):
            self._note(table)

    def turn(self, change: Callable[[Edits], None]) -> None:
        """Undo or redo: `change` moves the edits."""
        change(self.edits)
        self._put(self.edits.table)

    def give(self, table: Table) -> bool:
        """Set the knobs to a table with points; tell whether they were left so."""
        self._setting, text = True, sketch.text_of(table)
        try:
            self._experiment.param.update(data=POINTS.name, points=text)
        finally:
            self._setting = False
        self._text = self._experiment.points
        return self._text == text

    def display(self) -> None:
        """Show the table. Under the document lock."""
        width = len(self.table[0]) if self.table else self.edits.width
        numbers = np.array(self.table, dtype=np.float64).reshape(-1, width)
        self._view.show_points(numbers[:, :-1], numbers[:, -1])

    def _put(self, table: Table) -> bool:
        """Show a table and train on it; tell whether that was allowed."""
        anew, taken = not self.table, not table or self.give(table)
        if taken:
            self.table = table
        self.display()
        if not table:
            self._pause()
        elif taken and anew:
            self._restart()
        return taken

    def _note(self, table: Table) -> None:
        """Put a table among the edits; points of another width begin a history of their own."""
        if table and self.edits.width != len(table[0]):
            self.edits = Edits(table)
        self.edits.do(table)
