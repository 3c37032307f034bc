"""Two-layer networks trained by loops in plain NumPy, as SCIENCE 1 and 6.3 write them down.

Nothing of `core` is used: a cloud of particles, columns a and then c, and arrays come in.
"""

import numpy as np


def relu_pairs(a, b):
    """E[(a·x)₊ (b·x)₊] for x ~ N(0, I) and its gradient by a, for all pairs of rows."""
    p, q = (np.linalg.norm(v, axis=1) for v in (a, b))
    cosine = np.clip(a @ b.T / np.outer(p, q), -1, 1)
    angle = np.arccos(cosine)
    sine = np.sin(angle)
    value = np.outer(p, q) * (sine + (np.pi - angle) * cosine) / (2 * np.pi)
    along = (np.pi - angle)[:, :, None] * b + (sine * q)[:, :, None] * (a / p[:, None])[:, None, :]
    return value, along / (2 * np.pi)


def erf_pairs(a, b):
    """The same for erf(a·x), after Williams (1998)."""
    p, q = (1 + 2 * (v**2).sum(axis=1) for v in (a, b))
    size = np.sqrt(np.outer(p, q))
    inside = 2 * a @ b.T / size
    slope = b[None, :, :] / size[:, :, None] - (inside / p[:, None])[:, :, None] * a[:, None, :]
    steep = 4 / (np.pi * np.sqrt(1 - inside**2))
    return 2 / np.pi * np.arcsin(inside), steep[:, :, None] * slope


def population_descent(w, teacher, stepsize, steps, pairs, divisor=1.0):
    """Descend E[(f − f*)²]/2 over all inputs; return the cloud, and the risk of any cloud."""
    m, m0 = len(w), len(teacher)

    def parts(w):
        stacked = np.vstack((w, teacher))[:, :-1]
        weights = np.concatenate((w[:, -1] / m, -teacher[:, -1] / m0))
        value, slope = pairs(w[:, :-1], stacked)
        return weights, value / divisor, slope / divisor

    def risk(w):
        weights, _, _ = parts(w)
        stacked = np.vstack((w, teacher))[:, :-1]
        return weights @ pairs(stacked, stacked)[0] @ weights / (2 * divisor)

    w = w.astype(float)
    for _ in range(steps):
        weights, value, slope = parts(w)
        pull = np.einsum("k,jki->ji", weights, slope)
        w = w - stepsize * np.column_stack((w[:, -1:] * pull, value @ weights))
    return w, risk


def squared_descent(w, teacher, stepsize, steps, decay, angular, divisor):
    """Descend risk + decay (1/m) Σ|u|² in the roots u of a = u∘|u|, c = 1; return the objective of
    any cloud, and the cloud. The part across u is multiplied by `angular`."""
    _, risk = population_descent(w, teacher, 0.0, 0, relu_pairs, divisor)
    weights = np.concatenate((w[:, -1] / len(w), -teacher[:, -1] / len(teacher)))
    u = np.sign(w[:, :-1]) * np.sqrt(np.abs(w[:, :-1]))
    for _ in range(steps):
        a = u * np.abs(u)
        slope = relu_pairs(a, np.vstack((a, teacher[:, :-1])))[1] / divisor
        g = 2 * np.abs(u) * np.einsum("k,jki->ji", weights, slope) + 2 * decay * u
        along = (g * u).sum(axis=1, keepdims=True) / (u**2).sum(axis=1, keepdims=True) * u
        u = u - stepsize * (along + angular * (g - along))
    end = np.column_stack((u * np.abs(u), w[:, -1]))
    return lambda v: risk(v) + decay * np.abs(v[:, :-1]).sum() / len(v), end


def relu_network(w, inputs, scale=1.0):
    """f on the rows of inputs."""
    return scale / len(w) * np.maximum(inputs @ w[:, :-1].T, 0) @ w[:, -1]


def sample_descent(w, inputs, targets, stepsize, steps, scale=1.0):
    """Descend the mean of (f − y)²/2 over samples, divided by scale²; return the cloud."""
    w = w.astype(float)
    for _ in range(steps):
        g = (relu_network(w, inputs, scale) - targets) / len(targets) / scale
        active = inputs @ w[:, :-1].T > 0
        pull = (active * g[:, None]).T @ inputs
        along = (np.maximum(inputs @ w[:, :-1].T, 0) * g[:, None]).sum(axis=0)
        w = w - stepsize * np.column_stack((w[:, -1:] * pull, along))
    return w
