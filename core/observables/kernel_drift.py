"""How far the tangent kernel is from that of the start, SCIENCE 5.2."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.activations import activation
from core.features import gradient_kernel
from core.observables.base import Observable, Sight

#: Most samples the kernel is taken on; of more, as many are taken at even distances.
MOST_SAMPLES = 1000


@dataclass(frozen=True)
class KernelDrift:
    """`change` ‖K_t−K_0‖_F/‖K_0‖_F and `alignment` ⟨K_t,K_0⟩/(‖K_t‖‖K_0‖), in [0, 1]."""

    change: float
    alignment: float


def kernel_drift(sight: Sight) -> KernelDrift:
    """Return change and alignment of the tangent kernel; nan where a kernel is 0."""
    problem = sight.problem
    picked = np.unique(np.linspace(0, problem.n - 1, min(problem.n, MOST_SAMPLES)).astype(int))
    assert sight.initial is not None  # Observable.__call__ has checked
    now, then = (
        gradient_kernel(activation(problem.activation), cloud, problem.inputs[picked])
        for cloud in (sight.particles, sight.initial)
    )
    sizes = float(np.linalg.norm(now)), float(np.linalg.norm(then))
    change = float(np.linalg.norm(now - then)) / sizes[1] if sizes[1] else math.nan
    both = sizes[0] * sizes[1]
    return KernelDrift(change, min(1.0, float((now * then).sum()) / both) if both else math.nan)


KERNEL_DRIFT = (
    Observable(
        "kernel_change", "change of the tangent kernel", r"\|K_t-K_0\|_F/\|K_0\|_F", "",
        "Relative change of the tangent kernel on the training inputs, at least 0 (Chizat, Oyallon"
        " and Bach 2019; Jacot, Gabriel and Hongler 2018).",
        "dear", ("samples", "initial"), lambda sight: sight.shared(kernel_drift).change,
    ),
    Observable(
        "kernel_alignment", "alignment with the first kernel",
        r"\langle K_t,K_0\rangle/\|K_t\|\|K_0\|", "",
        "Cosine between the tangent kernel and that of the start, in [0, 1].",
        "dear", ("samples", "initial"), lambda sight: sight.shared(kernel_drift).alignment,
    ),
)  # fmt: skip
