"""Points from a table of numbers as text."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator

import numpy as np

from core.datasets.json_points import shortest
from core.datasets.sampling import MAX_N, MAX_VALUES

#: Names of a column that holds the targets.
TARGET_NAMES = ("y", "label", "target")

Row = tuple[int, list[str]]


def parse(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs (n, d) and targets (n,); raise ValueError naming line and column."""
    rows = _rows(text)
    first = next(rows, None)
    if first is None:
        raise ValueError("text holds no points; give one a line, coordinates and then the target")
    width = len(first[1])
    if width < 2:
        raise ValueError(
            f"line {first[0]} has one column; give coordinates and a target, separated by , ; or "
            "a tab"
        )
    header = not any(_is_number(cell) for cell in first[1])
    target = _target_column(first) if header else width - 1
    values = _values(rows if header else _chain(first, rows), width)
    if not values:
        raise ValueError(f"text holds names (line {first[0]}) and no points; add points below")
    table = np.array(values)
    return np.delete(table, target, axis=1), table[:, target]


def write(inputs: np.ndarray, targets: np.ndarray) -> str:
    """Return inputs (n, d) and targets (n,) as lines of numbers under x1, …, y; exact."""
    names = [f"x{i}" for i in range(1, inputs.shape[1] + 1)]
    table = np.column_stack((inputs, targets)).tolist()
    lines = [",".join(repr(shortest(value)) for value in row) for row in table]
    return "\n".join([",".join([*names, TARGET_NAMES[0]]), *lines, ""])


def _rows(text: str) -> Iterator[Row]:
    """Yield line number and cells of every line that holds any, comments taken away."""
    lines = [line.split("#", 1)[0].strip(" \r\n") for line in io.StringIO(text, newline=None)]
    sample = next((line for line in lines if line.strip()), "")
    separator = next((mark for mark in ";\t" if mark in sample), ",")
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, _cells(number, line, separator)


def _cells(number: int, line: str, separator: str) -> list[str]:
    """Split one line; a quoted cell ends on the line on which it began."""
    try:
        cells = next(csv.reader([line], delimiter=separator, strict=True))
    except csv.Error as error:
        raise ValueError(f"line {number} cannot be read: {error}") from None
    return [cell.strip() for cell in cells]


def _chain(first: Row, rest: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rest


def _values(rows: Iterator[Row], width: int) -> list[list[float]]:
    values: list[list[float]] = []
    for number, cells in rows:
        if len(cells) != width:
            raise ValueError(f"line {number} has {len(cells)} columns, the first one {width}")
        if len(values) == MAX_N or (len(values) + 1) * width > MAX_VALUES:
            raise ValueError(f"line {number}: more than the {len(values):,} points allowed")
        values.append([_value(number, i, cell) for i, cell in enumerate(cells, 1)])
    return values


def _value(line: int, column: int, cell: str) -> float:
    if not _is_number(cell):
        hint = "; write a decimal point, not a comma" if "," in cell else ""
        stands = f"{cell[:40]!r}" if cell else "nothing"
        raise ValueError(f"line {line}, column {column}: {stands} is no number{hint}")
    value = float(cell)
    if not math.isfinite(value):
        raise ValueError(f"line {line}, column {column}: {cell[:40]!r} is not finite")
    return value


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell  # Python's own way to group digits


def _target_column(header: Row) -> int:
    number, names = header
    marked = [i for i, name in enumerate(names) if name.lower() in TARGET_NAMES]
    if len(marked) > 1:
        both = " and ".join(names[i] for i in marked)
        raise ValueError(f"line {number} names several targets ({both}); keep one")
    return marked[0] if marked else len(names) - 1
