"""Conic descent: radii and directions by their own laws, dissipation, the limit of small steps."""

import numpy as np
import pytest

from core import ConicDescent, GradientDescent, Problem, Simulation
from core.activations import ACTIVATIONS

from . import reference
from .cases import DENSE, MATRIX, draw

BOTH = pytest.mark.parametrize("d", [DENSE, MATRIX])
HOMOGENEOUS = ["relu", "leaky_relu", "abs", "identity"]

#: All by the dense engine, one by matrix products: how a particle moves is common to both.
EACH = pytest.mark.parametrize(
    ("act", "d"), [*((act, DENSE) for act in HOMOGENEOUS), ("relu", MATRIX)]
)
ABOUT = {"loss": "logistic", "scale": 1.5, "weight_decay": 0.05}
RADIAL, ANGULAR = 1.3, 0.6


def case(d, act="relu", m=40):
    X, y, w = draw(3, n=12, d=d, m=m)
    return X, y, w, Problem(X, y, act, "logistic", ABOUT["scale"], ABOUT["weight_decay"])


def polar(w):
    r = np.linalg.norm(w, axis=1)
    return r, w / r[:, None]


def potential(w, X, y, act="relu"):
    """J'(θ) = Σ g_i φ(θ, x_i)/scale + λ and ∇J' on the sphere, at θ = w/|w| of each particle."""
    _r, theta = polar(w)
    g = reference.forces("logistic", reference.predict(w, X, act, ABOUT["scale"]), y)
    g = g / ABOUT["scale"]
    values, slopes = reference.activation(act, theta[:, :-1] @ X.T)
    level = theta[:, -1] * (values @ g) + ABOUT["weight_decay"]
    slope = np.column_stack((theta[:, -1:] * ((slopes * g) @ X), values @ g))
    slope -= (slope * theta).sum(axis=1, keepdims=True) * theta
    return level, slope


@EACH
@pytest.mark.parametrize("retraction", ["mirror", "canonical"])
def test_the_radius_changes_by_exactly_its_law(act, retraction, d):
    X, y, w, problem = case(d, act)
    dynamics = ConicDescent(0.4, radial=RADIAL, angular=ANGULAR, retraction=retraction)
    moved = Simulation(problem, dynamics, w).advance(1).particles
    level, _ = potential(w, X, y, act)
    growth = polar(moved)[0] / polar(w)[0]
    if retraction == "mirror":
        np.testing.assert_allclose(np.log(growth), -2 * 0.4 * RADIAL * level, rtol=0, atol=1e-14)
    else:
        np.testing.assert_allclose(growth, 1 - 2 * 0.4 * RADIAL * level, rtol=1e-14)


@EACH
def test_the_direction_goes_down_the_potential_and_back_to_the_sphere(act, d):
    X, y, w, problem = case(d, act)
    dynamics = ConicDescent(0.4, radial=RADIAL, angular=ANGULAR)
    moved = Simulation(problem, dynamics, w).advance(1).particles
    slope = potential(w, X, y, act)[1]
    expected = polar(w)[1] - 0.4 * ANGULAR * slope
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(polar(moved)[1], expected, rtol=0, atol=1e-14)
    assert np.abs(0.4 * ANGULAR * slope).max() > 0.01, "something must turn"


@BOTH
@pytest.mark.parametrize("retraction", ["mirror", "canonical"])
def test_angular_speed_0_is_mirror_descent_on_the_masses(d, retraction):
    """Directions and signs stay; masses follow m ← m e^(−4ηαJ'), or m (1 − 2ηαJ')²."""
    X, y, w, problem = case(d)
    dynamics = ConicDescent(0.1, radial=RADIAL, angular=0, retraction=retraction)
    run = Simulation(problem, dynamics, w)
    r, theta = polar(w)
    for _ in range(60):
        level, _ = potential(r[:, None] * theta, X, y)
        shrink = 2 * 0.1 * RADIAL * level
        r = r * (np.exp(-shrink) if retraction == "mirror" else 1 - shrink)
    found = polar(run.advance(60).particles)
    np.testing.assert_allclose(found[1], theta, rtol=0, atol=1e-14)
    np.testing.assert_allclose(found[0], r, rtol=1e-12)


