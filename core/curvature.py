"""Curvature of the objective at a cloud of particles: the largest eigenvalue of m ∇²objective.

A step w ← w + η velocity is stable as long as η λ_max(m ∇²objective) < 2, so 1/λ_max is a stepsize
that can be taken without looking.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core import losses
from core.activations import activation
from core.features import feature_blocks
from core.kernels.threads import single_threaded_blas
from core.problem import Problem
from core.validation import integer, number

# Length of a difference relative to |w|. Short, so that few kinks a_j·x_i = 0 are crossed; what
# rounding makes of it is 1e-9 of the velocity.
_DIFFERENCE = 1e-7
# Two one-sided differences of a particle that disagree by this share have a kink between them.
_KINK = 1e-3
# Products after the tolerance is met: a start all but orthogonal to the top meets it elsewhere.
_CONFIRMED = 2
# Most entries of all Lanczos vectors together (160 MB); beyond, only the last two are kept.
_MOST_BASIS = 20_000_000

Product = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Eigenvalue:
    """The largest eigenvalue of a symmetric map.

    Attributes
    ----------
    value : float
        At most the eigenvalue, but for rounding; inf where the map overflows.
    accuracy : float
        |A v − value v| / |value| for the unit vector v found: an eigenvalue is this close.
    products : int
        How often the map was applied.
    """

    value: float
    accuracy: float
    products: int

    main = property(lambda self: self.value, doc="The value, as the number to plot.")


def sharpness(
    problem: Problem,
    particles: np.ndarray,
    force: int | None = None,
    *,
    tolerance: float = 1e-3,
    most_products: int = 19,
) -> Eigenvalue:
    """Return the largest eigenvalue of m ∇²objective, by Lanczos on differences of the velocity.

    Kinks of the activation are left out: a particle that crosses one within the difference takes
    the side where it does not, so the Hessian is that of the cell of the particles. The start of
    the iteration is fixed, and products run on one thread: the same cloud gives the same bits.
    Cohen, Kaur, Li, Kolter and Talwalkar (2021), "Gradient descent on neural networks typically
    occurs at the edge of stability".

    Parameters
    ----------
    problem : Problem
        Its `velocity` is called 1 + 2 · products times.
    particles : ndarray, shape (m, d+1)
    force : int, optional
        Code of what is descended in place of the loss, as in `Problem.velocity`.
    tolerance : float
        In ]0, 1]: stop once the accuracy is this good and stays so.
    most_products : int
        In [1, 1000]: stop after as many products (19 make 39 velocities).

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.
    """
    particles = problem.check_particles(particles).astype(np.float64)
    start = np.random.default_rng(0).standard_normal(particles.shape).ravel()
    with single_threaded_blas(), np.errstate(over="ignore", invalid="ignore"):
        product = _hessian_product(problem, particles, force)
        return largest_eigenvalue(product, start, tolerance, most_products)


def _hessian_product(problem: Problem, particles: np.ndarray, force: int | None) -> Product:
    """Return v -> m ∇²objective v for unit vectors v of length m (d+1)."""
    base = problem.velocity(particles, force)
    length = _DIFFERENCE * (float(np.linalg.norm(particles)) or 1.0)

    def product(v: np.ndarray) -> np.ndarray:
        shift = length * v.reshape(particles.shape)
        ahead = base - problem.velocity(particles + shift, force)
        behind = problem.velocity(particles - shift, force) - base
        return _off_kinks(ahead, behind).ravel() / length

    return product


def _off_kinks(ahead: np.ndarray, behind: np.ndarray) -> np.ndarray:
    """Return the mean of two one-sided differences, or the smaller for particles at a kink."""
    sizes = np.linalg.norm(ahead, axis=1), np.linalg.norm(behind, axis=1)
    apart = np.linalg.norm(ahead - behind, axis=1) > _KINK * np.maximum(*sizes)
    side = np.where((sizes[0] < sizes[1])[:, None], ahead, behind)
    return np.where(apart[:, None], side, (ahead + behind) / 2)


def largest_eigenvalue(
    product: Product, start: np.ndarray, tolerance: float, most_products: int
) -> Eigenvalue:
    """Return the largest eigenvalue of the symmetric map `product` on vectors like `start` (k,).

    Lanczos iteration, orthogonalised against all its vectors while they fit in memory. The
    largest Ritz value grows with each product and never exceeds the eigenvalue.
    """
    tolerance = number("tolerance", tolerance, 0, 1, open_low=True)
    most = min(integer("most_products", most_products, 1, 1000), start.size)
    kept = max(2, _MOST_BASIS // start.size)
    basis = [start / np.linalg.norm(start)]
    diagonal: list[float] = []
    beside: list[float] = []
    accurate = 0
    while True:
        image = product(basis[-1])
        if not np.isfinite(image).all():
            return Eigenvalue(math.inf, math.inf, len(diagonal) + 1)
        diagonal.append(float(basis[-1] @ image))
        rest = _orthogonal(image, basis)
        norm = float(np.linalg.norm(rest))
        value, accuracy = _ritz(diagonal, beside, norm)
        accurate = accurate + 1 if accuracy <= tolerance else 0
        if accurate > _CONFIRMED or accuracy == 0 or len(diagonal) == most:
            return Eigenvalue(value, accuracy, len(diagonal))
        beside.append(norm)
        basis.append(rest / norm)
        del basis[:-kept]


def _orthogonal(image: np.ndarray, basis: list[np.ndarray]) -> np.ndarray:
    """Return `image` less its part in the span of the orthonormal `basis`."""
    for _ in range(2):  # once leaves what rounding makes of a large part
        for vector in basis:
            image = image - (vector @ image) * vector
    return image


def _ritz(diagonal: list[float], beside: list[float], norm: float) -> tuple[float, float]:
    """Return the largest eigenvalue of a tridiagonal matrix and its relative residual."""
    from scipy.linalg import eigh_tridiagonal  # here: it takes as long to load as all of core

    values, vectors = eigh_tridiagonal(diagonal, beside)
    value, residual = float(values[-1]), norm * abs(float(vectors[-1, -1]))
    if residual <= 1e-14 * np.abs(values).max():
        return value, 0.0
    return value, residual / abs(value) if value else math.inf


def gauss_newton(
    problem: Problem,
    particles: np.ndarray,
    force: int | None = None,
    *,
    tolerance: float = 1e-3,
    most_products: int = 19,
) -> Eigenvalue:
    """Return the largest eigenvalue of the Gauss–Newton part of m ∇²objective.

    λ_max(H^½ K H^½) + 2 weight_decay, with K the tangent kernel in mean-field normalisation and
    H = diag(∂²R/∂f_i²): for the square loss λ_max(K/n). It leaves out Σ_i g_i ∇²f(x_i), which
    vanishes where the samples are fitted. A soft-min has an H that is not diagonal; its diagonal
    part bounds H, and the result is an upper bound.

    Arguments and ValueErrors are those of `sharpness`, and the problem must have samples. A
    product costs about one velocity.
    """
    if problem.n == 0:
        raise ValueError(f"problem={problem!r} has no samples; the tangent kernel is on samples")
    particles = problem.check_particles(particles).astype(np.float64)
    start = np.random.default_rng(0).standard_normal(problem.n)
    with single_threaded_blas(), np.errstate(over="ignore", invalid="ignore"):
        root = np.sqrt(_loss_curvature(problem, problem.predict(particles), force))

        def product(v: np.ndarray) -> np.ndarray:
            return root * tangent_product(problem, particles, root * v)

        found = largest_eigenvalue(product, start, tolerance, most_products)
    decay = 2.0 * problem.weight_decay if getattr(problem, "penalty", "mass") == "mass" else 0.0
    return Eigenvalue(found.value + decay, found.accuracy, found.products)


def tangent_product(problem: Problem, particles: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return K v, K(x, x') = (1/m) Σ_j ∇φ(w_j, x)·∇φ(w_j, x') on the training inputs (no scale)."""
    total = np.zeros(problem.n)
    act = activation(problem.activation)
    for rows, [(value, slope)] in feature_blocks(act, particles, problem.inputs):
        total += (value @ v) @ value
        pulled = particles[rows, -1:] ** 2 * ((slope * v) @ problem.inputs)
        total += np.einsum("ji,ji->i", slope, pulled @ problem.inputs.T)
    return total / len(particles)


def _loss_curvature(problem: Problem, f: np.ndarray, force: int | None) -> np.ndarray:
    """Return ∂²R/∂f_i² (n,), not negative; for a soft-min the diagonal part of its Hessian.

    That is q for the exponential one, and for another the loss's, as its forces are to the loss's.
    """
    if force is not None and force != problem.loss_code:
        size = np.abs(problem.forces_of(f, force))
        if force == losses.SOFTMIN:
            return size
        loss_size = float(np.abs(problem.forces_of(f)).sum())
        ratio = float(size.sum()) / loss_size if loss_size > 0 else 1.0
        return ratio * _loss_curvature(problem, f, None)
    step = 1e-6 * np.maximum(1.0, np.abs(f))
    low, here, high = (problem.forces_of(f + k * step, force) for k in (-1, 0, 1))
    return np.maximum(np.minimum(high - here, here - low) / step, 0.0)  # off the kinks of hinges
