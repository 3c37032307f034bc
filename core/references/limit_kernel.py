"""Kernels of infinitely wide networks with random weights, in closed form."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.activations import LEAK
from core.features import blocks
from core.references.particle_kernel import PARTS, rows
from core.validation import choose, number

_LAWS = {"sphere": True, "gaussian": False}
#: Temporary matrices held at once, in pairs of those that `blocks` counts with.
_MATRICES = 4

Pairs = dict[str, np.ndarray]
Formula = Callable[[Pairs], tuple[np.ndarray, np.ndarray]]


def _piecewise_linear(positive: float, negative: float) -> Formula:
    """act(u) = positive u for u > 0, negative u for u < 0."""
    step, mixed = positive - negative, negative * positive

    def moments(pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
        half = (pairs["sine"] + pairs["rest"] * pairs["cosine"]) / (2 * math.pi)
        value = pairs["lengths"] * (step**2 * half + mixed * pairs["cosine"])
        return value, step**2 * pairs["rest"] / (2 * math.pi) + mixed

    return moments


def _relu_squared(pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    sine, cosine, rest, lengths = (pairs[k] for k in ("sine", "cosine", "rest", "lengths"))
    value = lengths**2 * (3 * sine * cosine + rest * (1 + 2 * cosine**2)) / (2 * math.pi)
    return value, 4 * lengths * (sine + rest * cosine) / (2 * math.pi)


def _step(pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    return pairs["rest"] / (2 * math.pi), np.zeros_like(pairs["rest"])


def _erf(pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    """Williams (1997), for erf(u): arguments doubled with respect to erf(u / sqrt 2)."""
    cross, spread = 2 * pairs["lengths"] * pairs["cosine"], 1 + 2 * pairs["squares"]
    other = 1 + 2 * pairs["other_squares"]
    value = 2 / math.pi * np.arcsin(np.clip(cross / np.sqrt(spread * other), -1, 1))
    return value, 4 / math.pi / np.sqrt(spread * other - cross**2)


#: For a ~ N(0, I): E act(a.x) act(a.z) and E act'(a.x) act'(a.z), with the degree of act, and so
#: of these moments in |a| per factor (None: not homogeneous, Gaussian law only).
FORMULAS: dict[str, tuple[Formula, int | None]] = {
    "relu": (_piecewise_linear(1.0, 0.0), 1),
    "leaky_relu": (_piecewise_linear(1.0, LEAK), 1),
    "abs": (_piecewise_linear(1.0, -1.0), 1),
    "identity": (_piecewise_linear(1.0, 1.0), 1),
    "relu2": (_relu_squared, 2),
    "step": (_step, 0),
    "erf": (_erf, None),
}


@dataclass(frozen=True)
class LimitKernel:
    """Limit m -> infinity of `ParticleKernel` for independent random particles.

    output (conjugate) : E act(a . x) act(a . z)
    hidden             : output_radius² E act'(a . x) act'(a . z) (x . z)
    tangent            : their sum

    Parameters
    ----------
    activation : str
        relu, leaky_relu, abs, identity, relu2, step or erf.
    part : {"tangent", "output", "hidden"}
    law : {"sphere", "gaussian"}
        Of a: uniform on the sphere of radius `radius`, or N(0, radius² I). erf: gaussian only.
    radius : float
        > 0.
    output_radius : float
        Root mean square of c, >= 0, c independent of a; +-r_c or Gaussian make no difference.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.

    Notes
    -----
    Cho and Saul (2009), "Kernel methods for deep learning" (arc-cosine kernels); Williams (1997),
    "Computing with infinite networks" (erf); Jacot, Gabriel and Hongler (2018).
    """

    activation: str
    part: str = "tangent"
    law: str = "sphere"
    radius: float = 1.0
    output_radius: float = 1.0

    def __post_init__(self) -> None:
        _, degree = choose("activation", self.activation, FORMULAS)
        choose("part", self.part, PARTS)
        if choose("law", self.law, _LAWS) and degree is None:
            raise ValueError(
                f"law='sphere' has no closed form with activation={self.activation!r}; "
                "use law='gaussian'"
            )
        object.__setattr__(self, "radius", number("radius", self.radius, 0, 1e6, open_low=True))
        output = number("output_radius", self.output_radius, 0, 1e6)
        object.__setattr__(self, "output_radius", output)

    def __call__(self, inputs: np.ndarray, others: np.ndarray | None = None) -> np.ndarray:
        """Return K(x, z) for rows x of inputs (k, d) and z of others (r, d), by default inputs.

        Rows are taken in blocks: beside the result (k, r), memory is bounded.
        """
        inputs = rows("inputs", inputs)
        others = inputs if others is None else rows("others", others, inputs.shape[1])
        some = blocks(len(inputs), _MATRICES * len(others))
        return np.concatenate([self._block(inputs[part], others) for part in some])

    def _block(self, inputs: np.ndarray, others: np.ndarray) -> np.ndarray:
        formula, degree = FORMULAS[self.activation]
        value, slope = formula(_pairs(self.radius * inputs, self.radius * others))
        output, hidden = PARTS[self.part]
        kernel = np.zeros_like(value)
        d = inputs.shape[1]
        if output:
            kernel += value * self._law_factor(degree, d)
        if hidden and degree != 0:
            factor = self._law_factor(None if degree is None else degree - 1, d)
            kernel += self.output_radius**2 * factor * slope * (inputs @ others.T)
        return kernel

    def _law_factor(self, degree: int | None, d: int) -> float:
        """Return 1 / E|a|^(2 degree) for a ~ N(0, I) if a is on the sphere, else 1."""
        if not _LAWS[self.law] or not degree:
            return 1.0
        return 1.0 / math.prod(d + 2 * k for k in range(degree))


def _pairs(inputs: np.ndarray, others: np.ndarray) -> Pairs:
    """Return products of lengths and angle theta of all pairs; rest = pi - theta.

    theta = 2 atan2(|x̂ - ẑ|, |x̂ + ẑ|) has no loss of digits near 0 and pi, as arccos has.
    """
    norm, other_norm = np.linalg.norm(inputs, axis=1), np.linalg.norm(others, axis=1)
    unit = inputs / np.where(norm > 0, norm, 1)[:, None]
    other_unit = others / np.where(other_norm > 0, other_norm, 1)[:, None]
    minus, plus = np.zeros((2, len(inputs), len(others)))
    for x, z in zip(unit.T, other_unit.T, strict=True):
        minus += (x[:, None] - z) ** 2
        plus += (x[:, None] + z) ** 2
    theta = 2 * np.arctan2(np.sqrt(minus), np.sqrt(plus))
    return {
        "lengths": np.outer(norm, other_norm), "sine": np.sin(theta), "cosine": np.cos(theta),
        "rest": math.pi - theta, "squares": (norm**2)[:, None], "other_squares": other_norm**2,
    }  # fmt: skip
