"""Random numbers as functions of (seed, step, particle, draw): no state, any order, any thread.

So a run gives the same bits however it is cut and resumed. The function is Philox4x32-10 of Salmon,
Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3".
"""

from __future__ import annotations

import math

import numpy as np

from core import jit

STAMP = jit.stamp(__file__)

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MULTIPLY = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_BUMP = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)

#: Of the four counter words the second names the draw: Gaussians count from 0, masks from here.
MASKS = 1 << 31


@jit.whole
def philox(c0, c1, c2, c3, k0, k1):
    """Return four random words from a counter of four and a key of two, 32 bits in uint64 each.

    Whole numbers only: inlined or not, the bits are the same.
    """
    for _ in range(10):
        first = _MULTIPLY[0] * c0
        third = _MULTIPLY[1] * c2
        c0, c1, c2, c3 = (
            (third >> _HALF) ^ c1 ^ k0,
            third & _LOW,
            (first >> _HALF) ^ c3 ^ k1,
            first & _LOW,
        )
        k0 = (k0 + _BUMP[0]) & _LOW
        k1 = (k1 + _BUMP[1]) & _LOW
    return c0, c1, c2, c3


@jit.exact
def uniforms(seed, step, particle, draw):
    """Return four independent uniform numbers in ]0, 1[, of 32 bits each."""
    s, t = np.uint64(seed), np.uint64(step)
    words = philox(
        np.uint64(particle) & _LOW, np.uint64(draw), t & _LOW, t >> _HALF, s & _LOW, s >> _HALF
    )
    unit = 2.0**-32
    return (
        (words[0] + 0.5) * unit,
        (words[1] + 0.5) * unit,
        (words[2] + 0.5) * unit,
        (words[3] + 0.5) * unit,
    )


@jit.exact
def gaussians(seed, step, particle, draw):
    """Return four independent standard Gaussian numbers, by the method of Box and Muller."""
    u = uniforms(seed, step, particle, draw)
    near, far = math.sqrt(-2.0 * math.log(u[0])), math.sqrt(-2.0 * math.log(u[2]))
    turn, other = 2.0 * math.pi * u[1], 2.0 * math.pi * u[3]
    return (
        near * math.cos(turn),
        near * math.sin(turn),
        far * math.cos(other),
        far * math.sin(other),
    )
