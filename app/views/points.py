"""A view of the training points that keeps its limits while somebody draws in it."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.views.base import Ready, View
from app.views.coordinates import subset
from app.views.limits import Box

MOST_POINTS = 2000


def shown_points(inputs: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first two coordinates, and the targets, of the points that are drawn.

    Parameters
    ----------
    inputs : ndarray, shape (n, d)
        Without the constant.
    targets : ndarray, shape (n,)
    """
    rows = subset(len(inputs), MOST_POINTS)
    return inputs[rows, :2], np.asarray(targets, dtype=np.float64)[rows]


class PointsView(View):
    """A view whose scene holds points, targets, a box of limits and whether it is flat (d = 1).

    Its `begin` returns the columns of the points.
    """

    #: Whether somebody draws: limits stay, and whoever draws shows the points.
    held = False

    def fit(self, points: np.ndarray, targets: np.ndarray) -> Box:
        """Return the limits that show the points."""
        raise NotImplementedError

    def limits_of(self, points: np.ndarray, targets: np.ndarray) -> Box:
        """Return the limits for a new run: those there are while somebody draws. Any thread."""
        scene = self._scene
        flat = points.shape[1] == 1
        keep = self.held and scene is not None and scene.flat == flat
        return scene.box if keep else self.fit(points, targets)

    def build(self, setup: Any, ready: Ready | None = None) -> None:
        """Show a new setup; a map is drawn anew once its figure has another shape."""
        before = self.plots
        super().build(setup, ready)
        if self.plots is not before:
            self.plots[0].figure.on_change("inner_height", self._laid_out)

    def exchange(self, setup: Any) -> None:
        """Show the points that the run has gone over to."""
        if not self.held:
            inputs = setup.dataset.inputs[:, int(setup.dataset.bias) :]
            self.show_points(inputs, setup.dataset.targets)

    def show_points(self, inputs: np.ndarray, targets: np.ndarray) -> None:
        """Show other training points, (n, d) without the constant, of the same kind.

        Event loop, under the document lock. There may be none.
        """
        scene = self._scene
        if scene is None or scene.flat != (inputs.shape[1] == 1):
            return  # hidden since before the inputs had so many coordinates
        scene.points, scene.targets = shown_points(inputs, targets)
        if not self.held and not _contains(scene.box, self.fit(scene.points, scene.targets)):
            scene.box, scene.grid = self.fit(scene.points, scene.targets), None
            self.plots[0].show(scene.box)
        self._feed(self.begin(scene).columns)

    def _laid_out(self, _attr: str, _old: Any, _new: Any) -> None:
        aspect = self.plots[0].aspect()
        if aspect and abs(self.aspect / aspect - 1.0) > 0.01:
            self.aspect = aspect
            self._refresh()


def _contains(box: Box, other: Box) -> bool:
    """Tell whether a box lies in another."""
    return box[0] <= other[0] and other[1] <= box[1] and box[2] <= other[2] and other[3] <= box[3]
