"""Population risk and velocity by quadrature over inputs, in plain NumPy, for tests of core.

No pair kernel is used here: f − f* is evaluated at the nodes of a rule that is exact, or nearly so,
for the law of the inputs. Nothing here imports core.
"""

import numpy as np
import pytest
from scipy.special import gamma, roots_jacobi

from . import reference

#: Degree of homogeneity of the activations.
DEGREES = reference.DEGREES | {"step": 0}

#: Every activation with the laws that have a closed form for it.
PAIRS = [(act, law) for act in (*DEGREES, "erf") for law in ("gaussian", "sphere")]

#: Of these, what differs from another in nothing but a degree is left to the thorough tests: each
#: compiles kernels of its own.
USUAL = ("relu", "erf", "step")
CASES = [
    pytest.param(*pair, marks=[] if pair[0] in USUAL else pytest.mark.thorough) for pair in PAIRS
]


def activation(name, u):
    """Return (σ(u), σ'(u)); the derivative of the step is 0, and its Dirac in `edge_pulls`."""
    return ((u > 0) * 1.0, 0 * u) if name == "step" else reference.activation(name, u)


def moment(act, d):
    """Return E|x|^(2p) for x ~ N(0, I_d), from the moments of the chi-square law."""
    p = DEGREES[act]
    return 2**p * gamma(d / 2 + p) / gamma(d / 2)


def circle(vectors):
    """Return points (k, 2) and weights (k,) of the mean over the unit circle.

    Gauss-Legendre on every arc between two kinks u = 0 of the neurons: between them a product of
    activations is a trigonometric polynomial of degree 4 at most, which 24 nodes integrate to
    rounding.
    """
    nodes, weights = np.polynomial.legendre.leggauss(24)
    normal = np.arctan2(vectors[:, 1], vectors[:, 0]) + np.pi / 2
    cuts = np.unique(np.concatenate((normal, normal + np.pi)) % (2 * np.pi))
    cuts = np.append(cuts, cuts[0] + 2 * np.pi)
    half = np.diff(cuts) / 2
    angle = (cuts[:-1] + half)[:, None] + half[:, None] * nodes
    points = np.column_stack((np.cos(angle.ravel()), np.sin(angle.ravel())))
    return points, (half[:, None] * weights).ravel() / (2 * np.pi)


def plane(count=120):
    """Return points (count², 2) and weights of the mean over N(0, I_2), by Gauss-Hermite."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    x, y = np.meshgrid(nodes, nodes)
    weights = np.outer(weights, weights).ravel() / (2 * np.pi)
    return np.column_stack((x.ravel(), y.ravel())), weights


def disc(d, radii=40, angles=200):
    """Return points (k, 2) and weights of the mean over the sphere of R^d, projected on a plane.

    The square of the radius has the law Beta(1, d/2 − 1): Gauss-Jacobi. Smooth functions on a
    circle: the trapezoidal rule.
    """
    squares, weights = np.array([1.0]), np.array([1.0])
    if d > 2:
        nodes, weights = roots_jacobi(radii, d / 2 - 2, 0)
        squares, weights = (1 + nodes) / 2, weights / weights.sum()
    angle = np.arange(angles) * 2 * np.pi / angles
    points = np.sqrt(squares)[:, None, None] * np.column_stack((np.cos(angle), np.sin(angle)))
    return points.reshape(-1, 2), np.repeat(weights / angles, angles)


def rule(act, law, d, *clouds):
    """Return points and weights for the law; homogeneous ones reach the plane from the circle."""
    if act == "erf":
        return plane() if law == "gaussian" else disc(d)
    points, weights = circle(np.concatenate(clouds)[:, :-1])
    factor = moment(act, 2) if law == "gaussian" else moment(act, 2) / moment(act, d)
    return points, weights * factor


def forward(w, x, act):
    """Return (1/m) Σ_j c_j σ(a_j·x) for every row of x."""
    return activation(act, x @ w[:, :-1].T)[0] @ w[:, -1] / len(w)


def risk_and_velocity(w, teacher, act, law, scale, d=2):
    """Return risk (float) and velocity (m, 3) of neurons in a plane of R^d, no weight decay."""
    x, weights = rule(act, law, d, w, teacher)
    error = scale * forward(w, x, act) - forward(teacher, x, act)
    value, slope = activation(act, x @ w[:, :-1].T)
    force = (weights * error / scale)[:, None]
    velocity_a = -w[:, -1:] * ((slope * force).T @ x)
    if act == "step":
        velocity_a = w[:, -1:] * edge_pulls(w, teacher, scale)
    return weights @ error**2 / 2, np.column_stack((velocity_a, -(value * force).sum(axis=0)))


def edge_pulls(w, teacher, scale):
    """Return −(1/scale) E[(f − f*) δ(a_j·x) x] (m, 2) of the step, of either law in the plane.

    On the unit circle a·x = 0 at two points, where δ(a·x) has the weight 1/(2π|a|). The neuron
    itself is halfway up its step there: a derivative of (f − f*)² across a jump takes the mean
    of both sides.
    """
    pulls = np.zeros((len(w), 2))
    for j, (x, y, _) in enumerate(w):
        length = np.hypot(x, y)
        for edge in (np.array([-y, x]) / length, np.array([y, -x]) / length):
            rise = 1.0 * (w[:, :-1] @ edge > 0)
            rise[j] = 0.5
            error = scale * rise @ w[:, -1] / len(w) - forward(teacher, edge[None], "step")[0]
            pulls[j] -= error * edge / (2 * np.pi * length) / scale
    return pulls


def relu_pulls(w, teacher, scale):
    """Return risk, pull_a and pull_c of the ReLU under N(0, I), by the kernel with arccos."""
    rows = np.concatenate((w, teacher))[:, :-1]
    weights = np.concatenate((scale * w[:, -1] / len(w), -teacher[:, -1] / len(teacher)))
    norms = np.linalg.norm(rows, axis=1)
    cosine = np.clip(rows @ rows.T / np.outer(norms, norms), -1, 1)
    np.fill_diagonal(cosine, 1)
    theta, sine = np.arccos(cosine), np.sqrt(1 - cosine**2)
    gram = np.outer(norms, norms) * (sine + (np.pi - theta) * cosine) / (2 * np.pi)
    aligned = (weights * norms * sine).sum(axis=1) / norms
    pull_a = ((weights * (np.pi - theta)) @ rows + aligned[:, None] * rows) / (-2 * np.pi * scale)
    return weights @ gram @ weights / 2, pull_a[: len(w)], -(gram @ weights)[: len(w)] / scale
