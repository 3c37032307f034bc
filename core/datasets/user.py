"""Data of the user's own: arrays, CSV or JSON, checked and never executed.

Texts come as str or bytes. A path must be a `pathlib.Path`, so that a text typed into a page can
never name a file of the server.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from core.datasets import csv_points, json_points
from core.datasets.laws import MAX_D, with_bias
from core.datasets.sampling import MAX_N, MAX_VALUES, Dataset
from core.validation import array

#: Most bytes of a text.
MAX_TEXT = 20_000_000

#: Largest absolute value of a number: its square is far from overflow, in single precision too.
MAX_ABS = 1e15

Text = str | bytes | os.PathLike


def from_arrays(
    inputs: Any, targets: Any, *, bias: bool = True, labels: bool = False, name: str = "user"
) -> Dataset:
    """Return a data set of given points, with an empty test set.

    Parameters
    ----------
    inputs : array_like, shape (n, d)
        Finite numbers within ±10¹⁵; 1 <= n <= 10⁵, 1 <= d <= 1000, n · (d + 1) <= 10⁷.
    targets : array_like, shape (n,)
        Finite numbers within ±10¹⁵.
    bias : bool
        Put the constant 1 in column 0.
    labels : bool
        Whether the targets must be labels: −1 and +1, or 0 and 1, of which 0 becomes −1.
    name : str
        What the data set is called.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.
    """
    inputs, targets = array("inputs", inputs, 2), array("targets", targets, 1)
    n, d = inputs.shape
    if len(targets) != n:
        raise ValueError(f"targets has {len(targets)} entries and inputs {n} rows; one for each")
    if n > MAX_N or d > MAX_D or n * (d + 1) > MAX_VALUES:
        raise ValueError(
            f"inputs has shape {inputs.shape}; at most {MAX_N:,} points, {MAX_D:,} coordinates "
            f"and {MAX_VALUES:,} numbers in all are allowed"
        )
    for argument, values in (("inputs", inputs), ("targets", targets)):
        _check_magnitude(argument, values)
    targets = targets.astype(np.float64)
    if labels:
        targets = _as_labels(targets)
    points = with_bias(inputs.astype(np.float64), bias)
    return Dataset(
        points, targets, np.empty((0, points.shape[1])), np.empty(0),
        teacher=None, bias=bool(bias), labels=bool((np.abs(targets) == 1).all()), name=name,
    )  # fmt: skip


def from_csv(text: Text, *, bias: bool = True, labels: bool = False, name: str = "user") -> Dataset:
    """Return the data set of a table of numbers with one point a line.

    Columns are separated by commas, semicolons or tabs; numbers have a decimal point. What follows
    a # is ignored, and so are empty lines. The first line may hold names: the target is the column
    called y, label or target, or else the last one; the others are the inputs.

    Parameters
    ----------
    text : str, bytes or Path
        The table itself (UTF-8), at most 20 MB, or the path of a file that holds it.
    bias, labels, name
        As in `from_arrays`.

    Raises
    ------
    ValueError
        Naming the line, the column and what stands there.
    OSError
        If a path cannot be read.
    """
    inputs, targets = csv_points.parse(_read(text))
    return from_arrays(inputs, targets, bias=bias, labels=labels, name=name)


def from_json(
    text: Text, *, bias: bool = True, labels: bool = False, name: str = "user"
) -> Dataset:
    """Return the data set of ``[[x1, ..., y], ...]`` or ``{"inputs": [[...]], "targets": [...]}``.

    Parameters
    ----------
    text : str, bytes or Path
        The JSON itself (UTF-8), at most 20 MB, or the path of a file that holds it.
    bias, labels, name
        As in `from_arrays`.

    Raises
    ------
    ValueError
        Naming the point, the coordinate and what stands there.
    OSError
        If a path cannot be read.
    """
    inputs, targets = json_points.parse(_read(text))
    return from_arrays(inputs, targets, bias=bias, labels=labels, name=name)


def from_text(text: str | bytes, *, bias: bool = True, labels: bool = False) -> Dataset:
    """Return the data set of a text typed or uploaded: JSON if it starts so, else CSV.

    Raises ValueError as `from_json` and `from_csv` do.
    """
    if isinstance(text, bytes):
        text = _read(text)
    read = from_json if text.lstrip().startswith(("[", "{")) else from_csv
    return read(text, bias=bias, labels=labels)


def points_text(dataset: Dataset) -> str:
    """Return the training points as compact JSON ``[[x1,...,y],...]``, without the constant.

    `from_json` with the same `bias` takes it back to the same bits.
    """
    return json_points.write(dataset.inputs[:, int(dataset.bias) :], dataset.targets)


def points_csv(dataset: Dataset) -> str:
    """Return the training points as lines ``x1,...,y`` under their names, without the constant.

    `from_csv` with the same `bias` takes it back to the same bits.
    """
    return csv_points.write(dataset.inputs[:, int(dataset.bias) :], dataset.targets)


def _read(text: Text) -> str:
    """Return the text itself, or that of a file, decoded and of an allowed size."""
    if isinstance(text, os.PathLike):
        with Path(text).open("rb") as file:
            text = file.read(MAX_TEXT + 1)
    if not isinstance(text, (str, bytes)):
        raise ValueError(f"text is a {type(text).__name__}; give str, bytes or a pathlib.Path")
    if len(text) > MAX_TEXT:
        raise ValueError(f"text is larger than the {MAX_TEXT:,} bytes allowed; give fewer points")
    if isinstance(text, bytes):
        try:
            text = text.decode()
        except UnicodeDecodeError as error:
            raise ValueError(f"text is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    return text.removeprefix("\ufeff")


def _check_magnitude(argument: str, values: np.ndarray) -> None:
    largest = np.abs(values).max()
    if largest > MAX_ABS:
        row = int(np.argwhere(np.abs(values) == largest)[0, 0])
        raise ValueError(
            f"{argument} holds {largest:g} in point {row + 1}; numbers must be within "
            f"±{MAX_ABS:g}: divide them by a constant"
        )


def _as_labels(targets: np.ndarray) -> np.ndarray:
    """Return targets of −1 and +1, or raise ValueError."""
    found = np.unique(targets)
    if np.isin(found, (-1, 1)).all():
        return targets
    if np.isin(found, (0, 1)).all():
        return 2 * targets - 1
    shown = ", ".join(f"{value:g}" for value in found[:5])
    raise ValueError(
        f"targets holds {shown}{', ...' if len(found) > 5 else ''}; labels must be −1 and +1, or "
        "0 and 1 (0 then becomes −1)"
    )
