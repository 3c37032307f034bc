"""What every kernel shares: the partition of the neurons and the forces on the samples.

Neurons are cut into blocks whose number depends on m alone. A block writes its own row of partial
predictions; rows are summed in order. So a step gives the same bits on any number of threads.
"""

from __future__ import annotations

import math

import numpy as np

from core import activations, jit, losses
from core.kernels import move

#: Factories of kernels close over this, so that Numba's disk cache sees every inlined file change.
STAMP = jit.stamp(__file__, jit.__file__) ^ activations.STAMP ^ losses.STAMP ^ move.STAMP


#: Most blocks of a cloud of particles.
MOST_BLOCKS = 256


def block_groups(groups: int, least: int) -> int:
    """Return the groups of a block: at least `least` and an even number of blocks, if there can be.

    It depends on the number of groups alone: so a step gives the same bits on any machine.
    """
    blocks = min(MOST_BLOCKS, 2 * max(1, groups // (2 * least)))
    return -(-groups // blocks)


@jit.exact
def predictions_from_blocks(partial, factor, f):
    """Sum the rows of `partial` (blocks, n) in order into f (n,), times `factor`."""
    n = f.size
    total = partial[0]  # row 0 is overwritten by the sum: the next step fills it anew
    for b in range(1, partial.shape[0]):
        row = partial[b]
        for i in range(n):
            total[i] += row[i]
    for i in range(n):
        f[i] = factor * total[i]


@jit.exact
def all_finite(risk, f, squares):
    """Tell whether the risk, predictions f (n,) and the blocks' sums of squares (b, 2) are finite.

    The sums of squares see what predictions can hide: relu(nan) is 0 in compiled code.
    """
    total = abs(risk)
    for i in range(f.size):
        total += abs(f[i])
    for b in range(squares.shape[0]):
        total += squares[b, 0] + squares[b, 1]
    return math.isfinite(total)


@jit.exact
def output_norm(squares, m):
    """Return max(1, ‖c‖₂/√m) from the blocks' sums (b, 2) of |a|² and c²."""
    total = 0.0
    for b in range(squares.shape[0]):
        total += squares[b, 1]
    return max(1.0, math.sqrt(total / m))


@jit.exact
def pull_samples(code, parameter, f, y, scale, g, force):
    """Fill force (≥ n,) with −g_i/scale, g the risk's gradient in f; return the risk.

    `code` and `parameter` are those of the loss, see `core.losses`.

    The objective is risk/scale² and f carries scale/m, so −m times its gradient in one particle is
    −(1/scale) Σ_i g_i ∇φ(w, x_i): that sum is what a kernel accumulates.
    """
    risk = losses.forces(code, parameter, f, y, g)
    for i in range(f.size):
        force[i] = -g[i] / scale
    return risk


def padded(length: int) -> int:
    """Return `length` rounded up to whole vector registers, so that loops have no ragged end."""
    return -(-length // 16) * 16


def padded_inputs(inputs: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Return inputs (…, n, d) as columns (…, d, padded n) of `dtype`; the padding is zero."""
    *batches, n, d = inputs.shape
    columns = jit.apart((*batches, d, padded(n)), dtype)
    columns[..., :n] = np.swapaxes(inputs, -1, -2)
    return columns
