"""Four samples side by side, and where what the activation gives for them is kept."""

from __future__ import annotations

from core import jit, vectors
from core.jit import like
from core.kernels import lanes
from core.kernels.lanes import dot, spread_along
from core.vectors import joined, splat

STAMP = jit.stamp(__file__) ^ lanes.STAMP ^ vectors.STAMP

#: Samples whose values one group keeps side by side: a pull reads along runs, a prediction writes
#: across them, and either walks fewer pages of memory than columns or rows as a whole would.
_RUN = 32


def rows_kept(n: int, groups: int) -> int:
    """Return the rows of `kept` for n samples and a block of so many groups."""
    return -(-n // _RUN) * _RUN * groups


@jit.inlined
def row_of(i, g, count):
    """Return the row of `kept` for sample i and group g of a block of `count` groups."""
    return (i // _RUN * count + g) * _RUN + i % _RUN


@jit.inlined
def four_samples(i, n):
    """Return i, i + 1, i + 2, i + 3, the last of n in place of those past it."""
    return i, min(i + 1, n - 1), min(i + 2, n - 1), min(i + 3, n - 1)


@jit.inlined
def four_inputs(i, origin, inputs):
    """Return the inputs of four samples, spread over the lanes."""
    i0, i1, i2, i3 = four_samples(i, inputs.shape[0])
    return (
        spread_along(inputs, i0, 0, origin), spread_along(inputs, i1, 0, origin),
        spread_along(inputs, i2, 0, origin), spread_along(inputs, i3, 0, origin),
    )  # fmt: skip


@jit.inlined
def four_forces(i, force):
    """Return the forces of four samples, 0 past the last."""
    i0, i1, i2, i3 = four_samples(i, force.size)
    none = like(force[0], 0.0)
    return (
        splat(force[i0]), splat(force[i1] if i1 > i0 else none),
        splat(force[i2] if i2 > i1 else none), splat(force[i3] if i3 > i2 else none),
    )  # fmt: skip


@jit.inlined
def four_products(a, xs):
    """Return a·x of four inputs as one long vector."""
    return joined((dot(a, xs[0]), dot(a, xs[1]), dot(a, xs[2]), dot(a, xs[3])))
