"""Training and test points of a figure over the inputs: by mark and colour of their target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import holoviews as hv
import numpy as np

from app.views.coordinates import subset
from app.views.options import SWITCH, Option
from app.views.plot import Columns, Plot
from app.views.solid import columns_of, dots

MOST_POINTS = 2000
#: Test points are many, and stand for a law.
MOST_TESTS = 400

TEST = Option(
    "test",
    "test points",
    f"Fresh points of the same law beside the training points, {MOST_TESTS} at most.",
    SWITCH,
    "0",
    remake=True,
    applies=lambda scene: scene.tested,
)


@dataclass(frozen=True)
class Samples:
    """Points of a data set without their constant, and what stands at each.

    Attributes
    ----------
    points : ndarray, shape (k, d)
    targets : ndarray, shape (k,)
    total : int
        How many there are, of which k are drawn.
    """

    points: np.ndarray
    targets: np.ndarray
    total: int

    @classmethod
    def of(cls, inputs: Any, targets: Any, bias: bool, most: int) -> Samples:
        """Return at most `most` of the points of inputs (n, D) and targets (n,)."""
        rows = subset(len(inputs), most)
        points = np.asarray(inputs, dtype=np.float64)[rows, int(bias) :]
        return cls(points, np.asarray(targets, dtype=np.float64)[rows], len(inputs))

    def columns(self, layer: str, flat: bool, labels: bool) -> dict[str, Columns]:
        """Return the columns of the layers called `layer`.

        Parameters
        ----------
        layer : str
        flat : bool
            Whether there is one input, so that targets are the heights.
        labels : bool
            Whether targets are ±1: the layers are then two, with + and − behind their names.
        """
        places = self.points[:, :2]
        if flat:
            places = np.stack([self.points[:, 0], self.targets], axis=1)
        if labels:
            up = self.targets > 0
            return {f"{layer}+": columns_of(places[up]), f"{layer}-": columns_of(places[~up])}
        columns = columns_of(places)
        return {layer: columns if flat else {**columns, "target": self.targets}}


def training_layers(plot: Plot, flat: bool, labels: bool) -> list[hv.Element]:
    """Declare the training points."""
    if labels:
        return _label_layers(plot, "data", ("y = −1", "y = +1"), size=8, line_width=1.2)
    if not flat:
        return [_by_target(plot, "data", size=8)]
    look: dict[str, Any] = {"size": 8, "line_width": 1.2}
    points = dots(2, label="training points", **look)
    return [plot.layer("data", points, fill_color="second", line_color="outline")]


def test_layers(plot: Plot, flat: bool, labels: bool) -> list[hv.Element]:
    """Declare the test points: smaller than the training points, with crosses for circles."""
    if labels:
        return _label_layers(plot, "test", ("", "test"), size=5, line_width=1.2, thin=True)
    if not flat:
        return [_by_target(plot, "test", size=6, marker="triangle", label="test")]
    points = dots(2, label="test", marker="x", size=5, line_width=1.2)
    return [plot.layer("test", points, line_color="muted")]


def _label_layers(
    plot: Plot, layer: str, names: tuple[str, str], thin: bool = False, **look: Any
) -> list[hv.Element]:
    """Declare points with labels ±1: circles and squares, or crosses of two kinds."""
    kinds = (("-", "negative_mark", "x"), ("+", "positive_mark", "cross"))
    if not thin:
        kinds = (("-", "negative_mark", "square"), ("+", "positive_mark", "circle"))
    layers = []
    for (sign, colour, marker), name in zip(kinds, names, strict=True):
        points = dots(2, label=name, marker=marker, **look)
        roles = {"line_color": colour} if thin else {"fill_color": colour, "line_color": "outline"}
        layers.append(plot.layer(f"{layer}{sign}", points, **roles))
    return layers


def _by_target(plot: Plot, layer: str, **look: Any) -> hv.Element:
    """Declare points in the colour that the map has for their target."""
    about: dict[str, Any] = {"cmap": ["blue", "red"], "clim": (-1.0, 1.0), "color": "target"}
    marks = dots(2, ("target",), **about, **look).opts(
        line_color="black", tools=["hover"], hover_tooltips=[("y", "@target{0.000}")]
    )
    return plot.layer(layer, marks, mapper="diverging", by="target", line_color="accent")
