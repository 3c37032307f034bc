"""The pulls of the samples on a block of groups of neurons, for few input coordinates."""

from __future__ import annotations

from core import jit, vectors
from core.activations import COSTLY, RELU, TOLD, slope_told, weighed, weighted
from core.kernels import fours, lanes
from core.kernels.fours import four_forces, four_inputs, four_products, row_of
from core.kernels.lanes import (
    add_scaled,
    add_where,
    dot,
    read,
    read_run,
    spread_along,
    write,
    write_run,
    zeros,
)
from core.vectors import fma, joined, parts, splat

STAMP = jit.stamp(__file__) ^ fours.STAMP ^ lanes.STAMP ^ vectors.STAMP


@jit.inlined
def known_at(code, kept, at, pull):
    """Return (σ, pull σ') by what is kept in row `at` of `kept`."""
    value = read(kept, at, 0, 0)
    if code in TOLD:
        return value, pull * slope_told(code, value)
    return value, pull * read(kept, at, 1, 0)


@jit.inlined
def pull_each(code, keep, origin, a, g, count, inputs, force, kept):
    """Return Σ_i force_i σ'(a·x_i) x_i and Σ_i force_i σ(a·x_i).

    If `keep`, by what is kept of group g, one of `count`.
    """
    sums, sum_c = zeros(origin), splat(origin[0])
    for i in range(inputs.shape[0]):
        x, pull = spread_along(inputs, i, 0, origin), splat(force[i])
        if keep:
            value, weight = known_at(code, kept, row_of(i, g, count), pull)
        else:
            value, weight = weighted(code, dot(a, x), pull)
        sum_c = fma(pull, value, sum_c)
        sums = add_scaled(sums, weight, x)
    return sums, sum_c


@jit.inlined
def pull_costly(code, origin, a, inputs, force):
    """Return the same as `pull_each`: four samples side by side, so that none waits for itself."""
    n = inputs.shape[0]
    sums, sum_c = zeros(origin), splat(origin[0])
    for i in range(0, n, 4):
        xs, pulls = four_inputs(i, origin, inputs), four_forces(i, force)
        value, weight = weighed(code, four_products(a, xs), joined(pulls))
        values, weights = parts(value), parts(weight)
        for k in range(4):
            sum_c = fma(pulls[k], values[k], sum_c)
            sums = add_scaled(sums, weights[k], xs[k])
    return sums, sum_c


@jit.inlined
def pull_group(code, keep, origin, g, groups, inputs, force, pulls, kept):
    """Fill pulls[g] with Σ_i force_i σ'(a·x_i) x_i and Σ_i force_i σ(a·x_i)."""
    a, count = read_run(groups, g, 0, origin), groups.shape[0]
    if code in COSTLY and not keep:
        sums, sum_c = pull_costly(code, origin, a, inputs, force)
    else:
        sums, sum_c = pull_each(code, keep, origin, a, g, count, inputs, force, kept)
    write_run(pulls, g, 0, sums)
    write(pulls, g, len(origin), 0, sum_c)


@jit.inlined
def pull_relu_pair(origin, g, h, groups, inputs, pushes, pulls):
    """Fill pulls[g] and pulls[h] as `pull_group` does, for relu.

    Where a neuron is active it takes the sample's push, force_i x_i. By homogeneity the pull on c
    is a times the pull on a.
    """
    a, b = read_run(groups, g, 0, origin), read_run(groups, h, 0, origin)
    sum_a, sum_b = zeros(origin), zeros(origin)
    zero = splat(origin[0])
    for i in range(inputs.shape[0]):
        x, push = spread_along(inputs, i, 0, origin), spread_along(pushes, i, 0, origin)
        sum_a = add_where(dot(a, x) > zero, sum_a, push)
        sum_b = add_where(dot(b, x) > zero, sum_b, push)
    write_run(pulls, g, 0, sum_a)
    write(pulls, g, len(origin), 0, dot(a, sum_a))
    write_run(pulls, h, 0, sum_b)
    write(pulls, h, len(origin), 0, dot(b, sum_b))


@jit.inlined
def pull_block(code, keep, origin, groups, inputs, force, pushes, pulls, kept):
    """Fill pulls (G, d+1, lanes) with the pulls on a block of groups (G, d+1, lanes)."""
    count = groups.shape[0]
    pairs = count // 2 if code == RELU else 0
    for at in range(pairs):
        pull_relu_pair(origin, 2 * at, 2 * at + 1, groups, inputs, pushes, pulls)
    for g in range(2 * pairs, count):
        pull_group(code, keep, origin, g, groups, inputs, force, pulls, kept)


@jit.inlined
def push_samples(inputs, force, pushes):
    """Fill pushes (n, d) with force_i x_i."""
    for i in range(inputs.shape[0]):
        for k in range(inputs.shape[1]):
            pushes[i, k] = force[i] * inputs[i, k]
