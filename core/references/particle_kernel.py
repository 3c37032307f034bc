"""Kernels of a finite network: of its output layer, its hidden layer, or both (tangent kernel)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.activations import activation
from core.features import gradient_kernel
from core.validation import array, choose

#: Which derivatives of f a kernel is made of: in c, in a, or in both.
PARTS = {"output": (True, False), "hidden": (False, True), "tangent": (True, True)}


@dataclass(frozen=True, eq=False)
class ParticleKernel:
    """Kernel of the network with particles (a_j, c_j), normalised by 1/m.

    output (conjugate) : (1/m) sum_j act(a_j . x) act(a_j . z)
    hidden             : (1/m) sum_j c_j² act'(a_j . x) act'(a_j . z) (x . z)
    tangent            : their sum

    With f(x) = (scale/m) sum_j c_j act(a_j . x) and J its Jacobian in all particles, the tangent
    kernel is (m/scale²) J J^T. Under velocity = -m grad(risk/scale²), which is what every run here
    follows, df(x)/dt = -sum_i K(x, x_i) dR/df(x_i): neither m nor the scale enters.

    Parameters
    ----------
    particles : (m, d+1) array
        Columns a (d of them), then c.
    activation : str
        Any of `core.activations.ACTIVATIONS`.
    part : {"tangent", "output", "hidden"}

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.
    """

    particles: np.ndarray
    activation: str
    part: str = "tangent"

    def __post_init__(self) -> None:
        particles = array("particles", self.particles, 2).astype(np.float64)
        if particles.shape[1] < 2:
            raise ValueError(f"particles has shape {particles.shape}; it must be (m, d+1), d >= 1")
        particles.setflags(write=False)
        object.__setattr__(self, "particles", particles)
        activation(self.activation)
        choose("part", self.part, PARTS)

    @property
    def d(self) -> int:
        """Number of input coordinates."""
        return self.particles.shape[1] - 1

    def __call__(self, inputs: np.ndarray, others: np.ndarray | None = None) -> np.ndarray:
        """Return K(x, z) for rows x of inputs (k, d) and z of others (r, d), by default inputs.

        Neurons are taken in blocks: beside the result (k, r), memory is bounded.
        """
        inputs = rows("inputs", inputs, self.d)
        others = None if others is None else rows("others", others, self.d)
        output, hidden = PARTS[self.part]
        act = activation(self.activation)
        return gradient_kernel(act, self.particles, inputs, others, output=output, hidden=hidden)


def rows(argument: str, value: np.ndarray, d: int | None = None) -> np.ndarray:
    """Return a float64 array (k, d), or raise ValueError."""
    result = array(argument, value, 2).astype(np.float64)
    if d is not None and result.shape[1] != d:
        raise ValueError(f"{argument} has shape {result.shape}; it must be (k, {d})")
    return result
