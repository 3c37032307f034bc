"""The tangent model in plain NumPy, from its formulas, and the cases of its tests."""

import numpy as np

from core import Problem
from core.losses import LOSSES

from . import reference
from .cases import DENSE, draw

SETTINGS = {"scale": 1.7, "weight_decay": 0.03}


def case(act="tanh", loss="square", seed=1, n=9, m=14, dtype=np.float64, **about):
    """Return a problem, an anchor (m, d+1), and particles away from it."""
    labels = LOSSES[loss].labels
    X, y, w = draw(seed, n, DENSE, m, dtype, labels)
    other = w + np.random.default_rng(seed).standard_normal(w.shape).astype(dtype)
    return Problem(2 * X, y, act, loss, **(SETTINGS | about)), w, other


def features(w, X, act):
    """Return ∇φ(w_j, x_i), shape (m, n, d+1), by the formula."""
    values, slopes = reference.activation(act, w[:, :-1] @ X.T)
    return np.concatenate((w[:, -1:, None] * slopes[:, :, None] * X, values[:, :, None]), 2)


def tangent_predict(u, w, X, act, scale):
    """Return h̄(u) = h(w) + Dh(w)(u − w) on the rows of X."""
    moved = np.einsum("jik,jk->i", features(w, X, act), u - w)
    return reference.predict(w, X, act, scale) + scale / len(w) * moved


def euler(problem, w, stepsizes, force):
    """Return the particles after w ← w + η velocity of the tangent model at w, in NumPy."""
    X, about = problem.inputs, (problem.activation, problem.scale)
    phi, u = features(w, X, about[0]), w
    for h in stepsizes:
        f = tangent_predict(u, w, X, *about)
        g = reference.forces(force, f, problem.targets) / problem.scale
        u = u - h * (np.einsum("jik,i->jk", phi, g) + 2 * problem.weight_decay * u)
    return u
