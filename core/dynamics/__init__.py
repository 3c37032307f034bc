"""One file a dynamics. Adding one: its file, and its row in DYNAMICS."""

from __future__ import annotations

from dataclasses import dataclass, fields

from core.dynamics.base import SCHEDULES, FirstOrderDynamics, State
from core.dynamics.conic import RETRACTIONS, ConicDescent
from core.dynamics.dropout import MASKINGS, Dropout
from core.dynamics.gradient import GradientDescent
from core.dynamics.hidden_layer import HiddenLayerDescent
from core.dynamics.langevin import Langevin
from core.dynamics.output_layer import OutputLayerAscent, OutputLayerDescent
from core.dynamics.sgd import StochasticGradientDescent
from core.dynamics.softmin import SoftminAscent
from core.dynamics.squared import SquaredDescent
from core.dynamics.tangent import TangentFlow
from core.validation import choose

__all__ = [
    "DYNAMICS",
    "MASKINGS",
    "RETRACTIONS",
    "SCHEDULES",
    "ConicDescent",
    "Dropout",
    "Dynamics",
    "DynamicsEntry",
    "FirstOrderDynamics",
    "GradientDescent",
    "HiddenLayerDescent",
    "Langevin",
    "OutputLayerAscent",
    "OutputLayerDescent",
    "SoftminAscent",
    "SquaredDescent",
    "State",
    "StochasticGradientDescent",
    "TangentFlow",
    "dynamics",
]

Dynamics = FirstOrderDynamics


@dataclass(frozen=True)
class DynamicsEntry:
    """A dynamics as the page and URLs know it. `labels`: it needs targets of ±1."""

    kind: type[Dynamics]
    label: str
    doc: str
    labels: bool = False

    @property
    def name(self) -> str:
        return self.kind.name

    @property
    def settings(self) -> tuple[str, ...]:
        """Names of its settings beyond the stepsize."""
        return tuple(f.name for f in fields(self.kind) if f.name != "stepsize")


DYNAMICS: dict[str, DynamicsEntry] = {
    entry.name: entry
    for entry in (
        DynamicsEntry(
            GradientDescent, "gradient descent",
            "Full-batch gradient descent of risk/α² + λ(1/m)Σ|w|², sped up by m: "
            "the Wasserstein gradient flow in discrete time.",
        ),
        DynamicsEntry(
            SoftminAscent, "soft-min ascent",
            "Ascent of the soft minimum of the margins with stepsize η/√(t+2): "
            "the exponential loss with its time sped up, so that the margin keeps moving.",
            labels=True,
        ),
        DynamicsEntry(
            StochasticGradientDescent, "stochastic gradient descent",
            "Gradient descent on a batch of its own for every step: of the training samples, or "
            "fresh ones.",
        ),
        DynamicsEntry(
            OutputLayerAscent, "output layer, soft-min ascent",
            "Only c moves, up the soft minimum of the margins: random features, which tend to the "
            "largest F₂ margin (a kernel support vector machine).",
            labels=True,
        ),
        DynamicsEntry(
            OutputLayerDescent, "output layer, descent",
            "Only c moves, down the objective: random features, kernel regression.",
        ),
        DynamicsEntry(
            HiddenLayerDescent, "hidden layer, descent",
            "Only a moves, down the objective.",
        ),
        DynamicsEntry(
            TangentFlow, "tangent model",
            "Gradient descent of the network made linear at its start: the lazy limit.",
        ),
        DynamicsEntry(
            Langevin, "Langevin (noisy descent)",
            "Gradient descent with Gaussian noise of variance 2ητ on every coordinate.",
        ),
        DynamicsEntry(
            ConicDescent, "conic descent",
            "Radius and direction of a particle move at speeds of their own; 2-homogeneous "
            "networks only. Angular speed 0 is mirror descent on the masses.",
        ),
        DynamicsEntry(
            SquaredDescent, "descent in squared weights",
            "Only a = u∘|u| moves, by the gradient in u: large input weights grow fast, small ones "
            "hardly. Parts along u and across it have speeds of their own.",
        ),
        DynamicsEntry(
            Dropout, "dropout",
            "Gradient descent in which every step keeps each neuron with probability q.",
        ),
    )
}  # fmt: skip


def dynamics(name: str) -> DynamicsEntry:
    """Return the entry called `name`, or raise ValueError naming those there are."""
    return choose("dynamics", name, DYNAMICS)
