"""Closed forms of G(a, b) = E[σ(a·x) σ(b·x)] and of its gradient, one branch an activation.

With r = |a|, r' = |b|, t = cos θ the cosine between a and b, and p the degree of homogeneity,

    G = r^p r'^p h(t),    ∇_a G = r^(p−1) r'^p [h'(t) b/r' + (p h − t h') a/r],

so that a pair needs three numbers: h, k1 = h' and k0 = p h − t h'. For x ~ N(0, I) and
σ(u) = p₊ u₊ + p₋ min(u, 0) they follow from the arc-cosine kernels (Cho and Saul 2009, "Kernel
methods for deep learning"), as for the step, h = (π − θ)/2π and h' = 1/(2π sin θ); for erf from
Williams (1998, "Computation with infinite neural networks"). On the unit sphere, G is that of
N(0, I) divided by E|x|^(2p); that of the erf, which is not homogeneous, is a contour integral.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from core import jit
from core.activations import LEAK
from core.population import contour as contour_module
from core.population.contour import contour, erf_pair_on_sphere

#: Branches of `pair`.
PIECEWISE, SQUARED, STEP, ERF, ERF_ON_SPHERE = range(5)

#: Vectors with a smaller sin θ are parallel to rounding. G of the step has a cone there, no
#: gradient, and its k1 = 1/(2π sin θ) would drown the other terms of a sum.
_PARALLEL = 1e-13

_TURN = math.tan(math.pi / 8)
_QUARTER = math.pi / 4
_INVERSE_PI = 1 / math.pi
_INVERSE_TWO_PI = 1 / (2 * math.pi)

# atan(z)/z as a polynomial in z², |z| <= tan(π/8): Chebyshev interpolation in 40 digits, rounded;
# relative error 4e-18. NumPy's own does not vectorise in compiled code.
_A1, _A2, _A3 = -0.3333333333333312, 0.19999999999940893, -0.14285714279250245
_A4, _A5, _A6 = 0.11111110744919658, -0.09090896809064027, 0.07692045330902225
_A7, _A8, _A9 = -0.06662951813629191, 0.05846878297330872, -0.05035102456601552
_A10, _A11 = 0.03796525745386593, -0.017805397205419446


@dataclass(frozen=True)
class ClosedForm:
    """What the compiled code must know of one activation.

    Attributes
    ----------
    kind : int
        Its branch in `pair`.
    degree : int or None
        Degree p of homogeneity, None for erf.
    positive, negative : float
        Slopes p₊ and p₋ of a piecewise linear one; else unused.
    """

    kind: int
    degree: int | None
    positive: float = 0.0
    negative: float = 0.0

    def moment(self, law: str, d: int) -> float:
        """Return the number that divides the Gaussian G: E|x|^(2p) on the sphere, else 1."""
        if law == "gaussian" or self.degree is None:
            return 1.0
        return float({0: 1, 1: d, 2: d * (d + 2)}[self.degree])

    def nodes(self, d: int) -> np.ndarray:
        """Return the nodes of the contour integral in d dimensions; none where there is none."""
        return contour(d) if self.kind == ERF_ON_SPHERE else np.zeros((4, 0))


FORMS = {
    "relu": ClosedForm(PIECEWISE, 1, 1.0, 0.0),
    "leaky_relu": ClosedForm(PIECEWISE, 1, 1.0, LEAK),
    "abs": ClosedForm(PIECEWISE, 1, 1.0, -1.0),
    "identity": ClosedForm(PIECEWISE, 1, 1.0, 1.0),
    "relu2": ClosedForm(SQUARED, 2),
    "step": ClosedForm(STEP, 0),
    "erf": ClosedForm(ERF, None),
}


def closed_form(activation: str, law: str) -> ClosedForm:
    """Return the closed form of `activation` for inputs of `law` ("gaussian" or "sphere").

    Raises
    ------
    ValueError
        If there is none, naming those there are.
    """
    if not isinstance(activation, str) or activation not in FORMS:
        raise ValueError(
            f"activation={activation!r} has no population risk in closed form; "
            f"choose one of {', '.join(FORMS)}"
        )
    form = FORMS[activation]
    return replace(form, kind=ERF_ON_SPHERE) if (form.kind, law) == (ERF, "sphere") else form


@jit.inlined
def quarter_angle(s, c):
    """Return atan(s/c) for 0 <= s <= c, c > 0; vectorises."""
    turned = s > _TURN * c
    z = (s - c if turned else s) / (s + c if turned else c)
    w = z * z
    tail = _A6 + w * (_A7 + w * (_A8 + w * (_A9 + w * (_A10 + w * _A11))))
    series = w * (_A1 + w * (_A2 + w * (_A3 + w * (_A4 + w * (_A5 + w * tail)))))
    return (_QUARTER if turned else 0.0) + (z + z * series)


@jit.inlined
def powers(kind, r):
    """Return (r^p, r^(p−1)), the factors of G and of ∇_a G; 0 where a = 0 has no direction."""
    if kind == PIECEWISE:
        return r, 1.0
    if kind == SQUARED:
        return r * r, r
    if kind == STEP:
        return (1.0 if r > 0.0 else 0.0), (1.0 / r if r > 0.0 else 0.0)
    return 1.0, 1.0


@jit.inlined
def kink(positive, negative):
    """Return the k1 of a = 0: E[σ'(0) σ(b·x) x] = k1 b, σ'(0) = p₋ the slope from the left.

    For |u|, whose σ'(0) is 0, the bracket vanishes as it should.
    """
    return 0.5 * negative * (positive + negative)


@jit.inlined
def pair(form, t, gap, r, other):
    """Return (h, k1, k0) of vectors of lengths r and `other` whose cosine is t, |t| = 1 − gap.

    `form` is (kind, positive, negative, nodes). The gap comes apart from t, since near 0 it carries
    more digits than 1 − |t|; of t itself only the sign is used. Then sin θ = √(gap (2 − gap)) and
    the acute angle between the two lines is 2 atan(sin θ / (2 − gap)), both to full relative
    precision, near 0 as near π.
    """
    kind, positive, negative, nodes = form
    square = gap * (2.0 - gap)
    if kind == ERF:
        return _erf_pair(t, gap, square, r, other)
    if kind == ERF_ON_SPHERE:
        return erf_pair_on_sphere(nodes, -1.0 if t < 0.0 else 1.0, gap, square, r, other)
    sine = math.sqrt(square)
    acute = 2.0 * quarter_angle(sine, 2.0 - gap)
    overlap = acute if t < 0.0 else math.pi - acute  # π − θ
    cosine = gap - 1.0 if t < 0.0 else 1.0 - gap
    if kind == STEP:
        k1 = _INVERSE_TWO_PI / sine if sine > _PARALLEL else 0.0
        return _INVERSE_TWO_PI * overlap, k1, -cosine * k1
    if kind == SQUARED:
        k1 = 2.0 * _INVERSE_PI * (sine + overlap * cosine)
        k0 = _INVERSE_PI * (sine * cosine + overlap)
        return 0.5 * (k0 + cosine * k1), k1, k0
    difference = positive - negative
    factor = difference * difference * _INVERSE_TWO_PI
    k1 = factor * overlap + negative * positive
    k0 = factor * sine
    return k0 + cosine * k1, k1, k0


@jit.inlined
def _erf_pair(t, gap, square, r, other):
    """Return (h, k1, k0) with G = h = (2/π) asin ρ and ∇_a G = k1 b/|b| + k0 a/|a|.

    With A = 1 + 2|a|², B = 1 + 2|b|² and Y = √(AB − 4 (a·b)²): asin ρ = atan(2 a·b / Y), where
    Y² = 1 + 2|a|² + 2|b|² + 4 |a|²|b|² sin²θ has no cancellation.
    """
    product = r * other
    dot = 2.0 * product * (1.0 - gap)
    mine = 1.0 + 2.0 * r * r
    root = math.sqrt(mine + 2.0 * other * other + 4.0 * product * product * square)
    steep = dot > root
    angle = quarter_angle(root if steep else dot, dot if steep else root)
    angle = math.pi / 2 - angle if steep else angle
    sign = -1.0 if t < 0.0 else 1.0
    slope = 4.0 * _INVERSE_PI / root
    return (
        2.0 * _INVERSE_PI * sign * angle,
        slope * other,
        -slope * sign * dot * r / mine,
    )


#: Kernels that inline these functions close over this (see core.jit.stamp).
STAMP = jit.stamp(__file__, jit.__file__, contour_module.__file__)
