"""The pull of a penalty on one particle, where it is more than a shrinking of all of w."""

from __future__ import annotations

import math

from core import jit
from core.jit import like

MASS, PATH, L1 = range(3)

STAMP = jit.stamp(__file__)


@jit.inlined
def square_of(a, c):
    """Return |a|² in the type of c."""
    found = like(c, 0.0)
    for k in range(a.size):
        found += a[k] * a[k]
    return found


@jit.inlined
def _sign(u):
    return 1.0 if u > 0.0 else (-1.0 if u < 0.0 else 0.0)


@jit.inlined
def penalise(penalty, decay, a, c, v):
    """Subtract from the velocity v of a what a penalty takes; return that to subtract for c.

    With decay = 2λ that is decay · ∇(|c||a|) for PATH, and half of decay · ∇(|c|‖a‖₁) for L1; 0
    where there is no gradient.
    """
    if penalty == PATH:
        norm = math.sqrt(square_of(a, c))
        if norm > 0.0:
            shrink = like(c, decay * abs(c) / norm)
            for k in range(a.size):
                v[k] -= shrink * a[k]
        return like(c, decay * norm * _sign(c))
    total = like(c, 0.0)
    for k in range(a.size):
        total += abs(a[k])
        v[k] -= like(c, 0.5 * decay * abs(c) * _sign(a[k]))
    return like(c, 0.5 * decay * total * _sign(c))
