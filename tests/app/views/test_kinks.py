"""Kinks: the lines a·x = 0 of the heaviest neurons."""

import numpy as np
import pytest

from app.views import VIEWS
from app.views.kinks import heaviest, kink_lines, kink_points

from .conftest import columns_by_layer

BOX = (-1.0, 2.0, -1.0, 1.0)


@pytest.mark.parametrize("bias", [False, True])
def test_both_ends_lie_on_the_line_and_outside_the_figure(bias):
    particles = np.random.default_rng(0).standard_normal((50, 3 + bias))
    ends = kink_lines(particles, bias, BOX).reshape(-1, 2, 2)
    near = np.isfinite(ends).all(axis=(1, 2))
    assert near.mean() > 0.5
    x = np.insert(ends, 0, 1.0, axis=2) if bias else ends
    values = np.einsum("kd,ked->ke", particles[:, :-1], x)
    np.testing.assert_allclose(values[near], 0.0, atol=1e-12)
    assert (np.linalg.norm(ends[near][:, 0] - ends[near][:, 1], axis=1) > 6.0).all()


def test_a_line_that_is_nowhere_near_is_left_out():
    far = np.array([[100.0, 1.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0]])
    assert np.isnan(kink_lines(far, True, BOX)).all()


def test_the_heaviest_are_drawn_strongest_and_the_weightless_not_at_all():
    particles = np.random.default_rng(1).standard_normal((300, 3))
    particles[:20, -1] = 0.0
    weight = np.abs(particles[:, -1]) * np.linalg.norm(particles[:, :-1], axis=1)
    shown, alpha = heaviest(particles)
    expected = np.sort(weight)[::-1][:100]
    found = np.abs(shown[:, -1]) * np.linalg.norm(shown[:, :-1], axis=1)
    np.testing.assert_allclose(found, expected)
    assert (np.diff(alpha) <= 0).all() and 0 < alpha[-1] < alpha[0] < 1
    assert len(heaviest(np.zeros((4, 3)))[0]) == 0


def test_one_input_has_points():
    particles = np.array([[0.5, 2.0, 1.0], [1.0, 0.0, 1.0]])
    x = kink_points(particles, True)
    assert x[0] == -0.25 and np.isnan(x[1])


@pytest.mark.parametrize(("dimension", "bias"), [(2, True), (2, False), (3, True), (6, False)])
def test_the_predictor_draws_them_on_demand(make_setup, dimension, bias):
    setup = make_setup(dimension, bias)
    view = VIEWS["predictor"]()
    view.build(setup)
    assert "kinks+" not in columns_by_layer(view)
    view.choose("kinks", "1")
    view.build(setup)
    layers = columns_by_layer(view)
    drawn = sum(len(layers[f"kinks{sign}"]["alpha"]) for sign in "+-")
    assert 0 < drawn <= 20
    positive = (setup.simulation.frame.particles[:, -1] > 0).sum()
    assert len(layers["kinks+"]["alpha"]) <= positive
    assert view.plots[0].renderers["kinks+"].glyph.line_alpha.field == "alpha"


def test_ticks_stand_on_the_curve(make_setup):
    setup = make_setup(2, True)
    view = VIEWS["predictor"]()
    view.choose("kinks", "1")
    view.build(setup)
    ticks = columns_by_layer(view)["kinks+"]
    x = ticks["x"]
    assert len(x) and (x >= view.plots[0].box[0]).all()
    values = setup.problem.predict(
        setup.simulation.frame.particles, np.stack([np.ones_like(x), x], axis=1)
    )
    np.testing.assert_allclose(ticks["y"], values)
