"""The maximal F2-margin: the hard-margin support vector machine of a kernel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from core.references.checks import data
from core.references.hull import nearest_point
from core.validation import array

#: kernel(X (k, D), Z (r, D)) -> (k, r), symmetric and positive semi-definite.
Kernel = Callable[[np.ndarray, np.ndarray], np.ndarray]

#: Most samples.
MAX_N = 2000
# What rounding makes of a margin of 0, relative to sqrt(max K(x, x)).
_ROUNDING = 1e-7


@dataclass(frozen=True)
class KernelMargin:
    """The largest min_i y_i f(x_i) over functions of norm 1 in the space of a kernel, enclosed.

    Attributes
    ----------
    lower : float
        min_i y_i f(x_i) for the predictor below: reached. 0 if the data are not separable.
    upper : float
        No function of norm at most 1 has a larger margin.
    gap : float
        upper - lower.
    separable : bool
    alpha : (n,) float64
        Dual solution, alpha >= 0, with upper = 1/sqrt(alpha^T Q alpha), Q = (y y^T) o K; all 0 if
        not separable.
    tolerance : float
        Accuracy reached: gap / upper.
    solver : str
    """

    lower: float
    upper: float
    gap: float
    separable: bool
    alpha: np.ndarray
    tolerance: float
    solver: str
    _kernel: Kernel = field(repr=False)
    _inputs: np.ndarray = field(repr=False)
    _coefficients: np.ndarray = field(repr=False)

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """Return f(x), of norm 1, for the rows of inputs (k, D); 0 if not separable."""
        inputs = array("inputs", inputs, 2)
        if not self.separable:
            return np.zeros(len(inputs))
        return self._kernel(inputs, self._inputs) @ self._coefficients


def kernel_margin(kernel: Kernel, inputs: np.ndarray, targets: np.ndarray) -> KernelMargin:
    """Return gamma_2 = max {min_i y_i f(x_i) : |f| <= 1} in the space of `kernel`.

    With the conjugate kernel (part="output") of the hidden neurons of a network of which only the
    output layer learns, |f|² = (1/m) sum_j c_j² at the least: gamma_2 is the largest value of
    min_i y_i f(x_i) / sqrt(mean c²). The dual is the point of the hull of the y_i K(x_i, .)
    nearest to 0; these functions are represented by a factor of Q (eigenvalues).

    Parameters
    ----------
    kernel : callable
        A `ParticleKernel`, a `LimitKernel` or any kernel(X, Z).
    inputs : (n, D) array
        n at most 2000.
    targets : (n,) array
        All +1 or -1.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.

    Notes
    -----
    Both ends hold for the kernel matrix as rounded: about 1e-15 max K in the squares of margins,
    so that margins below 1e-7 sqrt(max K) count as 0.
    """
    inputs, labels = data(inputs, targets, MAX_N)
    gram = gram_matrix(kernel, inputs)
    values, vectors = np.linalg.eigh(labels[:, None] * gram * labels)
    kept = values > len(values) * np.finfo(float).eps * max(values[-1], 0.0)
    found = nearest_point((vectors[:, kept] * np.sqrt(values[kept])).T)
    outputs = labels * (gram @ (labels * found.q))
    norm = np.sqrt(max(float(found.q @ (outputs)), 0.0))
    separable = bool(found.lower > _ROUNDING * np.sqrt(np.abs(gram).max()))
    lower = max(0.0, float(outputs.min()) / norm) if separable else 0.0
    upper = max(lower, norm)
    return KernelMargin(
        lower=lower, upper=upper, gap=upper - lower, separable=separable,
        alpha=found.q / norm**2 if separable else np.zeros(len(labels)),
        tolerance=(upper - lower) / upper if upper > 0 else 0.0,
        solver="non-negative least squares (nearest point of a convex hull)",
        _kernel=kernel, _inputs=inputs,
        _coefficients=labels * found.q / norm if separable else np.zeros(len(labels)),
    )  # fmt: skip


def gram_matrix(kernel: Kernel, inputs: np.ndarray) -> np.ndarray:
    """Return the symmetric kernel matrix (n, n) of the inputs, or raise ValueError."""
    gram = array("kernel", kernel(inputs, inputs), 2).astype(np.float64)
    if gram.shape != (len(inputs), len(inputs)):
        raise ValueError(f"kernel has shape {gram.shape}; it must be {(len(inputs),) * 2}")
    if np.abs(gram - gram.T).max() > 1e-10 * np.abs(gram).max():
        raise ValueError("kernel is not symmetric on the inputs; it must be")
    return (gram + gram.T) / 2
