"""Plain NumPy reference of the model, its losses and its steps, in float64, for the tests of core.

Written from the formulas of the model and not from the code: nothing here imports core.
f(x) = (scale/m) Σ_j c_j σ(a_j·x), objective = risk/scale² + weight_decay (1/m) Σ_j |w_j|², and a
particle's velocity is −m times the gradient of the objective in it.
"""

import numpy as np
from scipy.special import erf, expit

#: Slopes on the positive and the negative side of the piecewise linear activations.
SLOPES = {"relu": (1, 0), "leaky_relu": (1, 0.1), "abs": (1, -1), "identity": (1, 1)}

#: Degree p of homogeneity: σ(ru) = r^p σ(u) for r > 0.
DEGREES = dict.fromkeys(SLOPES, 1) | {"relu2": 2, "step": 0}

SMOOTH = {
    "tanh": (np.tanh, lambda u: 1 / np.cosh(np.clip(u, -350, 350)) ** 2),
    "sigmoid": (expit, lambda u: expit(u) * expit(-u)),
    "erf": (erf, lambda u: 2 / np.sqrt(np.pi) * np.exp(-(np.clip(u, -1e3, 1e3) ** 2))),
    "step": (lambda u: np.where(u > 0, 1.0, 0.0), lambda u: np.zeros_like(u)),
    "relu2": (lambda u: np.maximum(u, 0) ** 2, lambda u: 2 * np.maximum(u, 0)),
}


def activation(name, u):
    """Return (σ(u), σ'(u)); at the kink of a piecewise linear one, a slope between both sides."""
    if name in SMOOTH:
        value, slope = SMOOTH[name]
        return value(u), slope(u)
    positive, negative = SLOPES[name]
    at_kink = 0 if name == "abs" else negative
    slope = np.where(u > 0, positive, np.where(u < 0, negative, at_kink))
    return np.where(u > 0, positive * u, negative * u), slope


#: Parameters of the losses where none is given.
PARAMETERS = {"huber": 1.0, "quantile": 0.5, "polynomial": 2.0}


def loss(name, f, y, parameter=None):
    """Return (ℓ(f, y), ∂ℓ/∂f) of every sample."""
    u, e = y * f, f - y
    k = PARAMETERS.get(name) if parameter is None else parameter
    table = {
        "square": lambda: (e**2 / 2, e),
        "huber": lambda: (
            np.where(np.abs(e) <= k, e**2 / 2, k * (np.abs(e) - k / 2)),
            np.clip(e, -k, k),
        ),
        "absolute": lambda: (np.abs(e), np.sign(e)),
        "quantile": lambda: (np.maximum(-k * e, (1 - k) * e), np.where(e > 0, 1 - k, -k)),
        "logistic": lambda: (np.logaddexp(0, -u), -y * expit(-u)),
        "exponential": lambda: (np.exp(-u), -y * np.exp(-u)),
        "hinge": lambda: (np.maximum(1 - u, 0), np.where(u < 1, -y, 0)),
        "squared_hinge": lambda: (np.maximum(1 - u, 0) ** 2 / 2, -y * np.maximum(1 - u, 0)),
        "unhinged": lambda: (1 - u, -y + 0 * f),
        "polynomial": lambda: (
            np.where(u >= 0, (1 + np.maximum(u, 0)) ** -k, 1 - k * u),
            np.where(u >= 0, -k * y * (1 + np.maximum(u, 0)) ** (-k - 1), -k * y),
        ),
    }
    return table[name]()


def softmin(f, y):
    """Return (S, q): S = −log mean exp(−u) of the margins u = y f, and q = softmax(−u)."""
    u = y * f
    weights = np.exp(u.min() - u)
    return u.min() - np.log(weights.mean()), weights / weights.sum()


def forces(name, f, y, parameter=None):
    """Return g_i = ∂R/∂f_i of the loss called `name`; "softmin" stands for R = −S."""
    if name == "softmin":
        return -y * softmin(f, y)[1]
    return loss(name, f, y, parameter)[1] / len(y)


def predict(w, X, act, scale=1.0):
    """Return f(x) for every row of X."""
    w = np.asarray(w, dtype=np.float64)
    return scale / len(w) * (activation(act, X @ w[:, :-1].T)[0] @ w[:, -1])


def velocity(w, X, y, act="relu", loss="logistic", scale=1.0, weight_decay=0.0, penalty="mass"):
    """Return −m ∇(objective) in every particle, shape (m, d+1)."""
    w = np.asarray(w, dtype=np.float64)
    g = forces(loss, predict(w, X, act, scale), y)
    values, slopes = activation(act, w[:, :-1] @ X.T)
    grad_a = w[:, -1:] * ((slopes * g) @ X)
    pull = -np.column_stack((grad_a, values @ g)) / scale
    if penalty == "mass":
        return pull - 2 * weight_decay * w
    norm = np.linalg.norm(w[:, :-1], axis=1, keepdims=True)
    slopes = (np.abs(w[:, -1:]) * w[:, :-1] / norm, norm * np.sign(w[:, -1:]))
    return pull - 2 * weight_decay * np.hstack(slopes)


def trajectory(w, stepsizes, X, y, **about):
    """Return the particles after one step w ← w + stepsize · velocity for each stepsize."""
    for stepsize in stepsizes:
        w = w + stepsize * velocity(w, X, y, **about)
    return w


def philox(counter, key):
    """Philox4x32-10 on plain whole numbers: four counter words, two key words, four words out.

    Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3".
    """
    c, (low, high) = list(counter), key
    for _ in range(10):
        first, third = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [third >> 32 ^ c[1] ^ low, third % 2**32, first >> 32 ^ c[3] ^ high, first % 2**32]
        low, high = (low + 0x9E3779B9) % 2**32, (high + 0xBB67AE85) % 2**32
    return c


def uniforms(seed, step, particle, draw):
    """Four uniform numbers of a particle and a step, each in the middle of its 2⁻³²."""
    counter = particle, draw, step % 2**32, step >> 32
    return [(word + 0.5) / 2**32 for word in philox(counter, (seed % 2**32, seed >> 32))]


def noise(seed, step, m, d):
    """Standard Gaussian noise (m, d+1) of a step: Box and Muller on draws 0, 1, …"""
    rows = np.empty((m, 4 * (d // 4 + 1)))
    for j in range(m):
        for draw in range(rows.shape[1] // 4):
            u = uniforms(seed, step, j, draw)
            for k in (0, 2):
                turn = np.exp(2j * np.pi * u[k + 1]) * np.sqrt(-2 * np.log(u[k]))
                rows[j, 4 * draw + k : 4 * draw + k + 2] = turn.real, turn.imag
    return rows[:, : d + 1]


def masks(seed, step, m, keep):
    """Two independent masks (2, m) of a step, with entries 0 and 1/keep."""
    u = np.array([uniforms(seed, step, j, 2**31)[:2] for j in range(m)])
    return np.where(u < keep, 1 / keep, 0.0).T


def batch(seed, step, size, n, d):
    """Indices (size,) of the samples of a step: blocks of steps have a generator of their own."""
    length = max(1, min(256, 2**17 // (size * (d + 1))))
    rng = np.random.default_rng((seed, step // length))
    return rng.integers(n, size=length * size).reshape(length, size)[step % length]
