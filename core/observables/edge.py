"""Sharpness against the stability of explicit steps, SCIENCE 5.9."""

from __future__ import annotations

from core import curvature
from core.curvature import Eigenvalue
from core.observables.base import Observable, Sight


def sharpness(sight: Sight) -> Eigenvalue:
    """Return the largest eigenvalue of m ∇²objective (see `core.curvature.sharpness`)."""
    return curvature.sharpness(sight.problem, sight.particles, sight.force)


def edge(sight: Sight) -> float:
    """Return sharpness · stepsize / 2: above 1 a small error grows with every step."""
    assert sight.stepsize is not None  # Observable.__call__ has checked
    return sight.shared(sharpness).value * sight.stepsize / 2


EDGE = (
    Observable(
        "sharpness", "sharpness", r"\lambda_{\max}(m\nabla^2F)", "1/time",
        "Largest eigenvalue of m ∇²objective, to compare with 2/stepsize (Cohen et al. 2021).",
        "dear", (), lambda sight: sight.shared(sharpness),
    ),
    Observable(
        "edge", "sharpness over 2/stepsize", r"\eta\lambda_{\max}/2", "",
        "Stepsize times sharpness over 2: stable below 1 (Cohen et al. 2021).",
        "dear", ("stepsize",), edge,
    ),
)  # fmt: skip
