"""Histograms of clouds, against those of NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.density import circle_density, plane_density, sphere_density

from .cases import FEW

BOX = (-2.0, 3.0, -1.5, 1.0)

#: What a run about to diverge may hold, and what it may start from.
ODD = [0.0, -0.0, 1.0, -2.5, 1e30, -1e38, 5e-324, 1e-40, np.inf, -np.inf, np.nan]


def cloud(seed, m, d, dtype=np.float64):
    return np.random.default_rng(seed).standard_normal((m, d + 1)).astype(dtype)


def turned(seed, rows, d):
    """Return orthonormal rows."""
    q, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))
    return q[:rows]


def pixels(x, y, weights, box, shape):
    """Return NumPy's histogram, rows from the bottom."""
    edges = np.linspace(*box[2:], shape[0] + 1), np.linspace(*box[:2], shape[1] + 1)
    return np.histogram2d(y, x, bins=edges, weights=weights)[0]


def compare(density, x, y, weights, c, box, shape, most):
    """Hold both halves against NumPy; `most` may lie on the other side of an edge by rounding."""
    assert density.plus.shape == density.minus.shape == shape
    for half, rows in ((density.plus, c > 0), (density.minus, ~(c > 0))):
        expected = pixels(x[rows], y[rows], weights[rows], box, shape)
        assert np.abs(half - expected).sum() <= most
    sound(density)


def sound(density):
    for half in (density.plus, density.minus):
        assert np.isfinite(half).all() and (half >= 0).all()
    whole = density.plus.sum() + density.minus.sum() + density.outside
    assert 0 <= density.outside <= 1 + 1e-12 and whole <= 1 + 1e-6
    return whole


SHAPES = st.tuples(st.integers(1, 20), st.integers(1, 20))
ANY = given(
    m=st.integers(1, 700), d=st.integers(1, 5), shape=SHAPES, seed=st.integers(0, 2**31),
    dtype=st.sampled_from([np.float32, np.float64]),
)  # fmt: skip


@FEW
@ANY
def test_the_plane_counts_particles(m, d, shape, seed, dtype):
    w = cloud(seed, m, d, dtype)
    axes = np.eye(2) if d == 1 else turned(seed, 2, d)  # on a line the second coordinate is c
    density = plane_density(w, axes, BOX, shape)
    v = w.astype(float)
    position = np.abs(v[:, -1:]) * v[:, :-1]
    position = np.column_stack((position[:, 0], v[:, 1])) if d == 1 else position @ axes.T
    most = 2 / m + 1e-12 if dtype == np.float32 else 1e-12
    compare(density, *position.T, np.full(m, 1 / m), w[:, -1], BOX, shape, most)
    assert sound(density) == pytest.approx(1, abs=1e-9)


@FEW
@ANY
def test_the_disc_adds_up_masses(m, d, shape, seed, dtype):
    if d < 2:
        return
    w, axes = cloud(seed, m, d, dtype), turned(seed, 2, d)
    v = w.astype(float)
    mass = (v**2).sum(axis=1) / (v**2).sum()
    place = v[:, :-1] @ axes.T / np.linalg.norm(v[:, :-1], axis=1, keepdims=True)
    edge = 1 + 1e-9
    box = (-edge, edge, -edge, edge)
    density = sphere_density(w, axes, shape)
    most = 2 * mass.max() + 1e-5 if dtype == np.float32 else 1e-12
    compare(density, *place.T, mass, w[:, -1], box, shape, most)
    assert sound(density) == pytest.approx(1, abs=1e-5)


@FEW
@ANY
def test_the_near_half_of_the_sphere_is_shaded_by_the_cosine(m, d, shape, seed, dtype):
    w, axes = cloud(seed, m, 3, dtype), turned(seed, 3, 3)
    v = w.astype(float)
    mass = (v**2).sum(axis=1) / (v**2).sum()
    x, y, depth = (v[:, :-1] @ axes.T / np.linalg.norm(v[:, :-1], axis=1, keepdims=True)).T
    box = (-1 - 1e-9, 1 + 1e-9) * 2
    density = sphere_density(w, axes, shape)
    most = 2 * mass.max() + 1e-5 if dtype == np.float32 else 1e-12
    compare(density, x, y, mass * np.maximum(depth, 0), w[:, -1], box, shape, most)


def test_a_uniform_cloud_fills_the_disc_evenly():
    """The cosine makes up for the slant: 400 000 directions, seen from anywhere."""
    density = sphere_density(cloud(0, 400_000, 3), turned(1, 3, 3), (40, 40))
    whole = density.plus + density.minus
    centre = (np.arange(40) + 0.5) / 20 - 1
    radius = np.hypot(centre, centre[:, None])
    inner, outer = whole[radius < 0.4].mean(), whole[(radius > 0.75) & (radius < 0.9)].mean()
    assert inner == pytest.approx(outer, rel=0.02)
    assert not whole[radius > 1.05].any()


