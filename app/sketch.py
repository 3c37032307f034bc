"""Points that a user draws: how a gesture changes their table, and the history of its changes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.datasets import Dataset, from_arrays, points_text
from core.experiment.points import MOST_CHARACTERS

#: A point: one or two coordinates, then the target. A figure draws it at its first two numbers.
Point = tuple[float, ...]
Table = tuple[Point, ...]

#: Changes that can be undone.
MOST_CHANGES = 500


@dataclass(frozen=True)
class Gesture:
    """What a hand did.

    Attributes
    ----------
    kind : str
        "click"; "grab", "move" and "drop" of a drag that began at a point; "erase"; "undo" or
        "redo", which have no place.
    at : (x, y)
        Where, in units of the axes.
    reach : (x, y)
        How far from a point it still means that point.
    unit : (x, y)
        Width and height of a pixel.
    """

    kind: str
    at: tuple[float, float]
    reach: tuple[float, float]
    unit: tuple[float, float]


@dataclass(frozen=True)
class Tool:
    """What a click does.

    Attributes
    ----------
    flat : bool
        Whether inputs have one coordinate; the height at which a point is drawn is its target.
    labels : bool
        Whether targets are ±1; over a line a label is then the sign of the height.
    target : float
        Target of a new point over a plane.
    erases : bool
        Whether it takes a point away.
    """

    flat: bool
    labels: bool
    target: float = 1.0
    erases: bool = False

    def point(self, gesture: Gesture, target: float) -> Point:
        """Return the point at a gesture; `target` is its target if that is not the height."""
        x, y = map(rounded, gesture.at, gesture.unit)
        if not self.flat:
            return x, y, target
        return x, (1.0 if y >= 0.0 else -1.0) if self.labels else y


class Edits:
    """A table and the tables before and after it.

    Attributes
    ----------
    table : tuple of Point
        The present one.
    """

    def __init__(self, table: Table = ()) -> None:
        self._tables, self._at = [table], 0

    @property
    def table(self) -> Table:
        return self._tables[self._at]

    @property
    def width(self) -> int:
        """Numbers of a point, 0 if there has been none."""
        return next((len(table[0]) for table in self._tables if table), 0)

    @property
    def can_undo(self) -> bool:
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        return self._at + 1 < len(self._tables)

    def do(self, table: Table) -> None:
        """Make `table` the present one; what was undone is forgotten. No change is none."""
        if table != self.table:
            self._tables = [*self._tables[: self._at + 1], table][-MOST_CHANGES - 1 :]
            self._at = len(self._tables) - 1

    def undo(self) -> None:
        """Go back by one change, if there is one."""
        self._at -= self.can_undo

    def redo(self) -> None:
        """Make the change again that was undone last, if there is one."""
        self._at += self.can_redo


def nearest(table: Table, at: Point, reach: Point) -> int | None:
    """Return the point drawn nearest to `at`, None if none is within the ellipse of `reach`.

    Parameters
    ----------
    table : tuple of Point
    at : (x, y)
    reach : (x, y)
        Half axes of the ellipse, positive.
    """
    distances = [math.hypot((p[0] - at[0]) / reach[0], (p[1] - at[1]) / reach[1]) for p in table]
    best = min(range(len(table)), key=distances.__getitem__, default=None)
    return None if best is None or distances[best] > 1.0 else best


def clicked(table: Table, gesture: Gesture, tool: Tool) -> Table:
    """Return the table after a click: one point more, less, or of another target."""
    if tool.erases:
        return erased(table, gesture)
    i = nearest(table, gesture.at, gesture.reach)
    if i is None:
        return (*table, tool.point(gesture, tool.target))
    return table if tool.flat else _with_point(table, i, (*table[i][:2], tool.target))


def erased(table: Table, gesture: Gesture) -> Table:
    """Return the table without the point at a gesture."""
    i = nearest(table, gesture.at, gesture.reach)
    return table if i is None else (*table[:i], *table[i + 1 :])


def carried(table: Table, i: int, gesture: Gesture, tool: Tool) -> Table:
    """Return the table with point `i` carried to a gesture."""
    return _with_point(table, i, tool.point(gesture, table[i][-1]))


def _with_point(table: Table, i: int, point: Point) -> Table:
    return (*table[:i], point, *table[i + 1 :])


def rounded(value: float, unit: float) -> float:
    """Return a value to the first decimal that is finer than `unit`, positive."""
    return round(value, math.ceil(-math.log10(unit))) + 0.0  # not −0


def table_of(dataset: Dataset) -> Table:
    """Return the training points of a data set, exactly."""
    inputs = dataset.inputs[:, int(dataset.bias) :]
    return tuple(map(tuple, np.column_stack((inputs, dataset.targets)).tolist()))


def copy_of(dataset: Dataset) -> Table:
    """Return the training points to draw on: rounded to a hundredth of their size, and as many
    of the first ones as the address of the page holds."""
    table = np.array(table_of(dataset))
    units = np.abs(table).max(axis=0) / 100.0
    units[units == 0.0] = 1.0
    if dataset.labels:
        units[-1] = 1.0
    rows = tuple(
        tuple(rounded(value, unit) for value, unit in zip(row, units.tolist(), strict=True))
        for row in table.tolist()
    )
    while len(text_of(rows)) > MOST_CHARACTERS:
        rows = rows[: len(rows) * 19 // 20]
    return rows


def text_of(table: Table) -> str:
    """Return a table with points as the knob `points` takes it."""
    numbers = np.array(table)
    return points_text(from_arrays(numbers[:, :-1], numbers[:, -1], bias=False))
