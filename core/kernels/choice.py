"""Which kernel a run takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.kernels import dense, planar_engine
from core.kernels.dense_engine import DenseEngine
from core.kernels.engine import Engine
from core.kernels.matrix_engine import MatrixEngine

if TYPE_CHECKING:
    from core.problem import Problem


def make_engine(problem: Problem, force: int, particles: np.ndarray) -> Engine:
    """Return the engine that suits the problem and the number of particles."""
    kind: type[Engine] = MatrixEngine
    if problem.d <= dense.MOST_COORDINATES:
        planar = planar_engine.suits(problem, len(particles))
        kind = planar_engine.PlanarEngine if planar else DenseEngine
    return kind(problem, force, particles)


def pairs_of_step(code: int, d: int, m: int, n: int) -> int:
    """Return what a step on n samples, or their prediction, costs in dense particle-sample pairs.

    Parameters
    ----------
    code, d : int
        Code of the activation, number of input columns.
    m, n : int
        Particles and samples.
    """
    if planar_engine.pays(code, d, m, n):
        return planar_engine.pairs_of_step(m, n)
    return m * n
