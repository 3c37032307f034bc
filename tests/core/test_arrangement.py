"""The maximum over the sphere behind the certificate of the maximal margin."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.references.arrangement import _critical, directions_above

#: Written apart from core.activations: slopes on the positive and the negative side.
SLOPES = {"relu": (1.0, 0.0), "leaky_relu": (1.0, 0.1), "abs": (1.0, -1.0), "identity": (1.0, 1.0)}


def act(name, u):
    positive, negative = SLOPES[name]
    return np.where(u > 0, positive * u, negative * u)


def covering(d, size):
    """Points spread over the unit sphere of R^d."""
    if d == 1:
        return np.array([[1.0], [-1.0]])
    points = np.random.default_rng(0).standard_normal((size, d))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def climb(points, weights, name, theta, steps):
    """Climb |g| from theta by projected gradient steps; return the best |g| met."""
    positive, negative = SLOPES[name]
    best = np.zeros(len(theta))
    for step in range(steps):
        products = theta @ points.T
        values = act(name, products) @ weights
        best = np.maximum(best, np.abs(values))
        slope = np.where(products > 0, positive, negative)
        ascent = np.sign(values)[:, None] * ((slope * weights) @ points)
        theta = theta + 0.3 / (1 + 0.1 * step) * ascent
        theta /= np.linalg.norm(theta, axis=1, keepdims=True)
    return best.max()


@given(
    d=st.integers(1, 3), s=st.integers(0, 12), name=st.sampled_from(sorted(SLOPES)),
    lattice=st.booleans(), seed=st.integers(0, 2**32 - 1),
)  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_the_arrangement_holds_the_maximum(d, s, name, lattice, seed):
    """No ascent and no grid point beats it. Lattice points are parallel or coplanar often."""
    rng = np.random.default_rng(seed)
    points = rng.integers(-2, 3, (s, d)) + 0.0 if lattice else rng.standard_normal((s, d))
    points = points[(points != 0).any(axis=1)]
    weights = rng.standard_normal(len(points))
    directions, values = directions_above(points, weights, SLOPES[name], 0.0)
    np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(values, act(name, directions @ points.T) @ weights, atol=1e-12)
    found = np.abs(values).max(initial=0.0)
    assert climb(points, weights, name, covering(d, 1000), 60) <= found + 1e-12 * (1 + found)
    level = 0.95 * found
    _, above = directions_above(points, weights, SLOPES[name], level)
    assert len(above) == 0 or (np.abs(above) > level).all()
    assert np.abs(above).max(initial=level) == pytest.approx(found, rel=1e-12, abs=1e-12)


def test_a_maximum_where_two_great_circles_meet():
    """g = 10 |z| - 5 |x| - 5 |y| is largest at the poles, a corner of every cell next to them."""
    directions, values = directions_above(np.eye(3), np.array([-5.0, -5, 10]), SLOPES["abs"], 6.0)
    best = directions[np.argmax(np.abs(values))]
    np.testing.assert_allclose(np.abs(best), [0, 0, 1], atol=1e-12)
    assert values.max() == pytest.approx(10, rel=1e-12)


@given(d=st.integers(2, 3), s=st.integers(1, 9), seed=st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_every_cell_is_visited(d, s, seed):
    """s lines through 0 cut the plane into 2 s sectors, s planes cut space into s (s - 1) + 2
    cones (general position); with general weights each has a gradient of its own."""
    rng = np.random.default_rng(seed)
    points = rng.integers(-(10**6), 10**6, (s, d)) + 0.0  # whole numbers: sums without rounding
    weights = rng.integers(1, 10**3, s) + 0.0
    gradients, _ = _critical(points, weights, SLOPES["relu"])
    cells = 2 * s if d == 2 else s * (s - 1) + 2
    assert len(np.unique(gradients + 0.0, axis=0)) == cells
