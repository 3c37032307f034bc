"""What the figures of three dimensions share: options, columns, and the names of their axes."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np

from app.views.plot import Plot

AXES = ("x", "y", "z")

#: Tools and overlay options of a figure without axes: a drag turns it or does nothing. No labels: a
#: TeX label on a hidden axis is never typeset, and the page would wait for it for ever.
SOLID_TOOLS = ("save", "wheel_zoom", "reset")
SOLID: dict[str, Any] = {
    "xlabel": "",
    "ylabel": "",
    "xaxis": None,
    "yaxis": None,
    "show_grid": False,
    "active_tools": ["wheel_zoom"],
}


def columns_of(points: np.ndarray) -> dict[str, np.ndarray]:
    """Return points (n, dims) as columns x, y (and z) in single precision."""
    return {
        axis: np.ascontiguousarray(points[:, i], dtype=np.float32)
        for i, axis in enumerate(AXES[: points.shape[1]])
    }


def broken(paths: np.ndarray) -> dict[str, np.ndarray]:
    """Return p paths of length k as the columns of one line, NaN between them.

    Parameters
    ----------
    paths : ndarray, shape (p, k, dims)
        Positions along each path.

    Returns
    -------
    dict of ndarray
        Columns ``x``, ``y`` (and ``z``), float32, of length p (k + 1).
    """
    count, length, dims = paths.shape
    padded = np.full((count, length + 1, dims), np.nan, dtype=np.float32)
    padded[:, :length] = paths
    return columns_of(padded.reshape(-1, dims))


def named(texts: tuple[str, ...], at: np.ndarray) -> dict[str, np.ndarray]:
    """Return the columns of a layer of words at points (n, dims)."""
    return {**columns_of(at), "text": np.array(texts)}


def line(dims: int, label: str = "", **look: Any) -> hv.Curve:
    """Declare a line in two or three dimensions, empty until it is fed."""
    return hv.Curve(np.zeros((0, dims)), "x", list(AXES[1:dims]), label=label).opts(**look)


def dots(dims: int, columns: tuple[str, ...] = (), label: str = "", **look: Any) -> hv.Points:
    """Declare markers in two or three dimensions with further columns, empty until fed."""
    further = [*AXES[2:dims], *columns]
    empty = np.zeros((0, 2 + len(further)))
    return hv.Points(empty, ["x", "y"], further, label=label).opts(**look)


def words(dims: int, **look: Any) -> hv.Labels:
    """Declare text in two or three dimensions, one blank word until fed."""
    blank = [(0.0, 0.0, "", *[0.0] * (dims - 2))]
    return hv.Labels(blank, ["x", "y"], ["text", *AXES[2:dims]]).opts(**look)


def particle_dots(
    dims: int, columns: tuple[str, ...], tooltips: list[tuple[str, str]], **look: Any
) -> hv.Points:
    """Declare the particles: coloured by the sign of column c, with a tooltip."""
    return dots(
        dims,
        ("c", "j", *columns),
        color="c",
        cmap=["blue", "red"],
        clim=(-1e-9, 1e-9),
        line_color=None,
        tools=["hover"],
        hover_tooltips=[("particle", "@j"), *tooltips, ("c", "@c{0.000}")],
        **look,
    )


def still_columns(
    rows: np.ndarray, dims: int, further: tuple[str, ...] = ()
) -> dict[str, np.ndarray]:
    """Return the particles' columns at the start of a run: their numbers, the rest yet to come."""
    blank = np.full(len(rows), np.nan, dtype=np.float32)
    return {
        **dict.fromkeys((*AXES[:dims], "c", *further), blank),
        "j": rows.astype(np.int32),
    }


def teacher_marks(plot: Plot, dims: int) -> hv.Element:
    """Declare the crosses that mark the teacher."""
    marks = dots(dims, marker="x", size=10, line_width=2)
    return plot.still("ends", marks, line_color="accent")