@FEW
@ANY
def test_sectors_add_up_masses_by_angle(m, d, shape, seed, dtype):
    w, sectors = cloud(seed, m, d, dtype), shape[0] * shape[1]
    v = w.astype(float)
    mass = (v**2).sum(axis=1) / (v**2).sum()
    angle = np.mod(np.arctan2(v[:, 1], v[:, 0]), 2 * np.pi)
    density = circle_density(w, (0, 1), sectors)
    edges = np.linspace(0, 2 * np.pi, sectors + 1)
    for half, rows in ((density.plus, w[:, -1] > 0), (density.minus, w[:, -1] <= 0)):
        expected = np.histogram(angle[rows], edges, weights=mass[rows])[0]
        assert np.abs(half - expected).sum() <= (1e-5 if dtype == np.float32 else 1e-12)
    assert sound(density) == pytest.approx(1, abs=1e-5)


def test_pixels_and_sectors_hold_their_lower_edges():
    """Positions on edges, as every start on a grid has them."""
    at = np.arange(-4.0, 4.0)
    x, y = (v.ravel() for v in np.meshgrid(at, at))
    w = np.column_stack((x, y, np.where(x + y > 0, 1.0, -1.0)))
    density = plane_density(w, np.eye(2), (-4.0, 4.0, -4.0, 4.0), (8, 8))
    assert (density.plus + density.minus == 1 / 64).all() and density.outside == 0
    np.testing.assert_array_equal(density.plus > 0, np.add.outer(at, at) > 0)
    axes = np.array([[1.0, 0, 1], [0, 1, 1], [-1, 0, 1], [0, -1, 1]])
    for sectors in (4, 8, 180):
        plus = circle_density(axes, (0, 1), sectors).plus
        np.testing.assert_array_equal(np.flatnonzero(plus), np.arange(4) * sectors // 4)


def test_directions_on_the_edges_of_all_sectors_are_next_to_them():
    for sectors in (1, 3, 5, 180):
        angle = np.linspace(0, 2 * np.pi, sectors, endpoint=False)
        w = np.column_stack((np.cos(angle), np.sin(angle), np.ones(sectors)))
        plus = circle_density(w, (0, 1), sectors).plus
        assert plus.sum() == pytest.approx(1)
        nearby = plus + np.roll(plus, -1) if sectors > 1 else plus
        assert (np.cumsum(nearby) > 0).all()
        moved = np.column_stack((np.cos(angle + 1e-6), np.sin(angle + 1e-6), np.ones(sectors)))
        np.testing.assert_allclose(circle_density(moved, (0, 1), sectors).plus, 1 / sectors)


def all_densities(w):
    d = w.shape[1] - 1
    yield plane_density(w, np.eye(2, d), BOX, (7, 5))
    yield sphere_density(w, np.eye(2, d), (6, 8))
    yield circle_density(w, (0, 1), 12)
    if d == 3:
        yield sphere_density(w, np.eye(3), (6, 8))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_particle_and_zero_particles(dtype):
    for m in (1, 3):
        for density in all_densities(np.zeros((m, 4), dtype)):
            sound(density)
    for density in all_densities(np.array([[0.3, 0.2, 0.4, 1.0]], dtype)):
        assert np.count_nonzero(density.plus) == 1 and not density.minus.any()
        sound(density)
    only_c = np.array([[0.0, 0.0, 0.0, 2.0]], dtype)  # mass, but no direction
    assert sphere_density(only_c, np.eye(3), (4, 4)).outside == 1
    assert circle_density(only_c, (0, 1), 4).outside == 1


@FEW
@given(
    st.lists(st.lists(st.sampled_from(ODD), min_size=4, max_size=4), min_size=1, max_size=40),
    st.sampled_from([np.float32, np.float64]),
)
def test_never_a_nan_whatever_the_cloud_holds(rows, dtype):
    with np.errstate(over="ignore"):
        w = np.array(rows).astype(dtype)
    for density in all_densities(w):
        sound(density)


@FEW
@given(power=st.integers(-1070, 1000), seed=st.integers(0, 2**31))
def test_the_size_of_a_cloud_leaves_the_sphere(power, seed):
    w = np.round(cloud(seed, 30, 3), 1) + 0.05  # few digits, so that none is lost to subnormals
    w = np.ldexp(np.round(16 * w), -4)
    once = sphere_density(w, np.eye(3), (5, 5))
    again = sphere_density(np.ldexp(w, power), np.eye(3), (5, 5))
    np.testing.assert_array_equal(once.plus, again.plus)
    np.testing.assert_array_equal(once.minus, again.minus)
    many = circle_density(np.ldexp(w, power), (0, 1), 16)
    np.testing.assert_array_equal(many.plus, circle_density(w, (0, 1), 16).plus)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda w: plane_density(w, np.eye(3), BOX, (2, 2)), r"axes has shape \(3, 3\)"),
        (lambda w: plane_density(w, np.eye(2, 7), BOX, (2, 2)), r"it must be \(2, 3\)"),
        (lambda w: plane_density(w, np.eye(2, 3), (1, 0, 0, 1), (2, 2)), "extent=.* left < right"),
        (lambda w: plane_density(w, np.eye(2, 3), (0, np.inf, 0, 1), (2, 2)), "extent=.* finite"),
        (lambda w: plane_density(w, np.eye(2, 3), BOX, (0, 2)), "shape=0"),
        (lambda w: circle_density(w, (0, 4), 3), "columns=4"),
        (lambda w: circle_density(w, (0, 1), 0), "sectors=0"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call(cloud(1, 5, 3))
