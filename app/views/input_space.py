"""The line or the plane of the inputs: its limits, and functions over it."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.views.limits import Box

#: Room around the data, in units of their extent.
MARGIN = 0.18


def with_bias(samples: np.ndarray, bias: bool) -> np.ndarray:
    """Return scalar inputs as rows, the constant first if there is one."""
    columns = [np.ones_like(samples)] if bias else []
    return np.stack([*columns, samples], axis=1)


def teacher_curve(setup: Any, samples: np.ndarray) -> np.ndarray | None:
    """Return the teacher's function; the teacher is a mean-field network, whatever the scale."""
    teacher = setup.dataset.teacher
    if teacher is None:
        return None
    inputs = with_bias(samples, setup.dataset.bias)
    return setup.problem.predict(teacher, inputs) / setup.problem.scale


def line_box(points: np.ndarray, targets: np.ndarray) -> Box:
    """Return limits a little wider than the data."""
    low, high = float(points[:, 0].min()), float(points[:, 0].max())
    margin = MARGIN * ((high - low) or 1.0)
    bottom, top = float(targets.min()), float(targets.max())
    room = 0.25 * ((top - bottom) or 1.0)
    return (low - margin, high + margin, bottom - room, top + room)


def map_box(points: np.ndarray) -> Box:
    """Return the square around the data in their first two coordinates, a little wider."""
    points = points[:, :2]
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2
    side = (0.5 + MARGIN / 2) * (float((high - low).max()) or 1.0)
    return (
        float(middle[0] - side),
        float(middle[0] + side),
        float(middle[1] - side),
        float(middle[1] + side),
    )
