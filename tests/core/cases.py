"""Random data and clouds for the tests of core, and the two engines forced on or off threads."""

import numpy as np
from hypothesis import settings

from core.activations import ACTIVATIONS

#: Input coordinates that take the dense and the matrix engine. Few values: a d is a compilation.
DENSE, MATRIX = 3, 12

#: Every activation in double precision, two in single too: each is a compilation. The others'
#: formulas in single precision are those of test_activations and test_elementary.
PRECISIONS = [(act, np.float64) for act in ACTIVATIONS] + [
    (act, np.float32) for act in ("relu", "tanh")
]

#: Few examples, and no deadline: the first one may compile a kernel.
FEW = settings(max_examples=25, deadline=None)


def draw(seed, n, d, m, dtype=np.float64, labels=True):
    """Return inputs (n, d), targets (n,) and particles (m, d+1), Gaussian but for labels ±1."""
    rng = np.random.default_rng(seed)
    inputs, targets = rng.standard_normal((n, d)), rng.standard_normal(n)
    if labels:
        targets = np.where(targets > 0, 1.0, -1.0)
    # Dividing by √d keeps the pre-activations of order 1 in any dimension.
    return inputs / np.sqrt(d), targets, rng.standard_normal((m, d + 1)).astype(dtype)


def single(inputs):
    """Return inputs as a run in single precision sees them."""
    return inputs.astype(np.float32).astype(np.float64)


def force_threads(monkeypatch, threads):
    """Make every engine run the parallel kernels alone, or the serial ones alone."""
    from core.kernels import pace
    from core.kernels.dense_engine import DenseEngine
    from core.kernels.matrix_engine import MatrixEngine

    for kind in (DenseEngine, MatrixEngine):
        monkeypatch.setattr(kind, "threshold", 0 if threads else 2**62)
    monkeypatch.setattr(pace.Pace, "run", lambda self, steps, count: steps(True, 0, count))
