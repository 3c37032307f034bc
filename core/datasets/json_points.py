"""Points as JSON: ``[[x1, ..., y], ...]`` or ``{"inputs": [[...]], "targets": [...]}``."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

_SHAPES = '[[x1, ..., y], ...] or {"inputs": [[x1, ...], ...], "targets": [y, ...]}'


def parse(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs (n, d) and targets (n,); raise ValueError naming point and coordinate."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"text is no JSON: {error}") from None
    if isinstance(content, dict):
        return _from_object(content)
    table = _table("points", content, least=2)
    return table[:, :-1], table[:, -1]


def write(inputs: np.ndarray, targets: np.ndarray) -> str:
    """Return inputs (n, d) and targets (n,) as ``[[x1,...,y],...]``, exact and without spaces."""
    table = np.column_stack((inputs, targets)).tolist()
    return json.dumps([[shortest(value) for value in row] for row in table], separators=(",", ":"))


def shortest(value: float) -> float | int:
    """Return an int for a whole number, which is written without its ".0"."""
    whole = value.is_integer() and abs(value) < 1e15 and repr(value) != "-0.0"
    return int(value) if whole else value


def _from_object(content: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    if set(content) != {"inputs", "targets"}:
        names = ", ".join(sorted(content)[:5]) or "nothing"
        raise ValueError(f"text is an object with {names[:200]}; give {_SHAPES}")
    inputs = _table("inputs", content["inputs"], least=1)
    if not isinstance(content["targets"], list):
        raise ValueError(f"targets is no list; give {_SHAPES}")
    return inputs, np.array(_numbers("targets", content["targets"]))


def _table(name: str, rows: Any, least: int) -> np.ndarray:
    """Return a list of equally long lists of numbers as an array (n, >= least)."""
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], list):
        raise ValueError(f"{name} is no list of points; give {_SHAPES}")
    width = len(rows[0])
    if width < least:
        raise ValueError(f"{name}[0] has {width} numbers; it must have {least} or more")
    values = []
    for i, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != width:
            raise ValueError(f"{name}[{i}] is no list of {width} numbers, as {name}[0] is")
        values.append(_numbers(f"{name}[{i}]", row))
    return np.array(values)


def _numbers(name: str, row: list[Any]) -> list[float]:
    return [_number(name, j, value) for j, value in enumerate(row)]


def _number(name: str, j: int, value: Any) -> float:
    try:
        if isinstance(value, (str, bool)):
            raise TypeError  # float() would take them
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        plain = value is None or isinstance(value, (str, int, float))
        shown = json.dumps(value)[:40] if plain else f"a {type(value).__name__}"
        raise ValueError(f"{name}[{j}] is {shown}, not a finite number")
    return number
