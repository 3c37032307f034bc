"""Frame: what is known of a run at one step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: The scalar fields of a Frame that a history keeps.
SCALARS = (
    "step",
    "time",
    "risk",
    "test_risk",
    "objective",
    "margin",
    "total_mass",
    "accuracy",
)


@dataclass(frozen=True, eq=False)
class Frame:
    """An immutable picture of a run at one step.

    Attributes
    ----------
    step : int
        Steps taken.
    time : float
        Sum of their stepsizes.
    particles : ndarray, shape (m, d+1), read-only
    risk, test_risk : float
        Mean loss on the training and the test samples (nan without test samples).
    objective : float
        risk/scale² + weight_decay · β.
    margin : float
        min_i y_i f(x_i) / β; nan where targets are not ±1.
    total_mass : float
        β = (1/m) Σ_j |w_j|².
    accuracy : float
        Share of training samples on the right side; nan where targets are not ±1.
    finite : bool
        False once the next step would not be finite: the run has stopped, and this is its last
        finite step.
    """

    step: int
    time: float
    particles: np.ndarray
    risk: float
    test_risk: float
    objective: float
    margin: float
    total_mass: float
    accuracy: float
    finite: bool
