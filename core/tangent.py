"""The tangent model: a network made linear in its particles at an anchor, and a problem for it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from core.features import feature_blocks
from core.kernels import slice_inputs
from core.kernels.tangent import TangentEngine
from core.problem import Problem
from core.validation import array

#: What a prediction costs for each particle and input (measured).
_SECONDS_OF_PAIR = 5e-9


@dataclass(frozen=True, eq=False)
class TangentProblem(Problem):
    """The problem of a `Problem` for the predictor h̄(w) = h(w₀) + Dh(w₀)(w − w₀).

    Chizat, Oyallon and Bach (2019), "On lazy training in differentiable programming"; Jacot,
    Gabriel and Hongler (2018), "Neural tangent kernel".

    Parameters
    ----------
    anchor : ndarray, shape (m, d+1)
        w₀; the clouds asked about must have as many particles.
    """

    anchor: np.ndarray = field(default_factory=lambda: np.zeros((1, 1)))

    def __post_init__(self) -> None:
        super().__post_init__()
        anchor = self.check_particles(self.anchor).astype(np.float64)
        anchor.setflags(write=False)
        object.__setattr__(self, "anchor", anchor)

    @classmethod
    def at(cls, problem: Problem, anchor: np.ndarray) -> TangentProblem:
        """Return the tangent problem of `problem` at particles `anchor` (m, d+1)."""
        shared = {f.name: getattr(problem, f.name) for f in fields(Problem)}
        return cls(**shared, anchor=anchor)

    def predict(self, particles: np.ndarray, inputs: np.ndarray | None = None) -> np.ndarray:
        """Return h̄(x) for every row of inputs (k, d), by default the training inputs."""
        particles = self._same_count(particles)
        inputs = self.inputs if inputs is None else array("inputs", inputs, 2)
        if inputs.shape[1] != self.d:
            raise ValueError(f"inputs has shape {inputs.shape}; it must be (k, {self.d})")
        return self.linear(particles, inputs) + self._offset(inputs)

    def predict_slice(
        self, particles: np.ndarray, x: np.ndarray, y: np.ndarray, bias: bool
    ) -> np.ndarray:
        """Return h̄ over a rectangle of two inputs, (rows, columns): pixel by pixel."""
        inputs = slice_inputs(x, y, self.d, bias)
        return self.predict(particles, inputs).reshape(len(y), len(x))

    def time_of_slice(self, m: int, rows: int, columns: int) -> float:
        """Return about how long `predict_slice` takes with m particles, in seconds."""
        return _SECONDS_OF_PAIR * m * rows * columns

    def linear(self, particles: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        """Return (scale/m) Σ_j ∇φ(w₀_j, x)·w_j, (k,)."""
        total = np.zeros(len(inputs))
        for rows, [(value, slope)] in feature_blocks(self._activation, self.anchor, inputs):
            block = particles[rows]
            slope *= block[:, :-1] @ inputs.T
            total += block[:, -1] @ value + self.anchor[rows, -1] @ slope
        return self.scale / len(particles) * total

    def velocity(self, particles: np.ndarray, force: int | None = None) -> np.ndarray:
        """Return −m ∇(objective) of the tangent model."""
        particles = self._same_count(particles)
        g = self.forces_of(self.predict(particles), force)
        return self.sum_of_gradients(self.anchor, -g / self.scale) - self.decay_of(particles)

    def engine(self, force: int, particles: np.ndarray) -> Any:
        """Return the state of a run: n numbers, however many particles there are."""
        return TangentEngine(self, force, particles)

    def _offset(self, inputs: np.ndarray) -> np.ndarray:
        """Return h(w₀) − Dh(w₀) w₀ on inputs."""
        return super().predict(self.anchor, inputs) - self.linear(self.anchor, inputs)

    def _same_count(self, particles: np.ndarray) -> np.ndarray:
        particles = self.check_particles(particles).astype(np.float64)
        if len(particles) != len(self.anchor):
            raise ValueError(
                f"particles has {len(particles)} rows; the tangent model at {len(self.anchor)} "
                "particles needs as many"
            )
        return particles
