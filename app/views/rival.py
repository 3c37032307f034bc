"""The kernel predictor that a figure draws beside the network, in closed form."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.views.map import FEWEST_PIXELS, MOST_SECONDS, PIXELS, Grid, make_grid
from app.views.options import Option
from core import losses
from core.kernels import predict, slice_inputs
from core.kernels.threads import single_threaded_blas
from core.references import ParticleKernel, kernel_margin, kernel_ridge, tangent_flow

NONE, FLOW = "none", "flow"
CHOICES = {
    NONE: "nothing",
    FLOW: "tangent model, same time",
    "tangent": "tangent kernel, at the end",
    "output": "output-layer kernel, at the end",
}
WORDS = {"tangent": "tangent kernel", "output": "output-layer kernel"}

#: Most samples; products m n pixels of a picture, and numbers pixels n that are kept for it.
MOST_SAMPLES = 1000
MOST_WORK = 1_500_000_000
MOST_KEPT = 2_000_000
#: Inputs whose kernel is held at once.
_AT_ONCE = 1024

BESIDE = Option(
    "beside",
    "beside it",
    "What a linear model learns from the same start: the tangent model follows the time of the "
    "run; a kernel predictor is the end of its training, by ridgeless regression or, for losses "
    "of labels, by the largest margin.",
    CHOICES,
    NONE,
    remake=True,
    applies=lambda scene: scene.sampled,
)


@dataclass
class Rival:
    """A predictor f0 + Σ_i v_i(t) K(·, x_i), K a kernel of the network at its start.

    Attributes
    ----------
    caption : str
        What it is, in a few words.
    moving : bool
        Whether it depends on the time.
    kernel : ParticleKernel
    inputs : ndarray, shape (n, D)
    offset : callable or None
        f0.
    coefficients : callable
        From the time to v (n,).
    """

    caption: str
    moving: bool
    kernel: ParticleKernel
    inputs: np.ndarray
    offset: Callable[[np.ndarray], np.ndarray] | None
    coefficients: Callable[[float], np.ndarray]
    _features: tuple[np.ndarray, np.ndarray] | None = field(default=None, repr=False)
    _grid: Grid | None = field(default=None, repr=False)

    def place(self, inputs: np.ndarray) -> None:
        """Choose the inputs (k, D) at which `values` are wanted. Takes the time there is to take.

        The kernel matrix is kept where the predictor moves; else the values are.
        """
        parts = [inputs[at : at + _AT_ONCE] for at in range(0, len(inputs), _AT_ONCE)]
        base = np.zeros(len(inputs)) if self.offset is None else self.offset(inputs)
        with single_threaded_blas():
            if self.moving:
                matrix = np.concatenate([self.kernel(part, self.inputs) for part in parts])
            else:
                v = self.coefficients(math.inf)
                there = [self.kernel(part, self.inputs) @ v for part in parts]
                matrix, base = np.zeros((len(inputs), 0)), base + np.concatenate(there)
        self._features = base, matrix

    def values(self, time: float) -> np.ndarray:
        """Return the predictor at the inputs of `place`, (k,)."""
        assert self._features is not None
        base, matrix = self._features
        return base + matrix @ self.coefficients(time) if self.moving else base

    def over(self, square: Any, aspect: float, bias: bool) -> tuple[Grid, bool]:
        """Return the pixels of a map, and whether they are others than before."""
        grid = self._grid
        if grid is not None and abs(aspect / grid.aspect - 1.0) <= 0.05:
            return grid, False
        n, m = len(self.inputs), len(self.kernel.particles)
        most = min(PIXELS, MOST_KEPT // n, MOST_WORK // (m * n))
        grid = make_grid(square, aspect, lambda rows, columns: MOST_SECONDS * rows * columns / most)
        self._grid = grid
        self.place(slice_inputs(grid.x, grid.y, self.kernel.d, bias))
        return grid, True


def find_rival(choice: str, simulation: Any) -> tuple[Rival | None, str]:
    """Return the predictor of a choice for a run, or None with the reason in words.

    Worker thread: it solves for n coefficients.

    Parameters
    ----------
    choice : str
        A key of `CHOICES`.
    simulation : core.Simulation
    """
    problem, start = simulation.problem, simulation.initial
    if choice == NONE:
        return None, ""
    m, n = len(start), problem.n
    if n == 0 or n > MOST_SAMPLES or m * n * FEWEST_PIXELS > MOST_WORK:
        few = MOST_WORK // FEWEST_PIXELS
        return None, f"a kernel predictor needs 1 to {MOST_SAMPLES} samples and m·n up to {few:,}"
    part = "output" if choice == "output" else "tangent"
    kernel = ParticleKernel(start, problem.activation, part)
    with single_threaded_blas():
        if choice == FLOW:
            return _flow(kernel, problem, start)
        if _ascends_margins(simulation):
            return _largest_margin(kernel, problem)
        return _ridgeless(kernel, problem, start)


def _flow(kernel: ParticleKernel, problem: Any, start: np.ndarray) -> tuple[Rival | None, str]:
    if problem.loss != "square":
        return None, "the tangent model has a closed form in time for the square loss only"
    offset = _network(problem, start)
    found = tangent_flow(kernel, problem.inputs, problem.targets, offset=offset)
    caption = "tangent model"
    return Rival(caption, True, kernel, problem.inputs, offset, found.coefficients), ""


def _largest_margin(kernel: ParticleKernel, problem: Any) -> tuple[Rival | None, str]:
    found = kernel_margin(kernel, problem.inputs, problem.targets)
    if not found.separable:
        return None, f"the {WORDS[kernel.part]} cannot separate the labels"
    v = problem.targets * found.alpha  # its least margin is 1
    caption = WORDS[kernel.part]
    return Rival(caption, False, kernel, problem.inputs, None, lambda time: v), ""


def _ridgeless(kernel: ParticleKernel, problem: Any, start: np.ndarray) -> tuple[Rival, str]:
    offset = _network(problem, start) if kernel.part == "tangent" else None
    found = kernel_ridge(kernel, problem.inputs, problem.targets, offset=offset)
    caption = WORDS[kernel.part]
    v = found.coefficients
    return Rival(caption, False, kernel, problem.inputs, offset, lambda time: v), ""


def _network(problem: Any, start: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function of the network at the start."""
    # Not `problem.predict`, which may be that of a linear model by now.
    return lambda inputs: predict(problem.activation, problem.scale, start, inputs)


def _ascends_margins(simulation: Any) -> bool:
    """Tell whether the run drives labels apart, so that it is a margin that it ends at."""
    problem = simulation.problem
    classifies = losses.LOSSES[problem.loss].labels
    return bool(classifies or simulation.dynamics.force(problem) == losses.SOFTMIN)
