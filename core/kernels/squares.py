"""The step of input weights that are signed squares, a = w∘|w|."""

from __future__ import annotations

import math

from core import jit
from core.jit import like

STAMP = jit.stamp(__file__)


@jit.inlined
def squared_step(rule, h, decay, a, c, v):
    """Move a (d,) in place along the gradient in w of a = w∘|w|; v (d,) is used up.

    By the chain rule the velocity of w is 2|w|∘(v − decay a). Its part along w counts
    `rule.first_rate`, the part across `rule.second_rate`.
    """
    size, along = like(c, 0.0), like(c, 0.0)
    for k in range(a.size):
        root = like(c, math.sqrt(abs(a[k])))
        v[k] = like(c, 2.0) * root * (v[k] - like(c, decay) * a[k])
        size += abs(a[k])
        a[k] = root if a[k] > 0.0 else -root
        along += a[k] * v[k]
    if not size > 0.0:
        return
    across = like(c, h * rule.second_rate)
    growth = like(c, 1.0 + h * (rule.first_rate - rule.second_rate) * along / size)
    for k in range(a.size):
        moved = growth * a[k] + across * v[k]
        a[k] = moved * abs(moved)
