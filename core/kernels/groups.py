"""Groups of neurons, one to each lane of a vector: filling, emptying and moving them.

groups[g, k, l] is coordinate k of the l-th neuron of group g; the last k is its output weight c.
A group has one vector of lanes or several. Lanes past the last neuron have c = 0, and rows between
the d coordinates and the last one are zero.
"""

from __future__ import annotations

from core import jit, vectors
from core.jit import like
from core.kernels import lanes, move
from core.kernels.lanes import read, write
from core.kernels.move import move_block
from core.vectors import fma, lanes_of, splat, total

STAMP = jit.stamp(__file__) ^ lanes.STAMP ^ move.STAMP ^ vectors.STAMP


@jit.exact
def gather(particles, groups):
    """Fill groups (G, ≥ d+1, lanes) with particles (m, d+1), and with zeros past the last one."""
    d, last, width = particles.shape[1] - 1, groups.shape[1] - 1, groups.shape[2]
    groups[:] = 0.0
    for at in range(particles.shape[0]):
        for k in range(d):
            groups[at // width, k, at % width] = particles[at, k]
        groups[at // width, last, at % width] = particles[at, d]


@jit.exact
def scatter(groups, particles):
    """Fill particles (m, d+1) from groups (G, ≥ d+1, lanes)."""
    d, last, width = particles.shape[1] - 1, groups.shape[1] - 1, groups.shape[2]
    for at in range(particles.shape[0]):
        for k in range(d):
            particles[at, k] = groups[at // width, k, at % width]
        particles[at, d] = groups[at // width, last, at % width]


@jit.exact
def move_plainly(rule, h, zero, d, groups, pulls):
    """Move a block of groups by one step of a plain rule; see `core.kernels.move.is_plain`.

    The last rows of `pulls` become the output weights.
    """
    last = groups.shape[1] - 1
    nothing = splat(zero)
    h_a, h_c = h * rule.first_rate, h * rule.second_rate
    length_a, shrink_a = like(nothing, h_a), like(nothing, 1.0 - h_a * rule.decay)
    length_c, shrink_c = like(nothing, h_c), like(nothing, 1.0 - h_c * rule.decay)
    for g in range(groups.shape[0]):
        for lane in range(0, groups.shape[2], lanes_of(zero)):
            c = read(groups, g, last, lane)
            if h != 0.0:
                pull = length_a * c
                for k in range(d):
                    a = shrink_a * read(groups, g, k, lane)
                    write(groups, g, k, lane, fma(pull, read(pulls, g, k, lane), a))
                c = fma(length_c, read(pulls, g, last, lane), shrink_c * c)
                write(groups, g, last, lane, c)
            write(pulls, g, last, lane, c)


@jit.exact
def move_groups(rule, step, lo, h, m, d, groups, pulls):
    """Move a block of groups, the first of which is `lo`, of m neurons by one step of any rule.

    The last rows of `pulls` become what each neuron weighs in the prediction for the step after.
    """
    last, width = groups.shape[1] - 1, groups.shape[2]
    for g in range(groups.shape[0]):
        first = (lo + g) * width
        count = max(0, min(width, m - first))
        a, c = groups[g, :d, :count].T, groups[g, last, :count]
        v, v_c = pulls[g, :d, :count].T, pulls[g, last, :count]
        move_block(rule, step, first, h, a, c, v, v_c)


@jit.exact
def squares_of(zero, d, groups):
    """Return Σ |a|² and Σ c² of a block, summed alike whatever the rule that has moved it."""
    last = groups.shape[1] - 1
    squares_a, squares_c = 0.0, 0.0
    for g in range(groups.shape[0]):
        for lane in range(0, groups.shape[2], lanes_of(zero)):
            square = splat(zero)
            for k in range(d):
                a = read(groups, g, k, lane)
                square = fma(a, a, square)
            c = read(groups, g, last, lane)
            squares_a += total(square)
            squares_c += total(c * c)
    return squares_a, squares_c


@jit.exact
def clear_padding(pulls, count):
    """Put 0 into the last rows of pulls (G, rows, lanes) from neuron `count` of the block on."""
    groups, rows, width = pulls.shape
    for at in range(max(0, count), groups * width):
        pulls[at // width, rows - 1, at % width] = 0.0
