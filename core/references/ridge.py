"""Kernel ridge regression, ridgeless included, with a function to start from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from core.references.checks import data
from core.references.kernel_margin import Kernel, gram_matrix
from core.validation import array, number

#: f0(X (k, D)) -> (k,).
Function = Callable[[np.ndarray], np.ndarray]

#: Most samples.
MAX_N = 4000


@dataclass(frozen=True)
class KernelRidge:
    """The minimiser of (1/2n) sum_i (f(x_i) - y_i)² + (ridge/2) |f - f0|².

    Attributes
    ----------
    coefficients : (n,) float64
        f = f0 + sum_i coefficients_i K(., x_i).
    ridge : float
    rank : int
        Eigenvalues of the kernel matrix above n eps times the largest; the others count as 0.
    tolerance : float
        Accuracy reached: |(K + n ridge) coefficients - (y - f0)| relative to |y - f0|, within the
        range of K if ridge = 0.
    risk : float
        (1/2n) sum_i (f(x_i) - y_i)².
    norm : float
        |f - f0| in the space of the kernel.
    solver : str
    """

    coefficients: np.ndarray
    ridge: float
    rank: int
    tolerance: float
    risk: float
    norm: float
    solver: str
    _kernel: Kernel = field(repr=False)
    _inputs: np.ndarray = field(repr=False)
    _offset: Function | None = field(repr=False)

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """Return f(x) for the rows of inputs (k, D)."""
        inputs = array("inputs", inputs, 2)
        return start(self._offset, inputs) + self._kernel(inputs, self._inputs) @ self.coefficients


def kernel_ridge(
    kernel: Kernel,
    inputs: np.ndarray,
    targets: np.ndarray,
    ridge: float = 0.0,
    *,
    offset: Function | None = None,
) -> KernelRidge:
    """Return f0 + K(., X) (K + n ridge)^-1 (y - f0(X)).

    With ridge = 0 this is the least-norm change of f0 that fits best (pseudo-inverse): where the
    tangent flow of the square loss ends. With the conjugate kernel, f0 = 0 and ridge = 2
    weight_decay it is where gradient descent of the output layer alone ends; `ridge` multiplies
    |f - f0|²/2 and the loss is averaged, so the usual "alpha" of kernel ridge is n ridge.

    Parameters
    ----------
    kernel : callable
        A `ParticleKernel`, a `LimitKernel` or any kernel(X, Z).
    inputs : (n, D) array
        n at most 4000.
    targets : (n,) array
    ridge : float
        >= 0.
    offset : callable, optional
        f0(X) -> (k,); 0 by default.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.
    """
    inputs, targets = data(inputs, targets, MAX_N, labels=False)
    ridge = number("ridge", ridge, 0, 1e12)
    spectrum = Spectrum(gram_matrix(kernel, inputs))
    values, vectors, n = spectrum.values, spectrum.vectors, len(inputs)
    missing = targets - start(offset, inputs)
    parts = vectors.T @ missing
    inverse = np.where(values > 0, 1 / np.where(values > 0, values + n * ridge, 1), 0.0)
    coefficients = vectors @ (inverse * parts)
    left = missing - spectrum.gram @ coefficients
    within = vectors[:, values > 0]
    unsolved = within.T @ (left - n * ridge * coefficients)
    size = float(np.linalg.norm(missing))
    return KernelRidge(
        coefficients=coefficients, ridge=ridge, rank=within.shape[1],
        tolerance=float(np.linalg.norm(unsolved)) / size if size > 0 else 0.0,
        risk=float(left @ left) / (2 * n),
        norm=float(np.sqrt(max(coefficients @ (spectrum.gram @ coefficients), 0.0))),
        solver="symmetric eigenvalues",
        _kernel=kernel, _inputs=inputs, _offset=offset,
    )  # fmt: skip


class Spectrum:
    """A kernel matrix (n, n) and its eigenvalues; those of the size of rounding are set to 0."""

    def __init__(self, gram: np.ndarray) -> None:
        self.gram = gram
        values, self.vectors = np.linalg.eigh(gram)
        cut = len(gram) * np.finfo(float).eps * max(float(values[-1]), 0.0)
        self.values = np.where(values > cut, values, 0.0)


def start(offset: Function | None, inputs: np.ndarray) -> np.ndarray:
    """Return f0 at the rows of inputs (k, D), shape (k,)."""
    if offset is None:
        return np.zeros(len(inputs))
    values = array("offset", offset(inputs), 1).astype(np.float64)
    if values.shape != (len(inputs),):
        raise ValueError(f"offset has shape {values.shape}; it must be ({len(inputs)},)")
    return values
