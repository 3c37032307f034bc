"""The largest |G| on the sphere: exact enumerations, closed forms, dense grids, probes."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from core import Problem
from core.activations import ACTIVATIONS
from core.observables import Sight, observe
from core.observables.potential import Potential
from core.observables.sphere import landscape, spread
from core.references.arrangement import directions_above

from .. import reference
from ..cases import FEW, draw

SLOPED = sorted(reference.SLOPES)
SLOPES = {act: (p, q) for act, (p, q) in reference.SLOPES.items()}


def scene(X, y, w, act="relu", loss="logistic", **more):
    return Sight(Problem(X, y, act, loss, **more), w)


def potential(theta, X, g, act):
    return reference.activation(act, theta @ X.T)[0] @ g


@FEW
@given(act=st.sampled_from(SLOPED), seed=st.integers(0, 2**32 - 1), n=st.integers(1, 30))
def test_on_the_circle_it_is_exact(act, seed, n):
    X, y, w = draw(seed, n, 2, 5)
    X[: n // 4] = X[-1]  # some samples coincide
    view = scene(X, y, w, act)
    found = landscape(view)
    g = reference.forces("logistic", reference.predict(w, X, act), y)

    def height(t):
        return -abs(potential(np.array([math.cos(t), math.sin(t)]), X, g, act))

    angles = np.linspace(0, 2 * np.pi, 2001)
    values = [height(t) for t in angles]
    best = angles[np.argmin(values)]
    exact = -min(
        minimize_scalar(height, bounds=(best - 0.004, best + 0.004), method="bounded",
                        options={"xatol": 1e-12}).fun,
        min(values),
    )  # fmt: skip
    assert found.exact
    assert found.peak >= exact * (1 - 1e-12)
    assert found.peak == pytest.approx(exact, rel=1e-3)  # the grid may miss a narrower peak
    assert abs(potential(found.summit, X, g, act)) == pytest.approx(found.peak, rel=1e-12)
    assert np.linalg.norm(found.summit) == pytest.approx(1)


@pytest.mark.parametrize("act", SLOPED)
@pytest.mark.parametrize("n", [3, 15, 50])
def test_on_the_sphere_it_meets_the_enumeration_of_all_cells(act, n):
    for seed in range(4):
        X, y, w = draw(seed, n, 3, 5)
        found = landscape(scene(X, y, w, act))
        g = reference.forces("logistic", reference.predict(w, X, act), y)
        _, values = directions_above(X, g, SLOPES[act], 0.0)
        assert found.peak == pytest.approx(np.abs(values).max(), rel=1e-9)


@pytest.mark.parametrize("d", [1, 2, 3, 4, 9, 40])
def test_linear_potentials_in_any_dimension(d):
    """σ = identity: G(θ) = θ·Σ g_i x_i."""
    X, y, w = draw(d, 12, d, 4)
    g = reference.forces("logistic", reference.predict(w, X, "identity"), y)
    found = landscape(scene(X, y, w, "identity"))
    assert found.peak == pytest.approx(np.linalg.norm(g @ X), rel=1e-12)


@pytest.mark.parametrize("d", [2, 3, 4, 9])
def test_orthogonal_samples_in_any_dimension(d):
    """x_i = e_i and f = 0, square loss: G = −(1/n) Σ y_i |θ_i|, largest on y's of one sign."""
    y = np.random.default_rng(d).standard_normal(d)
    found = landscape(scene(np.eye(d), y, np.zeros((1, d + 1)), "abs", "square"))
    sides = [np.linalg.norm(np.maximum(s * y, 0)) / d for s in (1, -1)]
    assert found.peak == pytest.approx(max(sides), rel=1e-10)


def test_inputs_in_a_plane_of_a_larger_space_are_exact_too():
    X, y, w = draw(3, 20, 2, 5)
    turn = np.linalg.qr(np.random.default_rng(4).standard_normal((6, 6)))[0][:2]
    flat = landscape(scene(X, y, w))
    wide = landscape(scene(X @ turn, y, np.column_stack((w[:, :2] @ turn, w[:, 2]))))
    assert wide.exact
    assert wide.peak == pytest.approx(flat.peak, rel=1e-12)
    assert wide.directions.shape == (720, 6)