def rates(w, X, y):
    """dF/dt = −∫(4αJ'² + β|∇J'|²) dν and d mass/dt = −4α ∫ J' dν, ν = Σ (r²/m) δ_θ."""
    level, slope = potential(w, X, y)
    mass = polar(w)[0] ** 2 / len(w)
    fall = 4 * RADIAL * level**2 + ANGULAR * (slope**2).sum(axis=1)
    return -(mass * fall).sum(), -4 * RADIAL * (mass * level).sum()


@BOTH
@pytest.mark.parametrize("retraction", ["mirror", "canonical"])
def test_objective_and_mass_change_at_their_rates(d, retraction):
    """Up to O(η): a tenth of the step leaves a tenth of the gap (kinks make it no more exact)."""
    X, y, w, problem = case(d)
    fall, growth = rates(w, X, y)
    gaps = []
    for stepsize in (1e-3, 1e-4):
        dynamics = ConicDescent(stepsize, radial=RADIAL, angular=ANGULAR, retraction=retraction)
        run = Simulation(problem, dynamics, w)
        start, frame = run.frame, run.advance(1)
        gaps.append([
            (frame.objective - start.objective) / stepsize / fall - 1,
            (frame.total_mass - start.total_mass) / stepsize / growth - 1,
        ])  # fmt: skip
    gaps = np.abs(gaps)
    assert fall < 0 and (gaps[0] < 0.02).all()
    assert (gaps[1] < 0.15 * gaps[0]).all()


@EACH
@pytest.mark.parametrize("retraction", ["mirror", "canonical"])
def test_equal_speeds_of_1_are_gradient_descent_up_to_second_order(act, retraction, d):
    _X, _y, w, problem = case(d, act)
    gaps = []
    for stepsize in (1e-2, 1e-3, 1e-4):
        frames = [
            Simulation(problem, dynamics, w).advance(1).particles
            for dynamics in (
                ConicDescent(stepsize, retraction=retraction),
                GradientDescent(stepsize),
            )
        ]
        gaps.append(np.abs(frames[0] - frames[1]).max())
    np.testing.assert_allclose(np.log10(gaps[:-1]) - np.log10(gaps[1:]), 2, atol=0.1)
    assert gaps[0] > 1e-7


@BOTH
def test_radii_stay_positive_and_the_origin_stays_put(d):
    """Mirror steps cannot cross 0, however long; the origin has no direction to move along."""
    _X, _y, w, problem = case(d)
    w[3] = 0
    frame = Simulation(problem, ConicDescent(5.0, radial=3.0, angular=0.1), w).advance(3)
    r = np.linalg.norm(frame.particles, axis=1)
    assert frame.finite and r[3] == 0 and (np.delete(r, 3) > 0).all()


def test_a_canonical_step_too_long_turns_a_particle_round():
    """1 − 2ηαJ' < 0: the formula, and not its absolute value."""
    X, y, w, problem = case(DENSE)
    level, _ = potential(w, X, y)
    stepsize = 2 / level.max()
    dynamics = ConicDescent(stepsize, angular=0, retraction="canonical")
    moved = Simulation(problem, dynamics, w).advance(1).particles
    np.testing.assert_allclose(moved, (1 - 2 * stepsize * level)[:, None] * w, rtol=1e-12)
    assert ((moved * w).sum(axis=1) < 0).any()


@pytest.mark.parametrize("act", [act for act in ACTIVATIONS if act not in HOMOGENEOUS])
def test_other_activations_are_refused(act):
    _X, _y, w, problem = case(DENSE, act)
    with pytest.raises(ValueError, match=rf"ConicDescent needs a .* of degree 1 .*'{act}' is not"):
        Simulation(problem, ConicDescent(), w)


@pytest.mark.parametrize("name", ["radial", "angular"])
@pytest.mark.parametrize("value", [-0.1, 1001, np.nan, "1", None])
def test_speeds_out_of_range(name, value):
    with pytest.raises(ValueError, match=rf"{name}=.* is not a finite number in \[0, 1000\]"):
        ConicDescent(**{name: value})
    with pytest.raises(ValueError, match="retraction='exp' is unknown; choose one of mirror, can"):
        ConicDescent(retraction="exp")
