"""Problem: data, network and objective; everything that can be asked of a cloud of particles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core import kernels, losses
from core.activations import activation
from core.features import feature_blocks
from core.losses import loss, parameter_of
from core.model import Model, Scores
from core.penalties import PENALTIES
from core.validation import array, choose, number


@dataclass(frozen=True, eq=False)
class Problem(Model):
    """Fit targets by a two-layer network f(x) = (scale/m) Σ_j c_j σ(a_j·x).

    Parameters
    ----------
    inputs : array_like, shape (n, d)
        Finite. A bias is a constant column.
    targets : array_like, shape (n,)
        Real for the square loss, ±1 for the others.
    activation : str
        A name in `core.activations.ACTIVATIONS`.
    loss : str
        A name in `core.losses.LOSSES`.
    scale : float
        α > 0: 1 is the mean-field scaling 1/m, √m the scaling 1/√m of the tangent kernel.
    weight_decay : float
        λ ≥ 0 in objective = risk/scale² + λ β, β = (1/m) Σ_j |w_j|².
    loss_parameter : float, optional
        That of the loss where it has one (`core.losses.LOSSES`); its default where not given.
    penalty : str
        "mass" for λ β as above; "path" for 2λ P with the path norm P = (1/m) Σ_j |c_j| |a_j|, which
        is the same where |a_j| = |c_j|, as at an optimum; "l1" for λ (1/m) Σ_j |c_j| ‖a_j‖₁.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.

    Notes
    -----
    Scaling and lazy training: Chizat, Oyallon and Bach (2019), "On lazy training in differentiable
    programming".
    """

    inputs: np.ndarray
    targets: np.ndarray
    activation: str = "relu"
    loss: str = "logistic"
    scale: float = 1.0
    weight_decay: float = 0.0
    loss_parameter: float | None = None
    penalty: str = "mass"

    def __post_init__(self) -> None:
        inputs = array("inputs", self.inputs, 2).astype(np.float64)
        targets = array("targets", self.targets, 1).astype(np.float64)
        if len(inputs) != len(targets):
            raise ValueError(
                f"targets has {len(targets)} entries and inputs {len(inputs)} rows; "
                "there must be one target for each row"
            )
        inputs.setflags(write=False)
        targets.setflags(write=False)
        checked = {
            "inputs": inputs,
            "targets": targets,
            "activation": activation(self.activation).name,
            "loss": loss(self.loss).name,
            "scale": number("scale", self.scale, 0, 1e12, open_low=True),
            "weight_decay": number("weight_decay", self.weight_decay, 0, 1e12),
            "loss_parameter": parameter_of(loss(self.loss), self.loss_parameter),
            "penalty": choose("penalty", self.penalty, PENALTIES).name,
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        if self._loss.labels and not self.labels:
            raise ValueError(
                f"loss={self.loss!r} needs targets of ±1, and these are not; "
                "use their signs, or loss='square'"
            )

    @property
    def n(self) -> int:
        """Number of samples."""
        return self.inputs.shape[0]

    @property
    def d(self) -> int:
        """Number of input coordinates, a constant column counted."""
        return self.inputs.shape[1]

    @property
    def labels(self) -> bool:
        """Whether every target is −1 or +1."""
        return bool((np.abs(self.targets) == 1.0).all())

    def predict(self, particles: np.ndarray, inputs: np.ndarray | None = None) -> np.ndarray:
        """Return f(x) for every row of inputs (k, d), by default the training inputs.

        Parameters
        ----------
        particles : ndarray, shape (m, d+1)
        inputs : ndarray, shape (k, d), optional

        Returns
        -------
        ndarray, shape (k,), float64
        """
        particles = self.check_particles(particles)
        if inputs is None:
            inputs = self.inputs
        else:
            inputs = array("inputs", inputs, 2)
            if inputs.shape[1] != self.d:
                raise ValueError(f"inputs has shape {inputs.shape}; it must be (k, {self.d})")
        return kernels.predict(self.activation, self.scale, particles, inputs)

    def risk(self, particles: np.ndarray) -> float:
        """Return mean_i ℓ(f(x_i), y_i)."""
        return self.risk_of(self.predict(particles))

    def risk_of(self, predictions: np.ndarray) -> float:
        """Return the risk of predictions (n,) on the training inputs."""
        return self.risk_and_forces(predictions)[0]

    def velocity(self, particles: np.ndarray, force: int | None = None) -> np.ndarray:
        """Return −m ∇(objective), the velocity of every particle under the gradient flow.

        Parameters
        ----------
        particles : ndarray, shape (m, d+1)
        force : int, optional
            Code of what is descended in place of the loss; by default the loss.

        Returns
        -------
        ndarray, shape (m, d+1), float64
        """
        particles = self.check_particles(particles).astype(np.float64)
        g = self.forces_of(self.predict(particles), force)
        return self.sum_of_gradients(particles, -g / self.scale) - self.decay_of(particles)

    def forces_of(self, predictions: np.ndarray, force: int | None = None) -> np.ndarray:
        """Return g_i = ∂R/∂f_i of predictions (n,); `force` as in `velocity`."""
        return self.risk_and_forces(predictions, force)[1]

    def risk_and_forces(
        self, predictions: np.ndarray, force: int | None = None
    ) -> tuple[float, np.ndarray]:
        """Return R and g_i = ∂R/∂f_i of predictions (n,); with `force`, R is what it descends."""
        code = self.loss_code if force is None else force
        return losses.risk_and_forces(code, predictions, self.targets, self.loss_parameter)

    def sum_of_gradients(self, particles: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Return Σ_i weights_i ∇φ(w_j, x_i), φ(w, x) = c σ(a·x), of particles (m, d+1), float64."""
        sums = np.empty_like(particles)
        for rows, [(value, slope)] in feature_blocks(self._activation, particles, self.inputs):
            sums[rows, -1] = value @ weights
            sums[rows, :-1] = particles[rows, -1:] * ((slope * weights) @ self.inputs)
        return sums

    def engine(self, force: int, particles: np.ndarray) -> kernels.Engine:
        """Return the compiled state of a run from particles (m, d+1), moved by force `force`."""
        return kernels.make_engine(self, force, particles)

    def scores(self, state: Any) -> Scores:
        """Return what is known of a run's state from its `predictions` and `total_mass`."""
        f, mass = state.predictions, state.total_mass
        return Scores(self.risk_of(f), self.margin_of(f, mass), self.accuracy_of(f))

    def margin_of(self, predictions: np.ndarray, mass: float) -> float:
        """Return min_i y_i f(x_i) / β, or nan where targets are not ±1 or β is 0."""
        if not self.labels or mass == 0:
            return float("nan")
        return float((self.targets * predictions).min() / mass)

    def accuracy_of(self, predictions: np.ndarray) -> float:
        """Return the share of samples with y_i f(x_i) > 0, or nan where targets are not ±1."""
        return float((self.targets * predictions > 0).mean()) if self.labels else float("nan")
