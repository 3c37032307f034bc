"""How one particle moves, given the pull of the data: what tells the dynamics apart in a kernel.

Every kernel first finds the pull Σ_i force_i σ'(a·x_i) x_i on a, Σ_i force_i σ(a·x_i) on c, and
then calls `move_block`. So a dynamics is written once, and every kernel serves it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from core import jit
from core.jit import like
from core.kernels import penalise as penalties
from core.kernels import random, squares
from core.kernels.penalise import MASS, penalise, square_of
from core.kernels.squares import squared_step

EUCLIDEAN, CONIC_MIRROR, CONIC_CANONICAL, SQUARED = range(4)
NO_MASK, SAME_MASK, UPDATE_MASK, TWO_MASKS = range(4)

STAMP = jit.stamp(__file__, random.__file__) ^ penalties.STAMP ^ squares.STAMP


class Rule(NamedTuple):
    """The settings of a move; the defaults are those of gradient descent.

    Attributes
    ----------
    kind : int
        EUCLIDEAN, w + h v; or conic: radius and direction move apart, the radius by
        exp(−2hJ') (CONIC_MIRROR) or 1 − 2hJ' (CONIC_CANONICAL); or SQUARED: only a moves, along the
        gradient in its signed roots.
    first_rate, second_rate : float
        Factors of the stepsize h: of a and of c, or of the radius and the direction.
    decay : float
        2λ: the velocity has −decay·w (MASS), or what `core.kernels.penalise` says.
    penalty : int
        MASS, PATH or L1 of `core.kernels.penalise`.
    temperature : float
        Noise of variance 2 · h · temperature is added to every coordinate.
    masking : int
        Which of prediction and update leave particles out: NO_MASK, SAME_MASK, UPDATE_MASK (the
        update alone), TWO_MASKS (both, by masks of their own).
    keep : float
        Share of particles that a mask keeps, in ]0, 1]; they count 1/keep.
    output_norm : int
        If 1, the stepsize is multiplied by max(1, ‖c‖₂/√m) of the particles before the step.
    seed : int
        Of noise and masks.
    """

    kind: int = EUCLIDEAN
    first_rate: float = 1.0
    second_rate: float = 1.0
    decay: float = 0.0
    penalty: int = MASS
    temperature: float = 0.0
    masking: int = NO_MASK
    keep: float = 1.0
    output_norm: int = 0
    seed: int = 0


@jit.inlined
def masks(rule, step, particle):
    """Return the factors, 0 or 1/keep, of a particle in predictions and in the update of a step.

    Runs of one seed share the mask of the update, however they mask predictions, so that the
    distance between them tells what that does (SCIENCE 2.11).
    """
    if rule.masking == NO_MASK:
        return 1.0, 1.0
    u = random.uniforms(rule.seed, step, particle, random.MASKS)
    update = 1.0 / rule.keep if u[0] < rule.keep else 0.0
    if rule.masking == SAME_MASK:
        return update, update
    other = 1.0 / rule.keep if u[1] < rule.keep else 0.0
    return (other if rule.masking == TWO_MASKS else 1.0), update


def is_plain(rule: Rule) -> bool:
    """Tell whether `plain_block` serves the rule: Euclidean, no noise or mask, mass penalised."""
    euclidean = rule.kind == EUCLIDEAN and rule.penalty == MASS
    return euclidean and rule.temperature == 0.0 and rule.masking == NO_MASK


@jit.inlined
def _step(rule, h, decay, a, c, v, v_c):
    """Take a Euclidean step of a in place; return the new c."""
    h_a, h_c = h * rule.first_rate, h * rule.second_rate
    length, shrink = like(c, h_a), like(c, 1.0 - h_a * decay)
    for k in range(a.size):
        a[k] = shrink * a[k] + length * v[k]
    return like(c, 1.0 - h_c * decay) * c + like(c, h_c) * v_c


@jit.inlined
def _conic_step(rule, h, decay, a, c, v, v_c):
    """Move radius r and direction θ = w/r of a particle; a in place, return the new c.

    φ is 2-homogeneous in w, so that v = −r (2J'θ + ∇J') without the decay (SCIENCE 2.8; Chizat
    2022, "Sparse optimization on measures with over-parameterized gradient descent").
    """
    size, along = square_of(a, c) + c * c, c * v_c
    for k in range(a.size):
        along += a[k] * v[k]
    if not size > 0.0:
        return c
    potential = 0.5 * (decay - along / size)  # J'
    radial = 2.0 * h * rule.first_rate * potential
    radius = math.exp(-radial) if rule.kind == CONIC_MIRROR else 1.0 - radial
    turn = h * rule.second_rate
    forward, back = like(c, turn), like(c, 1.0 - turn * along / size)
    c = back * c + forward * v_c
    length = c * c
    for k in range(a.size):
        a[k] = back * a[k] + forward * v[k]
        length += a[k] * a[k]
    factor = like(c, radius * math.sqrt(size / length))
    for k in range(a.size):
        a[k] *= factor
    return factor * c


@jit.exact
def _shake(rule, step, particle, h, a, c):
    """Add noise to a in place; return c with noise."""
    size = math.sqrt(2.0 * h * rule.temperature)
    for draw in range(a.size // 4 + 1):
        noise = random.gaussians(rule.seed, step, particle, draw)
        for k in range(4):
            at = 4 * draw + k
            if at < a.size:
                a[at] += like(c, size * noise[k])
            elif at == a.size:
                c += like(c, size * noise[k])
    return c


@jit.inlined
def _move(rule, step, particle, h, a, c, v, v_c):
    """Move a particle by one step, a (d,) in place; return the new c. v (d,) is used up."""
    factor = like(c, masks(rule, step, particle)[1])
    for k in range(a.size):
        v[k] *= factor * c
    v_c *= factor
    decay = rule.decay
    if rule.penalty != MASS:
        v_c -= penalise(rule.penalty, decay, a, c, v)
        decay = 0.0
    if rule.kind == EUCLIDEAN:
        c = _step(rule, h, decay, a, c, v, v_c)
    elif rule.kind == SQUARED:
        squared_step(rule, h, decay, a, c, v)
    else:
        c = _conic_step(rule, h, decay, a, c, v, v_c)
    if rule.temperature > 0.0:
        c = _shake(rule, step, particle, h, a, c)
    return c


@jit.inlined
def move_block(rule, step, first, h, a, c, v, v_c):
    """Move a block of particles by one step.

    Parameters
    ----------
    step, first : int
        Number of the step, and of the block's first particle: they name the random draws.
    h : float
        Stepsize; 0 moves nothing.
    a (k, d), c (k,)
        The particles, moved in place.
    v (k, d), v_c (k,)
        The pull of the data on a (without the factor c) and on c. v is used up; v_c becomes what
        each particle weighs in the prediction for the step after.

    Returns
    -------
    The block's sums of |a|² and c².
    """
    squares_a, squares_c = 0.0, 0.0
    for j in range(c.size):
        if h != 0.0:
            c[j] = _move(rule, step, first + j, h, a[j], c[j], v[j], v_c[j])
        squares_a += square_of(a[j], c[j])
        squares_c += c[j] * c[j]
        v_c[j] = like(c[j], masks(rule, step + 1, first + j)[0]) * c[j]
    return squares_a, squares_c


@jit.inlined
def plain_block(rule, h, d, a, c, v, v_c):
    """Do what `move_block` does under a plain rule; a fraction of the compiled code.

    Where `d`, the number of columns of a, is a constant, the short loops over them are unrolled.
    """
    squares_a, squares_c = 0.0, 0.0
    h_a, h_c = h * rule.first_rate, h * rule.second_rate
    length_a, shrink_a = like(c[0], h_a), like(c[0], 1.0 - h_a * rule.decay)
    length_c, shrink_c = like(c[0], h_c), like(c[0], 1.0 - h_c * rule.decay)
    for j in range(c.size):
        old = c[j]
        new = old
        square = like(old, 0.0)
        for k in range(d):
            moved = a[j, k]
            if h != 0.0:
                moved = shrink_a * moved + length_a * (old * v[j, k])
                a[j, k] = moved
            square += moved * moved
        if h != 0.0:
            new = shrink_c * old + length_c * v_c[j]
            c[j] = new
        squares_a += square
        squares_c += new * new
        v_c[j] = new
    return squares_a, squares_c
