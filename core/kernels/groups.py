"""Groups of neurons, one to each lane of a vector: filling, emptying and moving them."""

from __future__ import annotations

from core import jit, vectors
from core.jit import like
from core.kernels import lanes, move
from core.kernels.lanes import add_scaled, dot, read, read_rows, scaled, write, write_rows
from core.kernels.move import move_block
from core.vectors import fma, splat, total

STAMP = jit.stamp(__file__) ^ lanes.STAMP ^ move.STAMP ^ vectors.STAMP


@jit.inlined
def gather(particles, groups):
    """Fill groups (G, d+1, lanes) with particles (m, d+1), and with zeros past the last one."""
    width = groups.shape[2]
    for g in range(groups.shape[0]):
        for j in range(width):
            at = g * width + j
            for k in range(groups.shape[1]):
                groups[g, k, j] = particles[at, k] if at < particles.shape[0] else 0.0


@jit.inlined
def scatter(groups, particles):
    """Fill particles (m, d+1) from groups (G, d+1, lanes)."""
    width = groups.shape[2]
    for at in range(particles.shape[0]):
        for k in range(groups.shape[1]):
            particles[at, k] = groups[at // width, k, at % width]


@jit.inlined
def move_plainly(rule, h, origin, groups, pulls):
    """Move a block of groups by one step of a plain rule; see `core.kernels.move.is_plain`.

    Rows d of `pulls` become the output weights. Past the last neuron everything stays 0 but the
    output weights, which the caller clears.

    Returns
    -------
    The block's sums of |a|² and c².
    """
    d = len(origin)
    zero = splat(origin[0])
    h_a, h_c = h * rule.first_rate, h * rule.second_rate
    length_a, shrink_a = like(zero, h_a), like(zero, 1.0 - h_a * rule.decay)
    length_c, shrink_c = like(zero, h_c), like(zero, 1.0 - h_c * rule.decay)
    squares_a, squares_c = 0.0, 0.0
    for g in range(groups.shape[0]):
        a, c = read_rows(groups, g, origin), read(groups, g, d)
        if h != 0.0:
            a = add_scaled(scaled(shrink_a, a), length_a * c, read_rows(pulls, g, origin))
            c = fma(length_c, read(pulls, g, d), shrink_c * c)
            write_rows(groups, g, a)
            write(groups, g, d, c)
        write(pulls, g, d, c)
        squares_a += total(dot(a, a))
        squares_c += total(c * c)
    return squares_a, squares_c


@jit.inlined
def move_groups(rule, step, lo, h, m, groups, pulls):
    """Move a block of groups, the first of which is `lo`, of m neurons by one step of any rule.

    Rows d of `pulls` become what each neuron weighs in the prediction for the step after. Returns
    the block's sums of |a|² and c².
    """
    d, width = groups.shape[1] - 1, groups.shape[2]
    squares_a, squares_c = 0.0, 0.0
    for g in range(groups.shape[0]):
        first = (lo + g) * width
        count = min(width, m - first)
        a, c = groups[g, :d, :count].T, groups[g, d, :count]
        v, v_c = pulls[g, :d, :count].T, pulls[g, d, :count]
        sums = move_block(rule, step, first, h, a, c, v, v_c)
        squares_a += sums[0]
        squares_c += sums[1]
    return squares_a, squares_c


@jit.inlined
def clear_padding(pulls, count):
    """Put 0 into rows d of pulls (G, d+1, lanes) from neuron `count` of the block on."""
    groups, rows, width = pulls.shape
    for at in range(count, groups * width):
        pulls[at // width, rows - 1, at % width] = 0.0
