"""One run of every kind of kernel, for processes of their own: `python cache_runs.py`.

Prints one JSON object: for each module with kernels in Numba's disk cache, hits and misses.
"""

import gc
import json

import numpy as np
from numba.core.dispatcher import Dispatcher

from core import GradientDescent, PopulationProblem, Problem, Simulation, TangentFlow, density
from core.kernels import predict, predict_grid
from core.kernels.planar_engine import SLOPES, PlanarEngine
from core.kernels.planar_predict import predict_planar

RNG = np.random.default_rng(0)


def problem(d):
    return Problem(RNG.standard_normal((20, d)), RNG.choice([-1.0, 1.0], size=20), loss="square")


def cloud(d, m=40):
    return RNG.standard_normal((m, d + 1)).astype(np.float32)


def steps(d, dynamics):
    """Steps of the engine that suits: dense, matrix products or the tangent model."""
    Simulation(problem(d), dynamics(0.1), cloud(d)).advance(3)


def every_kind():
    steps(3, GradientDescent)
    steps(20, GradientDescent)
    steps(3, TangentFlow)
    flat = problem(2)
    PlanarEngine(flat, flat.loss_code, cloud(2)).advance(np.full(3, 0.1))
    population = PopulationProblem(cloud(3, 4), "relu")
    Simulation(population, GradientDescent(0.1), cloud(3)).advance(3)
    predict("relu", 1.0, cloud(3), RNG.standard_normal((9, 3)))
    predict_planar(SLOPES[flat.activation_code], 1.0, cloud(2), flat.inputs)
    predict_grid("relu", 1.0, cloud(3), np.linspace(-1, 1, 9), np.linspace(-1, 1, 8))
    density.plane_density(cloud(2), np.eye(2), (-1.0, 1.0, -1.0, 1.0), (8, 8))
    density.circle_density(cloud(2), (0, 1), 12)


def statistics():
    """Return [hits, misses] of the cached kernels by the name of their module."""
    counts = {}
    for kernel in [o for o in gc.get_objects() if issubclass(type(o), Dispatcher)]:
        if kernel.stats.cache_path is not None and kernel.signatures:
            entry = counts.setdefault(kernel.py_func.__module__, [0, 0])
            entry[0] += sum(kernel.stats.cache_hits.values())
            entry[1] += sum(kernel.stats.cache_misses.values())
    return counts


if __name__ == "__main__":
    every_kind()
    print(json.dumps(statistics()))
