"""Predictions in the plane by sectors, against NumPy at every input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import core
from core.kernels import predict as module_predict
from core.kernels import sectors
from core.kernels.planar_engine import SLOPES
from core.kernels.planar_predict import predict_planar

from . import reference
from .cases import FEW

CODES = {name: core.activations.ACTIVATIONS[name].code for name in reference.SLOPES}


def check(act, w, inputs, scale=1.7, tolerance=1e-13):
    f = predict_planar(SLOPES[CODES[act]], scale, w, inputs)
    w = w.astype(float)
    bound = scale / len(w) * (np.abs(inputs) @ np.abs(w[:, :2]).T) @ np.abs(w[:, 2])
    expected = reference.predict(w, inputs, act, scale)
    assert f.shape == expected.shape
    np.testing.assert_allclose(f, expected, rtol=0, atol=tolerance * bound.max())


@FEW
@given(
    m=st.integers(1, 700), k=st.integers(1, 300), seed=st.integers(0, 2**31),
    act=st.sampled_from(list(CODES)), single=st.booleans(),
)  # fmt: skip
def test_any_cloud_and_inputs(m, k, seed, act, single):
    rng = np.random.default_rng(seed)
    w = rng.standard_normal((m, 3)).astype(np.float32 if single else np.float64)
    check(act, w, rng.standard_normal((k, 2)))


@pytest.mark.parametrize("act", CODES)
def test_repeated_inputs_and_particles_on_their_lines(act):
    rng = np.random.default_rng(1)
    inputs = rng.integers(-2, 3, (60, 2)).astype(float)
    w = rng.integers(-2, 3, (500, 3)).astype(float)
    w[:10] = 0
    check(act, w, inputs, tolerance=1e-14)
    check(act, w, np.zeros((4, 2)))


@pytest.mark.parametrize("size", [1e-310, 1e-30, 1e30, 1e150])
def test_subnormal_and_huge_clouds(size):
    """Directions are looked up in single precision, where such numbers are 0 or infinite."""
    rng = np.random.default_rng(2)
    w, inputs = rng.standard_normal((400, 3)), rng.standard_normal((50, 2))
    w[:, :2] *= size
    check("relu", w, inputs, tolerance=1e-12)
    w[::2, :2] /= size
    check("abs", w, inputs, tolerance=1e-12)


def test_the_table_points_at_the_sectors():
    """All but a few directions start in their sector, the others next to it."""
    rng = np.random.default_rng(3)
    plane = sectors.Plane(rng.standard_normal((100, 2)))
    rays, table = plane.rays, plane.table
    angle = rng.uniform(0, 2 * np.pi, 5000)
    first, second = np.cos(angle), np.sin(angle)
    part = second / (np.abs(first) + np.abs(second))
    turn = np.where(first >= 0, np.where(second >= 0, part, 4 + part), 2 - part)
    guess = table[(turn * len(table) / 4).astype(int)]
    inside = (rays[guess] * np.stack([first, second], 1)).sum(1) > 0
    inside &= (rays[guess + 1] * np.stack([first, second], 1)).sum(1) < 0
    assert inside.mean() > 0.8


def test_predict_takes_it_for_a_large_cloud_and_agrees(monkeypatch):
    rng = np.random.default_rng(4)
    w, inputs = rng.standard_normal((30_000, 3)), rng.standard_normal((1000, 2))
    taken = []
    planar = module_predict.__globals__["predict_planar"]
    monkeypatch.setitem(
        module_predict.__globals__, "predict_planar", lambda *a: taken.append(1) or planar(*a)
    )
    f = module_predict("relu", 2.0, w, inputs)
    np.testing.assert_allclose(f, reference.predict(w, inputs, "relu", 2.0), rtol=0, atol=1e-12)
    assert taken
    module_predict("tanh", 2.0, w[:10], inputs)
    module_predict("relu", 2.0, w[:10], inputs)
    assert len(taken) == 1
