"""The pair potential: its curve, and the pairs of the run on it."""

import math

import numpy as np
import pytest

from app.views import VIEWS

from .conftest import columns_by_layer


def built(setup, **chosen):
    view = VIEWS["interaction"]()
    for option, value in chosen.items():
        view.choose(option, value)
    view.build(setup)
    return columns_by_layer(view)


def test_the_curve_has_the_known_values_for_inputs_of_their_length(make_setup):
    setup = make_setup(3)
    curve = built(setup)["potential"]
    square = (setup.dataset.inputs**2).sum(axis=1).mean()
    middle = len(curve["x"]) // 2
    assert curve["x"][[0, middle, -1]] == pytest.approx([0.0, math.pi / 2, math.pi])
    expected = square * np.array([1 / 6, 1 / (6 * math.pi), 0.0])
    np.testing.assert_allclose(curve["y"][[0, middle, -1]], expected, atol=1e-14)


def test_pairs_are_means_over_the_training_inputs(make_setup):
    setup = make_setup(3, m=8)
    layers = built(setup)
    particles = setup.simulation.frame.particles.astype(float)
    unit = particles[:, :-1] / np.linalg.norm(particles[:, :-1], axis=1, keepdims=True)
    expected = []
    for j in range(8):
        for k in range(j + 1, 8):
            hidden = np.maximum(setup.dataset.inputs @ unit[[j, k]].T, 0.0)
            alike = particles[j, -1] * particles[k, -1] > 0
            angle = math.acos(unit[j] @ unit[k])
            expected.append((alike, angle, float(hidden.prod(axis=1).mean())))
    for sign, alike in (("+", True), ("-", False)):
        drawn = sorted(zip(*(layers[f"pairs{sign}"][axis] for axis in "xy"), strict=True))
        wanted = sorted((angle, value) for same, angle, value in expected if same == alike)
        np.testing.assert_allclose(drawn, wanted, atol=1e-6)


def test_on_inputs_alike_in_all_directions_the_pairs_lie_on_the_curve(make_setup):
    turn = 2 * math.pi * np.arange(12) / 12
    setup = make_setup(2, m=6)
    setup.dataset.inputs[:] = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    setup.problem = setup.problem.replace(inputs=setup.dataset.inputs)
    layers = built(setup)
    for sign in "+-":
        pairs = layers[f"pairs{sign}"]
        on = np.interp(pairs["x"], layers["potential"]["x"], layers["potential"]["y"])
        np.testing.assert_allclose(pairs["y"], on, atol=0.02)


def test_pairs_are_left_out_on_demand(make_setup):
    assert "pairs+" not in built(make_setup(3), pairs="0")
