"""Dropout: its mean update by counting all masks, the four maskings, what a mask leaves alone."""

import itertools

import numpy as np
import pytest

from core import Dropout, GradientDescent, PopulationProblem, Problem, Simulation

from . import reference
from .cases import DENSE, MATRIX, draw

BOTH = pytest.mark.parametrize("d", [DENSE, MATRIX])
ABOUT = {"act": "tanh", "loss": "square", "scale": 1.5, "weight_decay": 0.03}
STEPSIZE, SEED = 0.2, 11


def case(d, m, n=8):
    X, y, w = draw(d, n=n, d=d, m=m, labels=False)
    return X, y, w, Problem(X, y, "tanh", "square", ABOUT["scale"], ABOUT["weight_decay"])


def velocity_at(dynamics, problem, w, step):
    """The update of step `step` from particles w, over the stepsize."""
    state = dynamics.init(problem, w, SEED)
    assert len(dynamics.advance(state, problem, step, 1, SEED)) == 1
    return (state.particles - w) / dynamics.stepsize


def by_all_masks(masking, keep, problem, w, both):
    """Mean and variance of the update over all masks, each drawn by core at some step.

    `reference.masks` tells which step has which mask; a mask's probability is q^kept (1−q)^rest.
    """
    dynamics = Dropout(STEPSIZE, keep=keep, masking=masking)
    m, steps = len(w), {}
    for step in itertools.count():
        masks = reference.masks(SEED, step, m, keep)
        drawn = masks.ravel() if both else masks[0]
        steps.setdefault(tuple(drawn > 0), step)
        if len(steps) == 2**drawn.size:
            break
    weights = [keep ** sum(mask) * (1 - keep) ** (len(mask) - sum(mask)) for mask in steps]
    assert sum(weights) == pytest.approx(1)
    found = np.array([velocity_at(dynamics, problem, w, step) for step in steps.values()])
    mean = np.tensordot(weights, found, 1)
    return mean, np.tensordot(weights, (found - mean) ** 2, 1)


def square_norm_gradient(w, X, act):
    """∇ of ‖φ(w, ·)‖² = mean_i φ(w, x_i)², per particle."""
    values, slopes = reference.activation(act, w[:, :-1] @ X.T)
    c = w[:, -1:]
    return (
        2 * np.column_stack((c**2 * ((values * slopes) @ X), c[:, 0] * (values**2).sum(1))) / len(X)
    )


@BOTH
@pytest.mark.parametrize("keep", [0.3, 0.7])
def test_the_mean_update_is_descent_of_the_penalised_objective(d, keep):
    """Square loss: F + ((1−q)/(2qm)) ∫‖φ(w,·)‖² dμ (SCIENCE 2.11), whatever the scale."""
    X, _y, w, problem = case(d, m=4)
    mean, _ = by_all_masks("dropout", keep, problem, w, both=False)
    penalty = (1 - keep) / (2 * keep * len(w)) * square_norm_gradient(w, X, "tanh")
    expected = reference.velocity(w, X, _y, **ABOUT) - penalty
    np.testing.assert_allclose(mean, expected, rtol=1e-11, atol=1e-13)
    assert np.abs(penalty).max() > 0.01 * np.abs(expected).max(), "the penalty must be visible"


@BOTH
@pytest.mark.parametrize(("masking", "m", "both"), [("update", 4, False), ("independent", 2, True)])
def test_masks_of_the_update_alone_or_apart_have_the_mean_of_descent(d, masking, m, both):
    X, y, w, problem = case(d, m)
    mean, variance = by_all_masks(masking, 0.6, problem, w, both)
    np.testing.assert_allclose(mean, reference.velocity(w, X, y, **ABOUT), rtol=1e-11, atol=1e-13)
    if masking == "update":  # ξ has variance (1−q)/q
        pull = reference.velocity(w, X, y, **ABOUT | {"weight_decay": 0.0})
        np.testing.assert_allclose(variance, 0.4 / 0.6 * pull**2, rtol=1e-10, atol=1e-14)


@BOTH
@pytest.mark.parametrize("masking", ["dropout", "update", "independent", "none"])
def test_a_run_against_numpy(d, masking):
    X, y, w, problem = case(d, m=37)
    frame = Simulation(problem, Dropout(STEPSIZE, keep=0.6, masking=masking), w, SEED).advance(20)
    for step in range(20):
        first, second = reference.masks(SEED, step, len(w), 0.6)
        one = np.ones(len(w))
        forward = {"dropout": first, "independent": second}.get(masking, one)
        update = one if masking == "none" else first
        values, slopes = reference.activation("tanh", w[:, :-1] @ X.T)
        f = ABOUT["scale"] / len(w) * (values.T @ (forward * w[:, -1]))
        g = update[:, None] * (f - y) / len(y) / ABOUT["scale"]
        pull = np.column_stack((w[:, -1:] * ((slopes * g) @ X), (values * g).sum(1)))
        w = w - STEPSIZE * (pull + 2 * ABOUT["weight_decay"] * w)
    np.testing.assert_allclose(frame.particles, w, rtol=1e-11, atol=1e-12)
    assert frame.risk == pytest.approx(problem.risk(w), rel=1e-11), "of all neurons, no mask"


@BOTH
@pytest.mark.parametrize("masking", ["dropout", "update", "independent"])
def test_to_keep_all_is_gradient_descent(d, masking):
    _X, _y, w, problem = case(d, m=37)
    kept = Simulation(problem, Dropout(STEPSIZE, keep=1.0, masking=masking), w).advance(30)
    plain = Simulation(problem, GradientDescent(STEPSIZE), w).advance(30)
    np.testing.assert_allclose(kept.particles, plain.particles, rtol=1e-12, atol=1e-13)


def test_no_masks_are_gradient_descent_to_the_last_bit():
    _X, _y, w, problem = case(DENSE, m=37)
    frames = [
        Simulation(problem, dynamics, w, SEED).advance(30)
        for dynamics in (Dropout(STEPSIZE, keep=0.2, masking="none"), GradientDescent(STEPSIZE))
    ]
    np.testing.assert_array_equal(frames[0].particles, frames[1].particles)


@BOTH
def test_a_particle_left_out_only_decays(d):
    _X, _y, w, problem = case(d, m=37)
    frame = Simulation(problem, Dropout(STEPSIZE, keep=0.4), w, SEED).advance(1)
    out = reference.masks(SEED, 0, len(w), 0.4)[0] == 0
    assert 5 < out.sum() < 32
    decayed = (1 - 2 * STEPSIZE * ABOUT["weight_decay"]) * w
    np.testing.assert_allclose(frame.particles[out], decayed[out], rtol=1e-15)
    assert (np.abs(frame.particles - decayed)[~out].max(axis=1) > 1e-6).all()


@pytest.mark.parametrize("keep", [0, -0.1, 1.01, np.nan, "0.5", None])
def test_a_share_out_of_range(keep):
    with pytest.raises(ValueError, match=r"keep=.* is not a finite number in \]0, 1\]"):
        Dropout(keep=keep)


def test_what_dropout_refuses():
    with pytest.raises(ValueError, match="masking='both' is unknown; choose one of dropout, upd"):
        Dropout(masking="both")
    problem = PopulationProblem(np.ones((2, 3)))
    with pytest.raises(ValueError, match="Dropout needs samples, and the problem has none"):
        Simulation(problem, Dropout(), np.ones((4, 3)))