def test_samples_at_zero_have_no_potential():
    found = landscape(scene(np.zeros((3, 2)), np.ones(3), np.ones((2, 3))))
    assert found.peak == 0


@pytest.mark.parametrize("r", [1, 2, 3, 7])
def test_grids_are_on_the_sphere_and_balanced(r):
    grid = spread(r)
    np.testing.assert_allclose(np.linalg.norm(grid, axis=1), 1, rtol=1e-14)
    # Even points have mean 0 to rounding or 1/k; random ones to 1/√k, here within 6 deviations.
    assert np.linalg.norm(grid.mean(axis=0)) < (6 / math.sqrt(len(grid)) if r > 3 else 1e-3)
    if r == 3:  # no direction is far from the grid: a disc of the mean area has radius 0.032
        lost = np.random.default_rng(0).standard_normal((500, 3))
        lost /= np.linalg.norm(lost, axis=1, keepdims=True)
        assert np.arccos((lost @ grid.T).max(axis=1)).max() < 0.05


def without_samples(problem):
    """Return the same problem with its samples hidden: only its velocity tells of the forces."""
    return SimpleNamespace(
        n=0, d=problem.d, labels=False, activation=problem.activation, loss=problem.loss,
        penalty=problem.penalty,
        loss_code=problem.loss_code, scale=problem.scale, weight_decay=problem.weight_decay,
        velocity=problem.velocity, objective=problem.objective,
    )  # fmt: skip


@pytest.mark.parametrize("act", SLOPED)
def test_probes_feel_the_same_potential(act):
    X, y, w = draw(5, 10, 3, 6)
    problem = Problem(X, y, act, "logistic", 1.3, 0.2)
    theta = spread(3)[::37]
    for mine, theirs in zip(
        Potential(Sight(without_samples(problem), w))(theta),
        Potential(Sight(problem, w))(theta),
        strict=True,
    ):
        np.testing.assert_allclose(mine, theirs, atol=1e-14)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_certificates_without_samples(d):
    X, y, w = draw(6, 10, d, 6)
    problem = Problem(X, y, "relu", "logistic", 1.3, 0.2)
    hidden, seen = Sight(without_samples(problem), w), Sight(problem, w)
    for name in ("certificate", "escape"):
        # A summit on a kink is come upon only roughly where nothing tells of the kinks.
        assert observe(name, hidden).main == pytest.approx(observe(name, seen).main, rel=1e-4)


def test_the_population_potential_of_one_teacher():
    """x ~ N(0, I), f = 0: G(θ) = −c E[(a·x)₊(θ·x)₊], largest at θ = a/|a|, where it is c|a|/2."""
    teacher, output = np.array([0.6, -0.8, 1.0]), 1.4

    def velocity(particles, force=None):
        a = particles[:, :-1]
        sizes = np.linalg.norm(a, axis=1) * np.linalg.norm(teacher)
        angle = np.arccos(np.clip(a @ teacher / np.where(sizes > 0, sizes, 1), -1, 1))
        kernel = sizes * (np.sin(angle) + (np.pi - angle) * np.cos(angle)) / (2 * np.pi)
        away = a / np.linalg.norm(a, axis=1, keepdims=True) * np.linalg.norm(teacher)
        pull = (np.pi - angle)[:, None] * teacher + np.sin(angle)[:, None] * away
        pull = particles[:, -1:] * output * pull / (2 * np.pi)
        return np.column_stack((pull, output * kernel))

    problem = SimpleNamespace(
        n=0, d=3, labels=False, activation="relu", loss="square", loss_code=0, scale=1.0,
        weight_decay=0.0, velocity=velocity,
    )  # fmt: skip
    found = observe("certificate", Sight(problem, np.array([[1.0, 0, 0, 0]])))
    norm = np.linalg.norm(teacher)
    assert found.main == pytest.approx(output * norm / 2, rel=1e-8)
    # The peak is smooth: its place is known to the root of the rounding of its height.
    np.testing.assert_allclose(found.landscape.summit, teacher / norm, atol=1e-4)
    assert math.isinf(found.gap)
    assert math.isnan(found.margin_bound)


def test_every_sloped_activation_is_covered():
    assert {name for name, entry in ACTIVATIONS.items() if entry.degree == 1} == set(SLOPED)
