"""Particles as a measure: masses, directions, the projection on the sphere."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.validation import array


def project_sphere(particles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Project the cloud on the unit sphere, Π₂μ = Σ_j (|w_j|²/m) δ_{w_j/|w_j|}.

    Parameters
    ----------
    particles : ndarray, shape (m, d+1)

    Returns
    -------
    mass : ndarray, shape (m,)
        |w_j|²/m; their sum is the total mass β.
    direction : ndarray, shape (m, d+1)
        w_j/|w_j|; the zero vector for a particle at the origin, which has no direction and no mass.

    Notes
    -----
    Chizat and Bach (2018), "On the global convergence of gradient descent for over-parameterized
    models using optimal transport", section 3.
    """
    particles = array("particles", particles, 2)
    # The largest entry is taken out first, so that squares neither overflow nor vanish.
    largest = np.abs(particles).max(axis=1, keepdims=True)
    safe = np.where(largest > 0, largest, 1)
    unit = particles / safe
    norm = np.linalg.norm(unit, axis=1, keepdims=True)
    direction = unit / np.where(norm > 0, norm, 1)
    with np.errstate(over="ignore"):
        mass = ((norm * largest) ** 2)[:, 0] / len(particles)
    return mass, direction


#: Numbers squared at once by the sums over a cloud: a copy of all of a large cloud would cost ten
#: times the sum, and products this short run on one thread.
_AT_ONCE = 8192


def total_mass(particles: np.ndarray) -> float:
    """Return β = (1/m) Σ_j |w_j|² of particles (m, d+1), in float64."""
    flat = np.asarray(particles).ravel()
    total = 0.0
    for low in range(0, len(flat), _AT_ONCE):
        part = flat[low : low + _AT_ONCE].astype(np.float64)
        total += float(part @ part)
    return total / len(particles)


def path_norm(particles: np.ndarray) -> float:
    """Return P = (1/m) Σ_j |c_j| |a_j| of particles (m, d+1), in float64; at most β/2."""
    return _weighted(particles, lambda a: np.sqrt(np.einsum("jk,jk->j", a, a)))


def l1_path_norm(particles: np.ndarray) -> float:
    """Return (1/m) Σ_j |c_j| ‖a_j‖₁ of particles (m, d+1), in float64."""
    return _weighted(particles, lambda a: np.abs(a).sum(axis=1))


def _weighted(particles: np.ndarray, norm: Callable[[np.ndarray], np.ndarray]) -> float:
    """Return (1/m) Σ_j |c_j| norm(a_j)."""
    particles = np.asarray(particles)
    rows, total = max(1, _AT_ONCE // particles.shape[1]), 0.0
    for low in range(0, len(particles), rows):
        part = particles[low : low + rows].astype(np.float64)
        total += float(norm(part[:, :-1]) @ np.abs(part[:, -1]))
    return total / len(particles)
