"""The teacher's neurons as arrows from the origin."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from app.views.plot import Columns, Plot
from app.views.solid import broken, line

#: Length of the barbs of an arrow that is as long as the longest, and half their opening.
BARB, SPREAD = 0.07, np.deg2rad(24.0)


def arrow_layers(plot: Plot, dims: int) -> list[hv.Element]:
    """Declare the shafts, dashed, and the heads."""
    shaft = line(dims, "teacher", line_dash=[4, 3], line_width=1.5)
    return [
        plot.still("rays", shaft, line_color="accent"),
        plot.still("heads", line(dims, line_width=2.0), line_color="accent"),
    ]


def arrow_columns(ends: np.ndarray) -> dict[str, Columns]:
    """Return the columns of arrows to points (k, dims): broken lines.

    In space a head has four barbs, in two planes, so that it is seen from any side.
    """
    rays = np.stack([np.zeros_like(ends), ends], axis=1)
    return {"rays": broken(rays), "heads": broken(heads(ends))}


def heads(ends: np.ndarray) -> np.ndarray:
    """Return barb, tip, barb of each head, shape (k or 2k, 3, dims)."""
    lengths = np.linalg.norm(ends, axis=1, keepdims=True)
    along = ends / np.where(lengths > 0.0, lengths, 1.0)
    barb = np.minimum(BARB * lengths.max(initial=0.0), 0.5 * lengths)
    back = ends - barb * np.cos(SPREAD) * along
    pairs = [
        np.stack(
            [back + barb * np.sin(SPREAD) * side, ends, back - barb * np.sin(SPREAD) * side], 1
        )
        for side in _sides(along)
    ]
    return np.concatenate(pairs)


def _sides(along: np.ndarray) -> list[np.ndarray]:
    """Return the one or two unit vectors orthogonal to each direction (k, dims)."""
    if along.shape[1] == 2:
        return [np.stack([-along[:, 1], along[:, 0]], axis=1)]
    helper = np.eye(3)[np.abs(along).argmin(axis=1)]
    first = np.cross(along, helper)
    sizes = np.linalg.norm(first, axis=1, keepdims=True)
    first = first / np.where(sizes > 0.0, sizes, 1.0)
    return [first, np.cross(along, first)]
