"""The gradient flow of the square loss in a linearised network, solved in closed form."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from core.references.checks import data
from core.references.kernel_margin import Kernel, gram_matrix
from core.references.ridge import MAX_N, Function, Spectrum, start
from core.validation import array, number


@dataclass(frozen=True)
class TangentSolution:
    """f_t for every time t: df_t/dt = -(1/n) K (f_t - y) on the samples, from f_0.

    Attributes
    ----------
    eigenvalues : (n,) float64
        Of K/n, ascending: the rates of the modes. Those below n eps times the largest are 0.
    tolerance : float
        Accuracy reached: |V Lambda V^T - K| / |K| (Frobenius).
    solver : str
    """

    eigenvalues: np.ndarray
    tolerance: float
    solver: str
    _vectors: np.ndarray = field(repr=False)
    _targets: np.ndarray = field(repr=False)
    _start: np.ndarray = field(repr=False)
    _kernel: Kernel = field(repr=False)
    _inputs: np.ndarray = field(repr=False)
    _offset: Function | None = field(repr=False)

    def train(self, time: float) -> np.ndarray:
        """Return f_t(x_i) (n,) = f_inf + e^{-K t/n} (f_0 - f_inf); time in [0, inf]."""
        moved = np.where(self.eigenvalues > 0, -np.expm1(-self._phases(time)), 0.0)
        return self._start + self._vectors @ (moved * self._missing)

    def predict(self, inputs: np.ndarray, time: float) -> np.ndarray:
        """Return f_t(x) for the rows of inputs (k, D); time in [0, inf]."""
        inputs = array("inputs", inputs, 2)
        change = self._kernel(inputs, self._inputs) @ self.coefficients(time)
        return start(self._offset, inputs) + change

    def coefficients(self, time: float) -> np.ndarray:
        """Return v (n,) of f_t = f_0 + sum_i v_i K(., x_i); time in [0, inf]."""
        moved = -np.expm1(-self._phases(time))
        rates = np.where(self.eigenvalues > 0, self.eigenvalues, 1.0) * len(self._targets)
        # Along a null vector v of K, the function sum_i v_i K(., x_i) is 0.
        scaled = np.where(self.eigenvalues > 0, moved / rates, 0.0)
        return self._vectors @ (scaled * self._missing)

    def risk(self, time: float) -> float:
        """Return (1/2n) sum_i (f_t(x_i) - y_i)²."""
        error = self.train(time) - self._targets
        return float(error @ error) / (2 * len(error))

    @property
    def _missing(self) -> np.ndarray:
        return self._vectors.T @ (self._targets - self._start)

    def _phases(self, time: float) -> np.ndarray:
        if time != math.inf:
            time = number("time", time, 0)
        positive = self.eigenvalues > 0
        return np.where(positive, time * np.where(positive, self.eigenvalues, 1.0), 0.0)


def tangent_flow(
    kernel: Kernel, inputs: np.ndarray, targets: np.ndarray, *, offset: Function | None = None
) -> TangentSolution:
    """Return the flow of the square loss in the linearised model, at all times.

    w' = -m grad(risk/scale²) and f = (scale/m) sum_j phi(w_j, .) give, with f linear in w around
    w(0), df_t(x)/dt = -(1/n) sum_i K(x, x_i) (f_t(x_i) - y_i), K the tangent kernel normalised by
    1/m: m and the scale drop out, and t is the time of a run (sum of stepsizes). At infinity this
    is ridgeless kernel regression, f_0 + K(., X) K^+ (y - f_0(X)). Without weight decay.

    Parameters
    ----------
    kernel : callable
        A `ParticleKernel` at the initial particles, a `LimitKernel` or any kernel(X, Z).
    inputs : (n, D) array
        n at most 4000.
    targets : (n,) array
    offset : callable, optional
        f_0(X) -> (k,), such as ``lambda X: problem.predict(particles, X)``; 0 by default.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.

    Notes
    -----
    Jacot, Gabriel and Hongler (2018), "Neural tangent kernel"; Chizat, Oyallon and Bach (2019),
    "On lazy training in differentiable programming".
    """
    inputs, targets = data(inputs, targets, MAX_N, labels=False)
    gram = gram_matrix(kernel, inputs)
    spectrum = Spectrum(gram)
    rebuilt = (spectrum.vectors * spectrum.values) @ spectrum.vectors.T
    size = float(np.linalg.norm(gram))
    return TangentSolution(
        eigenvalues=spectrum.values / len(inputs),
        tolerance=float(np.linalg.norm(rebuilt - gram)) / size if size > 0 else 0.0,
        solver="symmetric eigenvalues",
        _vectors=spectrum.vectors, _targets=targets, _start=start(offset, inputs),
        _kernel=kernel, _inputs=inputs, _offset=offset,
    )  # fmt: skip
