"""The pair potential of two neurons: how they interact through inputs of an isotropic law."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.activations import activation
from core.population.closed_forms import FORMS
from core.population.problem import LAWS, PopulationProblem
from core.validation import array, choose, integer, number

#: Nodes of the quadrature: around the plane of the two neurons, and away from its origin.
_AROUND, _AWAY = 256, 96
#: A Gaussian plane ends here: the rest weighs 1e-20.
_FAR = 9.6


def pair_potential(
    name: str, angles: np.ndarray, d: int, law: str = "sphere", radius: float = 1.0
) -> np.ndarray:
    """Return k(θ) = E[σ(a·x) σ(b·x)] for vectors a, b of length `radius` at angles θ.

    With f = (1/m) Σ c_j σ(a_j·x) the risk of the square loss holds c_j c_k k(w_j, w_k)/m² for
    every pair: neurons of like sign repel each other where k is positive.

    Parameters
    ----------
    name : str
        Name of the activation. In closed form where there is one; else (tanh, sigmoid) by
        quadrature over the plane of the two neurons, to about 1e-12.
    angles : array_like, shape (k,)
        In [0, π].
    d : int
        Input coordinates, at least 2.
    law : str
        "sphere", uniform on the unit sphere, or "gaussian", N(0, I).
    radius : float
        In ]0, 10⁶].

    Returns
    -------
    ndarray, shape (k,), float64

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.

    Notes
    -----
    Cho and Saul (2009), "Kernel methods for deep learning"; Williams (1998), "Computation with
    infinite neural networks". For ReLU on the sphere k(0) = 1/2d, k(π/2) = 1/2πd, k(π) = 0.
    """
    act = activation(name)
    angles = array("angles", angles, 1).astype(np.float64)
    d = integer("d", d, 2, 10**6)
    choose("law", law, LAWS)
    radius = number("radius", radius, 0, 1e6, open_low=True)
    if name in FORMS:
        return _closed(name, angles, d, law, radius)
    return _quadrature(act, angles, d, law, radius)


def _closed(name: str, angles: np.ndarray, d: int, law: str, radius: float) -> np.ndarray:
    """Read k off the velocity of output weights 0 beside a teacher of one neuron."""
    teacher = np.zeros((1, d + 1))
    teacher[0, 0], teacher[0, -1] = radius, 1.0
    probes = np.zeros((len(angles), d + 1))
    probes[:, 0], probes[:, 1] = radius * np.cos(angles), radius * np.sin(angles)
    return PopulationProblem(teacher, name, law).velocity(probes)[:, -1]


def _quadrature(
    act: Callable[[np.ndarray], np.ndarray], angles: np.ndarray, d: int, law: str, radius: float
) -> np.ndarray:
    """Integrate over the plane: around by the trapezoidal rule, outwards by Gauss's."""
    distances, weights = _outwards(d, law)
    turn = 2 * np.pi * np.arange(_AROUND) / _AROUND
    reach = radius * distances[:, None]
    first = act(reach * np.cos(turn))
    pairs = (first * act(reach * np.cos(turn - angle)) for angle in angles)
    return np.array([weights @ pair.mean(axis=1) for pair in pairs])


def _outwards(d: int, law: str) -> tuple[np.ndarray, np.ndarray]:
    """Return distances (k,) from the origin of a plane through it, and their probabilities."""
    if law == "gaussian":
        nodes, weights = np.polynomial.legendre.leggauss(_AWAY)
        distances = _FAR / 2 * (nodes + 1)
        return distances, _FAR / 2 * weights * distances * np.exp(-(distances**2) / 2)
    if d == 2:
        return np.ones(1), np.ones(1)
    # The square of the distance has the law Beta(1, (d − 2)/2).
    from scipy.special import roots_jacobi  # here: a quarter of the time to load all of core

    nodes, weights = roots_jacobi(_AWAY // 2, (d - 4) / 2, 0.0)
    return np.sqrt((nodes + 1) / 2), weights / weights.sum()
