"""A view of the training points that keeps its limits while somebody draws in it."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.views.base import View
from app.views.input_space import line_box, map_box
from app.views.limits import Box
from app.views.samples import MOST_POINTS, Samples


class PointsView(View):
    """A view whose `begin` returns the columns of the points.

    Its scene holds them as ``data``, ``flat`` (whether d = 1), the ``box`` of limits, the ``grid``
    of pixels within, and ``rival``, a predictor of the same points or None.
    """

    #: Whether somebody draws: limits stay, and whoever draws shows the points.
    held = False

    def limits_of(self, data: Samples) -> Box:
        """Return the limits for a new run: those there are while somebody draws. Any thread."""
        scene = self._scene
        keep = self.held and scene is not None and scene.flat == _is_flat(data)
        return scene.box if keep else _fit(data)

    def exchange(self, setup: Any) -> None:
        """Show the points that the run has gone over to."""
        if not self.held:
            inputs = setup.dataset.inputs[:, int(setup.dataset.bias) :]
            self.show_points(inputs, setup.dataset.targets)
        if self._scene.rival is not None:
            self._remake(self)

    def show_points(self, inputs: np.ndarray, targets: np.ndarray) -> None:
        """Show other training points, (n, d) without the constant, of the same kind.

        Event loop, under the document lock. There may be none.
        """
        scene, data = self._scene, Samples.of(inputs, targets, False, MOST_POINTS)
        if scene is None or scene.flat != _is_flat(data):
            return  # hidden since before the inputs had so many coordinates
        scene.data = data
        if not self.held and not _contains(scene.box, _fit(data)):
            scene.box, scene.grid = _fit(data), None
            self.plots[0].show(scene.box)
        self._feed(self.begin(scene).columns)


def _is_flat(data: Samples) -> bool:
    return data.points.shape[1] == 1


def _fit(data: Samples) -> Box:
    """Return limits a little wider than the points."""
    return line_box(data.points, data.targets) if _is_flat(data) else map_box(data.points)


def _contains(box: Box, other: Box) -> bool:
    """Tell whether a box lies in another."""
    return box[0] <= other[0] and other[1] <= box[1] and box[2] <= other[2] and other[3] <= box[3]
