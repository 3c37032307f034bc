"""The maximal linear margin (hard-margin linear support vector machine)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.references.checks import data
from core.references.hull import nearest_point
from core.validation import number

#: Most samples.
MAX_N = 4000
# What rounding makes of a margin of 0, relative to max |x_i|.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class LinearMargin:
    """The largest min_i y_i u . x_i over unit vectors u, enclosed.

    Attributes
    ----------
    margin : float
        min_i y_i direction . x_i: reached. 0 if no hyperplane through 0 separates the classes.
    upper : float
        No unit vector has a larger margin.
    gap : float
        upper - margin.
    direction : (D,) float64
        Unit vector; 0 if not separable. Its last entry belongs to the bias column, if there is one.
    support : (r,) int
        Samples that carry the solution (q_i > 0); they stand at the margin.
    q : (n,) float64
        Dual solution in the simplex: direction = sum_i q_i y_i x_i / margin.
    separable : bool
    tolerance : float
        Accuracy reached: gap / upper.
    solver : str
    """

    margin: float
    upper: float
    gap: float
    direction: np.ndarray
    support: np.ndarray
    q: np.ndarray
    separable: bool
    tolerance: float
    solver: str


def linear_margin(inputs: np.ndarray, targets: np.ndarray, *, bias: float = 0.0) -> LinearMargin:
    """Return the hard-margin linear classifier: the direction in which gradient descent converges.

    The dual is the point of the convex hull of the y_i x_i nearest to 0, whose norm is the margin.

    Parameters
    ----------
    inputs : (n, D) array
        n at most 4000.
    targets : (n,) array
        All +1 or -1.
    bias : float
        >= 0. If positive, a constant column of this value is appended. The bias is then penalised
        as any weight is (as in a network with a constant input), unlike in the classical SVM,
        which is the limit of large values.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.

    Notes
    -----
    Soudry, Hoffer, Nacson, Gunasekar and Srebro (2018), "The implicit bias of gradient descent on
    separable data". Margins below 1e-9 max |x_i| count as 0.
    """
    inputs, labels = data(inputs, targets, MAX_N)
    bias = number("bias", bias, 0, 1e12)
    if bias > 0:
        inputs = np.column_stack((inputs, np.full(len(inputs), bias)))
    signed = (labels[:, None] * inputs).T
    found = nearest_point(signed)
    separable = found.lower > _ROUNDING * float(np.linalg.norm(inputs, axis=1).max())
    normal = signed @ found.q
    direction = normal / np.linalg.norm(normal) if separable else np.zeros(len(normal))
    margin = float((direction @ signed).min()) if separable else 0.0
    upper = max(margin, found.upper)
    return LinearMargin(
        margin=margin, upper=upper, gap=upper - margin, direction=direction,
        support=np.flatnonzero(found.q), q=found.q, separable=separable,
        tolerance=(upper - margin) / upper if upper > 0 else 0.0,
        solver="non-negative least squares (nearest point of a convex hull)",
    )  # fmt: skip
