"""One file a dynamics. Adding one: its file, and its row in DYNAMICS."""

from __future__ import annotations

from dataclasses import dataclass

from core.dynamics.base import FirstOrderDynamics
from core.dynamics.gradient import GradientDescent
from core.dynamics.softmin import SoftminAscent
from core.validation import choose

__all__ = ["DYNAMICS", "Dynamics", "DynamicsEntry", "GradientDescent", "SoftminAscent", "dynamics"]

Dynamics = FirstOrderDynamics


@dataclass(frozen=True)
class DynamicsEntry:
    """A dynamics as the page and URLs know it.

    `labels`: it needs targets of ±1. `loss`: it descends the loss named, so the loss matters.
    """

    kind: type[Dynamics]
    label: str
    doc: str
    labels: bool
    loss: bool

    @property
    def name(self) -> str:
        return self.kind.name


DYNAMICS: dict[str, DynamicsEntry] = {
    entry.name: entry
    for entry in (
        DynamicsEntry(
            GradientDescent,
            "gradient descent",
            "Full-batch gradient descent of risk/α² + λ(1/m)Σ|w|², sped up by m: "
            "the Wasserstein gradient flow in discrete time.",
            labels=False,
            loss=True,
        ),
        DynamicsEntry(
            SoftminAscent,
            "soft-min ascent",
            "Ascent of the soft minimum of the margins with stepsize η/√(t+2): "
            "the exponential loss with its time sped up, so that the margin keeps moving.",
            labels=True,
            loss=False,
        ),
    )
}


def dynamics(name: str) -> DynamicsEntry:
    """Return the entry called `name`, or raise ValueError naming those there are."""
    return choose("dynamics", name, DYNAMICS)
