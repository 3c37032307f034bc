"""Setups for views, made of plain NumPy: no kernel is compiled to test a figure."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core import GradientDescent, Problem

STEPS = (0, 1, 3, 10, 30)


class History:
    """A recorder's two methods over frames given in advance."""

    def __init__(self, frames: list[Any]) -> None:
        self.frames = frames

    def snapshots(self) -> tuple[np.ndarray, list[np.ndarray]]:
        return np.array([f.step for f in self.frames]), [f.particles for f in self.frames]

    def scalars(self) -> dict[str, np.ndarray]:
        names = ("step", "risk", "test_risk", "margin", "total_mass")
        return {n: np.array([float(getattr(f, n)) for f in self.frames]) for n in names}


def frame(step: int, particles: np.ndarray, **scalars: float) -> Any:
    """Return a frame; scalars not given are plausible."""
    values = {
        "risk": 1.0 / (step + 1.0),
        "test_risk": 2.0 / (step + 1.0),
        "margin": 0.01 * step - 0.1,
        "time": 0.1 * step,
        "total_mass": float((particles.astype(float) ** 2).sum() / len(particles)),
    }
    return SimpleNamespace(step=step, particles=particles, **{**values, **scalars})


class NumpyProblem(Problem):
    """A problem of ReLU neurons whose predictions need no kernel."""

    def predict(self, particles: np.ndarray, inputs: np.ndarray | None = None) -> np.ndarray:
        """Return (1/m) Σ c_j (a_j·x)₊."""
        inputs = self.inputs if inputs is None else inputs
        hidden = np.maximum(inputs @ particles[:, :-1].T.astype(float), 0.0)
        return hidden @ particles[:, -1] / len(particles)

    def predict_slice(
        self, particles: np.ndarray, x: np.ndarray, y: np.ndarray, bias: bool
    ) -> np.ndarray:
        """Return the predictions at all pixels (x_k, y_r), further inputs 0."""
        first = int(bias)
        inputs = np.zeros((len(y), len(x), particles.shape[1] - 1))
        inputs[..., :first] = 1.0
        inputs[..., first], inputs[..., first + 1] = x, y[:, None]
        return self.predict(particles, inputs)

    def time_of_slice(self, m: int, rows: int, columns: int) -> float:
        """Return a plausible time."""
        return 1e-9 * m * rows * columns


@pytest.fixture
def make_setup() -> Callable[..., Any]:
    """Return a function that makes a setup, its history five frames that grow by 1 % each."""

    def make(
        dimension: int = 3,
        bias: bool = False,
        m: int = 20,
        labels: bool = False,
        teachers: int = 3,
        tests: int = 5,
        seed: int = 0,
    ) -> Any:
        rng = np.random.default_rng(seed)
        inputs = rng.standard_normal((12, dimension))
        inputs[:, : int(bias)] = 1.0
        targets = rng.standard_normal(12)
        if labels:
            targets = np.where(np.arange(12) % 2 == 0, 1.0, -1.0)
        particles = rng.standard_normal((m, dimension + 1)).astype(np.float32)
        frames = [frame(s, particles * np.float32(1.01**i)) for i, s in enumerate(STEPS)]
        teacher = rng.standard_normal((teachers, dimension + 1)) if teachers else None
        dataset = SimpleNamespace(
            inputs=inputs,
            targets=targets,
            test_inputs=inputs[:tests],
            test_targets=targets[:tests],
            teacher=teacher,
            bias=bias,
            labels=labels,
        )
        problem = NumpyProblem(inputs, targets, "relu", "logistic" if labels else "square")
        history = History(frames)
        simulation = SimpleNamespace(
            frame=frames[-1],
            history=history,
            problem=problem,
            initial=frames[0].particles,
            dynamics=GradientDescent(stepsize=0.1),
        )
        return SimpleNamespace(dataset=dataset, problem=problem, simulation=simulation)

    return make


def columns_by_layer(view):
    """Return what the figures hold, columns by layer."""
    return {
        name: {k: np.asarray(v) for k, v in source.data.items()}
        for plot in view.plots
        for name, source in plot.sources.items()
    }
