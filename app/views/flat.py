"""The predictor over one input: its curve, those of other runs over it, and what goes with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import holoviews as hv
import numpy as np

from app.views import kinks
from app.views.beside import DASHES
from app.views.input_space import with_bias
from app.views.plot import Columns, Plot
from app.views.samples import test_layers, training_layers
from app.views.solid import line

#: Values of another run that the axis has room for, in units of the largest of the first.
ROOM = 3.0


def line_layers(plot: Plot, scene: Any) -> list[hv.Element]:
    """Declare the predictor, those of other runs, the teacher's function and the points."""
    function = line(2, "A" if scene.arms else "f", line_width=2.5).opts(
        tools=["hover"], hover_tooltips=[("x", "@x{0.000}"), ("f", "@y{0.000}")]
    )
    layers = [plot.layer("f", function, line_color="negative")]
    layers += _overlay_layers(plot, scene.arms)
    if scene.rival is not None:
        dotted = line(2, scene.rival.caption, line_width=2, line_dash=[2, 3])
        layers.append(plot.layer("rival", dotted, line_color="second"))
    if scene.teacher is not None:
        dashed = line(2, "teacher", line_width=2, line_dash=[5, 4])
        layers.append(plot.layer("teacher", dashed, line_color="accent"))
    if scene.kinked:
        layers += kinks.tick_layers(plot)
    if scene.test is not None:
        layers += test_layers(plot, True, scene.labels)
    return [*layers, *training_layers(plot, True, scene.labels)]


def _overlay_layers(plot: Plot, arms: Iterable[str]) -> list[hv.Element]:
    """Declare a curve for each arm, dashed as in the curves over the run."""
    return [
        plot.layer(
            f"f-{arm}",
            line(2, arm, line_width=2, line_dash=DASHES[arm]).opts(
                tools=["hover"], hover_tooltips=[("x", "@x{0.000}"), (arm, "@y{0.000}")]
            ),
            line_color="negative",
        )
        for arm in arms
    ]


def overlay_columns(
    arms: Iterable[str], beside: Mapping[str, Any], samples: np.ndarray
) -> dict[str, Columns]:
    """Return the columns of the curves; that of an arm which is gone, or whose network takes more
    than one input, is empty.

    Parameters
    ----------
    arms : names
    beside : mapping
        Name to frame, history and setup.
    samples : ndarray, shape (k,)
        Where the predictors are evaluated.
    """
    columns: dict[str, Columns] = {}
    for arm in arms:
        x = y = np.zeros(0)
        if arm in beside:
            frame, _, setup = beside[arm]
            bias = setup.dataset.bias
            if setup.dataset.inputs.shape[1] == 1 + bias:
                x = samples
                problem = setup.simulation.problem
                y = problem.predict(frame.particles, with_bias(samples, bias))
        columns[f"f-{arm}"] = {"x": x, "y": y}
    return columns


def within_reach(others: Iterable[Columns], own: np.ndarray) -> np.ndarray:
    """Return the values of other curves that are not much larger than all of one's own."""
    values = np.concatenate([np.zeros(0), *(np.asarray(other["y"]) for other in others)])
    return values[np.abs(values) <= ROOM * np.abs(own).max(initial=0.0)]
