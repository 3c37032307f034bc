"""The force field of a cloud: the first variation seen from the directions of input weights.

For an activation of degree 1 a neuron of mass 1 and direction θ with |a| = |c| has the first
variation F'_μ(θ, ±) = λ ∓ η(θ), η(θ) = −G(θ)/2α with the potential G(θ) = Σ_i g_i σ(θ·x_i). So mass
with c > 0 grows where η > λ, mass with c < 0 where η < −λ, and |η| ≤ λ everywhere, with equality
where there is mass, exactly at a global minimum of a convex loss. SCIENCE 5.3.
"""

from __future__ import annotations

import numpy as np

from core import kernels
from core.problem import Problem
from core.validation import array


def potential_at(problem: Problem, forces: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Return G(θ) = Σ_i g_i σ(θ·x_i) by the compiled predictor, samples in the place of neurons.

    Parameters
    ----------
    problem : Problem
        With samples.
    forces : ndarray, shape (n,)
        g_i = ∂R/∂f(x_i).
    directions : array_like, shape (k, d)

    Returns
    -------
    ndarray, shape (k,), float64

    Raises
    ------
    ValueError
        If the problem has no samples, or directions another number of columns.
    """
    directions = array("directions", directions, 2).astype(np.float64)
    if problem.n == 0:
        raise ValueError("problem has no samples to sum over; see core.observables.landscape")
    if directions.shape[1] != problem.d:
        raise ValueError(f"directions has shape {directions.shape}; it must be (k, {problem.d})")
    samples = np.column_stack((problem.inputs, forces))
    return kernels.predict(problem.activation, float(problem.n), samples, directions)


def force_at(
    problem: Problem, particles: np.ndarray, directions: np.ndarray, force: int | None = None
) -> np.ndarray:
    """Return η(θ) = −G(θ)/2α of a cloud at unit directions (k, d); `force` as in `velocity`.

    Parameters
    ----------
    problem : Problem
        With samples.
    particles : ndarray, shape (m, d+1)
    directions : array_like, shape (k, d)
    force : int, optional
        Code of what is descended in place of the loss.

    Returns
    -------
    ndarray, shape (k,), float64
    """
    forces = problem.forces_of(problem.predict(particles), force)
    return potential_at(problem, forces, directions) / (-2.0 * problem.scale)
