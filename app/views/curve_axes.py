"""Scales and first limits of the curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.views.limits import Box, Growth
from app.views.options import Option

#: A number of zero has no logarithm; below this none is drawn on a logarithmic axis.
LEAST = 1e-30
#: Where the axis of a number that starts at zero ends at first.
LITTLE = 1e-6
SCALES = {"log": "logarithmic", "linear": "linear"}

_AXIS = "Logarithmic: equal ratios are equally far apart. Linear: equal differences are."


@dataclass(frozen=True)
class Scales:
    """The scale of the steps and of both vertical axes, "log" or "linear" each."""

    steps: str = "log"
    risk: str = "log"
    other: str = "linear"

    @classmethod
    def of(cls, chosen: Mapping[str, str]) -> Scales:
        """Return the scales that the options `OPTIONS` ask for."""
        return cls(**{option.name: chosen[option.name] for option in OPTIONS})

    def growth(self, figure: str) -> Growth:
        """Return how the limits of the figure "risk" or "other" follow its curves."""
        return Growth((self.steps, getattr(self, figure)))

    def box(self, low: float, high: float) -> Box:
        """Return first limits: the first hundred steps, and `low` to `high` upwards."""
        return (1.0 if self.steps == "log" else 0.0, 100.0, low, high)

    @property
    def least_growth(self) -> float:
        """Growth of the steps below which new curves look like the last: about a pixel."""
        return 0.01 if self.steps == "log" else 0.002


OPTIONS = (
    Option("steps", "steps", _AXIS, SCALES, "log", remake=True),
    Option("risk", "axis of the risk", _AXIS, SCALES, "log", remake=True),
    Option("other", "other axis", _AXIS, SCALES, "linear", remake=True),
)


def first_limits(values: list[float], scale: str) -> tuple[float, float]:
    """Return limits upwards that show the numbers a run starts with."""
    known = [v for v in values if np.isfinite(v)]
    if scale == "log":
        positive = [v for v in known if v > 0.0] or [1.0]
        return 0.1 * min(positive), 2.0 * max(positive)
    reach = 1.25 * max((abs(v) for v in known), default=0.0) or LITTLE
    return (-reach if min(known, default=0.0) < 0.0 else 0.0), reach


def drawable(y: np.ndarray, scale: str) -> np.ndarray:
    """Return numbers with nan where the axis has no place for them."""
    return np.where(y > LEAST, y, np.nan) if scale == "log" else y
