"""Initial clouds: norms, symmetries, laws, and what a seed fixes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Experiment
from core.initial import INITIAL_CLOUDS, draw

#: A z-score that a right program exceeds once in 10^6 draws or so; seeds are fixed anyway.
Z = 5.0

NAMES = sorted(INITIAL_CLOUDS)
TWINS = ["antisymmetric", "sphere_twins", "sign_twins"]
SIZES = {"m": st.integers(1, 50), "d": st.integers(1, 6), "seed": st.integers(0, 2**32 - 1)}


def cloud(name, m, d, seed=0, tau=1.0, dtype=np.float64):
    return draw(name, m=m, d=d, tau=tau, rng=np.random.default_rng(seed), dtype=dtype)


def test_the_clouds_are_registered():
    assert set(NAMES) == {
        "signs", "gaussian", "zero_output", "sphere_zero", "antisymmetric", "sphere", "balanced",
        "dominated", "sphere_twins", "sign_twins", "squares",
    }  # fmt: skip
    for name, entry in INITIAL_CLOUDS.items():
        assert entry.name == name and entry.label and entry.doc.endswith(".")


@given(name=st.sampled_from(NAMES), tau=st.floats(1e-6, 1e6), **SIZES)
def test_shape_seed_scale_and_precision(name, m, d, seed, tau):
    particles = cloud(name, m, d, seed)
    assert particles.shape == (m, d + 1) and particles.dtype == np.float64
    assert particles.flags.c_contiguous and particles.flags.owndata
    assert cloud(name, m, d, seed).tobytes() == particles.tobytes()
    np.testing.assert_array_equal(cloud(name, m, d, seed, tau), tau * particles)
    single = cloud(name, m, d, seed, tau, np.float32)
    assert single.dtype == np.float32 and single.flags.c_contiguous
    np.testing.assert_array_equal(single, (tau * particles).astype(np.float32))


@given(name=st.sampled_from(NAMES), more=st.integers(0, 20), **SIZES)
def test_raising_m_keeps_the_first_particles(name, m, d, seed, more):
    kept = m - m % 2 if name in TWINS else m
    np.testing.assert_array_equal(
        cloud(name, m, d, seed)[:kept], cloud(name, m + more, d, seed)[:kept]
    )


@given(**SIZES)
def test_signs(m, d, seed):
    particles = cloud("signs", m, d, seed)
    np.testing.assert_allclose(np.linalg.norm(particles[:, :-1], axis=1), 1, rtol=1e-14)
    assert set(np.abs(particles[:, -1])) == {1.0}
    assert particles[:, -1].sum() == m % 2


@given(**SIZES)
def test_zero_output_and_sphere(m, d, seed):
    assert (cloud("zero_output", m, d, seed)[:, -1] == 0).all()
    norms = np.linalg.norm(cloud("sphere", m, d, seed), axis=1)
    np.testing.assert_allclose(norms, 1, rtol=1e-14)


@given(**SIZES)
def test_twins_of_signs(m, d, seed):
    particles = cloud("sign_twins", m, d, seed)
    np.testing.assert_allclose(np.linalg.norm(particles[:, :-1], axis=1), 1, rtol=1e-14)
    np.testing.assert_array_equal(np.abs(particles[: m - m % 2, -1]), 1)


@given(name=st.sampled_from(TWINS), dtype=st.sampled_from([np.float32, np.float64]), **SIZES)
def test_clouds_of_twins_start_at_zero(name, m, d, seed, dtype):
    particles = cloud(name, m, d, seed, tau=0.7, dtype=dtype)
    a, c = particles[:, :-1], particles[:, -1]
    pairs = m // 2 * 2
    np.testing.assert_array_equal(a[0:pairs:2], a[1:pairs:2])
    np.testing.assert_array_equal(c[0:pairs:2], -c[1:pairs:2])
    assert m % 2 == 0 or c[-1] == 0
    for x in np.random.default_rng(seed).standard_normal((5, d)).astype(dtype):
        for activation in (np.tanh, lambda u: np.maximum(u, 0)):
            assert math.fsum(c * activation((a * x).sum(axis=1))) == 0


def gaussian_moments_hold(values):
    """Standard Gaussian columns: E v = 0, E v^2 = 1, E v^4 = 3 (variance 96), uncorrelated."""
    n, columns = values.shape
    assert np.abs(values.mean(axis=0)).max() < Z / math.sqrt(n)
    assert np.abs(values.T @ values / n - np.eye(columns)).max() < Z * math.sqrt(2 / n)
    assert np.abs((values**4).mean(axis=0) - 3).max() < Z * math.sqrt(96 / n)


def sphere_moments_hold(values):
    """Uniform on the unit sphere of R^d: E v = 0, E v v^T = 1/d, E v_1^4 = 3/(d (d + 2))."""
    n, d = values.shape
    fourth = 3 / (d * (d + 2))
    assert np.abs(values.mean(axis=0)).max() < Z * math.sqrt(1 / d / n)
    error = values.T @ values / n - np.eye(d) / d
    assert np.abs(np.diag(error)).max() < Z * math.sqrt((fourth - 1 / d**2) / n)
    assert np.abs(error - np.diag(np.diag(error))).max() < Z * math.sqrt(fourth / 3 / n)


def test_balanced_and_dominated():
    m, d = 4000, 3
    for name in ("balanced", "dominated"):
        particles = cloud(name, m, d, 5)
        gaussian_moments_hold(particles[:, :-1])
        ratio = np.abs(particles[:, -1]) / np.linalg.norm(particles[:, :-1], axis=1)
        assert (ratio >= 1 - 1e-12).all()
        assert (ratio.max() <= 1 + 1e-12) == (name == "balanced")
        # Signs are fair: their sum has standard deviation √m.
        assert abs(np.sign(particles[:, -1]).sum()) < 4 * np.sqrt(m)


def test_squares():
    particles = cloud("squares", 40_000, 3, 6)
    a = particles[:, :-1]
    gaussian_moments_hold(np.sign(a) * np.sqrt(np.abs(a)))
    assert (particles[:, -1] == 1).all()


def test_sphere_zero():
    particles = cloud("sphere_zero", 50, 3, 1)
    np.testing.assert_allclose(np.linalg.norm(particles[:, :-1], axis=1), 1, rtol=1e-14)
    assert (particles[:, -1] == 0).all()


def test_twins_on_the_sphere():
    particles = cloud("sphere_twins", 40_000, 3, 2)[::2]
    sphere_moments_hold(particles[:, :-1])
    # Uniform in [0, 1]: the sum has standard deviation √(n/12), and nothing is outside.
    c = np.sort(particles[:, -1])
    assert c[0] >= 0 and c[-1] <= 1
    assert abs(c.sum() - len(c) / 2) < Z * math.sqrt(len(c) / 12)
    assert np.abs(c - (np.arange(len(c)) + 0.5) / len(c)).max() < Z / math.sqrt(len(c))


@pytest.mark.every_case
@pytest.mark.parametrize("name", NAMES)
def test_no_neuron_starts_at_the_teacher_where_the_seeds_are_equal(name):
    """A cloud and a teacher drawn from one stream of numbers would make every run succeed."""
    knobs = {"data": "teacher", "d": 3, "m0": 5, "m": 40, "n": 10, "bias": False, "init": name}
    for seed in range(3):
        setup = Experiment(**knobs, loss="square", seed=seed, data_seed=seed).setup()
        a, b = setup.simulation.initial[:, :-1], setup.dataset.teacher[:, :-1]
        cosines = (a / np.linalg.norm(a, axis=1, keepdims=True)) @ b.T
        assert np.abs(cosines).max() < 1 - 1e-6


def test_laws():
    m, d = 40_000, 3
    gaussian_moments_hold(cloud("gaussian", m, d, 1))
    gaussian_moments_hold(cloud("zero_output", m, d, 2)[:, :-1])
    gaussian_moments_hold(cloud("antisymmetric", m, d, 3)[::2])
    sphere_moments_hold(cloud("signs", m, d, 4)[:, :-1])
    sphere_moments_hold(cloud("sphere", m, d, 5))


@pytest.mark.parametrize(
    ("argument", "value", "allowed"),
    [
        ("m", 0, "[1, 1e+07]"), ("m", 1.5, "whole number"), ("d", 0, "[1, 1001]"),
        ("tau", 0.0, "]"), ("tau", -1.0, "]"), ("tau", math.inf, "finite"),
        ("tau", math.nan, "finite"), ("rng", None, "Generator"),
        ("dtype", "int32", "float32 or float64"), ("dtype", "nonsense", "float32 or float64"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_named(argument, value, allowed):
    arguments = {"m": 3, "d": 2, "tau": 1.0, "rng": np.random.default_rng(0), argument: value}
    with pytest.raises(ValueError) as error:
        draw("gaussian", **arguments)
    assert f"{argument}={value!r}" in str(error.value) and allowed in str(error.value)


def test_names_sizes_and_scales_out_of_reach_are_refused():
    with pytest.raises(ValueError, match=r"name='ones' is unknown; .*sphere"):
        cloud("ones", 3, 2)
    with pytest.raises(ValueError, match=r"m=1000000 .*at most 49950 with d=1000"):
        cloud("gaussian", 1_000_000, 1000)
    assert np.isfinite(cloud("gaussian", 3, 2, tau=1e100)).all()
    for tau in (1e100, 1e-100):  # would overflow, or vanish, in single precision
        with pytest.raises(ValueError, match="tau="):
            cloud("gaussian", 3, 2, tau=tau, dtype=np.float32)
