"""What all problems share, whether their data are samples or a law: the network and the penalty."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple, Self

import numpy as np

from core import kernels
from core.activations import Activation, activation
from core.losses import Loss, loss
from core.penalties import PENALTIES
from core.validation import array


class Scores(NamedTuple):
    """Risk, margin and accuracy on the training data; nan where they mean nothing."""

    risk: float
    margin: float
    accuracy: float


class Model:
    """Methods of a frozen dataclass with the fields activation, loss, scale, weight_decay, penalty
    and the property d."""

    activation: str
    loss: str
    scale: float
    weight_decay: float
    penalty: str

    @property
    def draws(self) -> Any:
        """``draws(rng, count) -> (inputs, targets)`` where the data are a law, else None."""
        return None

    @property
    def d(self) -> int:
        """Number of input coordinates, a constant column counted."""
        raise NotImplementedError

    @property
    def activation_code(self) -> int:
        """Code of the activation in compiled code."""
        return self._activation.code

    @property
    def loss_code(self) -> int:
        """Code of the loss in compiled code."""
        return self._loss.code

    @property
    def softmin_code(self) -> int | None:
        """Code of the soft minimum that belongs to the loss, None where it has none."""
        return self._loss.softmin

    @property
    def penalty_code(self) -> int:
        """Code of the penalty in compiled code."""
        return PENALTIES[self.penalty].code

    @property
    def _activation(self) -> Activation:
        return activation(self.activation)

    @property
    def _loss(self) -> Loss:
        return loss(self.loss)

    def activation_of(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (σ(u), σ'(u)) elementwise."""
        return self._activation.both(u)

    def replace(self, **changes: Any) -> Self:
        """Return the same problem with some arguments changed."""
        return replace(self, **changes)  # type: ignore[type-var]  # subclasses are dataclasses

    def check_particles(self, particles: np.ndarray) -> np.ndarray:
        """Return particles as a finite float array (m, d+1), or raise ValueError."""
        particles = array("particles", particles, 2)
        if particles.shape[1] != self.d + 1:
            raise ValueError(
                f"particles has shape {particles.shape}; each row must hold a ({self.d} input "
                f"weights) and c, {self.d + 1} columns in all"
            )
        return particles

    def check_homogeneous(self, what: str) -> None:
        """Raise ValueError unless σ is homogeneous of degree 1, naming `what` needs it."""
        if self._activation.degree != 1:
            raise ValueError(
                f"{what} needs a positively homogeneous activation of degree 1 (relu, "
                f"leaky_relu, abs, identity), and activation={self.activation!r} is not"
            )

    def predict_slice(
        self, particles: np.ndarray, x: np.ndarray, y: np.ndarray, bias: bool
    ) -> np.ndarray:
        """Return the predictor over a rectangle of two inputs, the others being 0.

        Parameters
        ----------
        particles : ndarray, shape (m, d+1)
        x : ndarray, shape (columns,)
            Equidistant values of the first input; that after the constant, with a bias.
        y : ndarray, shape (rows,)
            Equidistant values of the second input.
        bias : bool
            Whether input 0 is the constant 1.

        Returns
        -------
        ndarray, shape (rows, columns), float64
        """
        particles = self.check_particles(particles)
        return kernels.predict_slice(self.activation, self.scale, particles, x, y, bias)

    def time_of_slice(self, m: int, rows: int, columns: int) -> float:
        """Return about how long `predict_slice` takes with m particles, in seconds."""
        return kernels.time_of_slice(self.activation, self.d, m, rows, columns)

    def risk(self, particles: np.ndarray) -> float:
        """Return the risk of particles (m, d+1)."""
        raise NotImplementedError

    def objective(self, particles: np.ndarray) -> float:
        """Return risk/scale² + weight_decay · (β or 2P), see `penalty`."""
        risk = self.risk(particles)  # first, since it checks the particles
        return self.objective_of(risk, particles)

    def objective_of(self, risk: float, particles: np.ndarray) -> float:
        """Return the objective of particles of known risk."""
        if self.weight_decay == 0:
            return risk / self.scale**2
        return risk / self.scale**2 + self.weight_decay * PENALTIES[self.penalty].value(particles)

    def decay_of(self, particles: np.ndarray) -> np.ndarray:
        """Return what the penalty takes from the velocity, weight_decay · m ∇V, (m, d+1)."""
        return self.weight_decay * PENALTIES[self.penalty].gradient(particles)
