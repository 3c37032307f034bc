"""What the neurons of a cloud make of inputs, and the kernel of their gradients, in NumPy.

φ(w, x) = c σ(a·x) has the gradient σ(a·x) in c and c σ'(a·x) x in a. Neurons are taken in blocks,
so that no (neurons, inputs) matrix outgrows its share of memory.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.activations import Activation

#: Most entries of a (neurons, inputs) matrix held at once (32 MB).
MOST_PAIRS = 4_000_000


def blocks(m: int, n: int) -> Iterator[slice]:
    """Yield slices that cover range(m), each of them times n at most `MOST_PAIRS` entries."""
    length = max(1, MOST_PAIRS // max(1, n))
    for lo in range(0, m, length):
        yield slice(lo, min(m, lo + length))


def feature_blocks(
    act: Activation, particles: np.ndarray, *inputs: np.ndarray
) -> Iterator[tuple[slice, list[tuple[np.ndarray, np.ndarray]]]]:
    """Yield rows of particles (m, d+1), and (σ(a·x), σ'(a·x)) of these for each array of inputs.

    Parameters
    ----------
    act : Activation
    particles : ndarray, shape (m, d+1)
    *inputs : ndarray, shape (k, d)

    Yields
    ------
    rows : slice
    features : list of pairs of ndarray, shape (length of rows, k)
    """
    for rows in blocks(len(particles), sum(map(len, inputs))):
        yield rows, [act.both(particles[rows, :-1] @ x.T) for x in inputs]


def gradient_kernel(
    act: Activation,
    particles: np.ndarray,
    inputs: np.ndarray,
    others: np.ndarray | None = None,
    *,
    output: bool = True,
    hidden: bool = True,
) -> np.ndarray:
    """Return K(x, z) = (1/m) Σ_j ∇φ(w_j, x)·∇φ(w_j, z) for rows x of inputs and z of others.

    Parameters
    ----------
    act : Activation
    particles : ndarray, shape (m, d+1)
    inputs : ndarray, shape (k, d)
    others : ndarray, shape (r, d), optional
        By default the inputs.
    output, hidden : bool
        Whether the gradients in c and those in a count; both make the tangent kernel.

    Returns
    -------
    ndarray, shape (k, r), float64
    """
    x, z = inputs, inputs if others is None else others
    values, slopes = np.zeros((2, len(x), len(z)))
    for rows, found in feature_blocks(act, particles, *((x,) if z is x else (x, z))):
        (value, slope), (value_z, slope_z) = found[0], found[-1]
        if output:
            values += value.T @ value_z
        if hidden:
            c = particles[rows, -1:]
            slopes += (c * slope).T @ (c * slope_z)
    return (values + slopes * (x @ z.T)) / len(particles)
