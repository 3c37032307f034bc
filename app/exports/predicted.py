"""The predictor at each picture of a film: a curve over one input, or a map over two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.exports.base import Progress
from app.views.input_space import line_box, map_box, with_bias
from app.views.limits import Box
from app.views.map import levels
from app.views.samples import Samples
from core.datasets import Dataset
from core.experiment import Setup
from core.problem import Problem

#: Pixels of a side of the map, samples of the curve, points of the data.
SIDE, SAMPLES, MOST_POINTS = 56, 160, 400


@dataclass(frozen=True)
class Function:
    """The predictor: a curve over one input (`values` of the function), or a map over two
    (`values` from 0 to 254, numbers of colours of `app.theme.diverging`).

    Attributes
    ----------
    box : Box
        Limits of the picture.
    values : ndarray, shape (frames, samples) or (frames, rows, columns)
    points : ndarray, shape (p, 2)
        Training points: input and target, or two inputs.
    positive : ndarray of bool, shape (p,)
        Whether the target is > 0.
    note : str
        What the colours and the marks mean.
    """

    box: Box
    values: np.ndarray
    points: np.ndarray
    positive: np.ndarray
    note: str

    @property
    def flat(self) -> bool:
        """Whether it is a curve."""
        return self.values.ndim == 2


def predicted(setup: Setup, clouds: Sequence[np.ndarray], progress: Progress) -> Function:
    """Return the predictor of each of the clouds of particles."""
    problem, plane = setup.simulation.problem, _input_space(setup.dataset)
    values = []
    for number, cloud in enumerate(clouds):
        progress(number / len(clouds))
        values.append(plane.values(problem, cloud))
    data, stack = plane.data, np.stack(values)
    points = np.stack([data.points[:, 0], data.targets], 1) if plane.flat else data.points[:, :2]
    box = _wide_enough(plane.box, stack) if plane.flat else plane.box
    return Function(box, stack, points, data.targets > 0, plane.note)


@dataclass(frozen=True)
class _InputSpace:
    """Where the predictor is looked at: over a line, or over two inputs, the others being 0."""

    data: Samples
    box: Box
    flat: bool
    bias: bool
    labels: bool
    top: float

    @property
    def note(self) -> str:
        """What the colours and the marks mean."""
        if self.flat:
            return "f over the input, training points"
        return f"colour {'tanh f' if self.labels else 'f'}; circles y > 0, squares y < 0"

    def values(self, problem: Problem, cloud: np.ndarray) -> np.ndarray:
        """Return the predictor over the line, or the colours of the map."""
        x0, x1, y0, y1 = self.box
        if self.flat:
            x = np.linspace(x0, x1, SAMPLES)
            return np.nan_to_num(problem.predict(cloud, with_bias(x, self.bias)))
        centres = (np.arange(SIDE) + 0.5) / SIDE
        values = problem.predict_slice(
            cloud, x0 + (x1 - x0) * centres, y0 + (y1 - y0) * centres, self.bias
        )
        return levels(np.tanh(values) if self.labels else values, self.top)


def _input_space(dataset: Dataset) -> _InputSpace:
    """Return where the page's figure, too, looks at the predictor."""
    data = Samples.of(dataset.inputs, dataset.targets, dataset.bias, MOST_POINTS)
    flat = data.points.shape[1] == 1
    box = line_box(data.points, data.targets) if flat else map_box(data.points)
    top = 1.0 if dataset.labels else max(float(np.abs(dataset.targets).max()), 1e-12)
    return _InputSpace(data, box, flat, dataset.bias, dataset.labels, top)


def _wide_enough(box: Box, values: np.ndarray) -> Box:
    """Return the limits, wide enough for a curve at all steps."""
    return (*box[:2], min(box[2], float(values.min())), max(box[3], float(values.max())))
