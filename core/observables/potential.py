"""The potential G(θ) = Σ_i g_i σ(θ·x_i), whose extrema on the sphere tell of optimality.

With F = risk/α² + λ β, the first variation at a particle (a, c) is c G(a)/α + λ |w|².
"""

from __future__ import annotations

import numpy as np

from core.activations import activation
from core.features import blocks
from core.observables.base import Sight

#: Inputs of more columns than this are reduced to their span, if that has no more dimensions.
_SEARCHED_WELL = 3


class Potential:
    """G and its gradient, on the directions θ that matter.

    Attributes
    ----------
    frame : ndarray, shape (r, d)
        Orthonormal rows; directions outside their span only lose.
    points : ndarray, shape (n, r)
        The inputs in the frame.
    g : ndarray, shape (n,)
        The forces.
    sampled : bool
        Whether there are samples. If not, G is read off the velocity of probes.
    slopes : (p, q)
        Slopes of the activation on the positive and the negative side.
    """

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self.act = activation(sight.problem.activation)
        at_one = self.act(np.array([1.0, -1.0]))
        self.slopes = float(at_one[0]), -float(at_one[1])
        self.sampled = sight.problem.n > 0
        inputs = sight.problem.inputs if self.sampled else np.empty((0, sight.problem.d))
        self.frame = _span(inputs)
        self.points = inputs @ self.frame.T
        self.g = sight.forces if self.sampled else np.empty(0)

    def __call__(self, directions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return G (k,) and its gradient (k, r) at `directions` (k, r), given in the frame."""
        if not self.sampled:
            some = max(100, self.sight.m)  # probes at a time: each pulls at every other
            cuts = range(some, len(directions), some)
            parts = [_by_probes(self.sight, part) for part in np.split(directions, cuts)]
            return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
        values, gradients = np.empty(len(directions)), np.empty_like(directions)
        for rows in blocks(len(directions), len(self.points)):
            value, slope = self.act.both(directions[rows] @ self.points.T)
            values[rows] = value @ self.g
            gradients[rows] = (slope * self.g) @ self.points
        return values, gradients


def _span(inputs: np.ndarray) -> np.ndarray:
    """Return a basis (r, d) of the rows' span if r is small, of the whole space otherwise."""
    d = inputs.shape[1]
    if d <= _SEARCHED_WELL or len(inputs) == 0:
        return np.eye(d)
    _, singular, frame = np.linalg.svd(inputs, full_matrices=False)
    rank = max(1, int((singular > 1e-13 * singular[0]).sum()))
    return frame[:rank] if rank <= _SEARCHED_WELL else np.eye(d)


def _by_probes(sight: Sight, directions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return G and its gradient from the velocity of probes, for a problem without samples.

    Twins (θ, 1), (θ, −1) cancel in f; sums and differences of their velocities rid of the pull of
    weight decay, which is odd in c for c and even for a.
    """
    k, m = len(directions), sight.m
    twins = np.concatenate(
        [np.column_stack((directions, np.full(k, sign))) for sign in (1.0, -1.0)]
    )
    cloud = np.concatenate((sight.particles, twins))
    cloud[:m, -1] *= len(cloud) / m  # f is a mean over more particles now
    velocity = sight.problem.velocity(cloud, sight.force)
    plus, minus = velocity[m : m + k], velocity[m + k :]
    scale = sight.problem.scale
    return -scale * (plus + minus)[:, -1] / 2, -scale * (plus - minus)[:, :-1] / 2
