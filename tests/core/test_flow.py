"""Runs tend to the flows they stand for as the stepsize goes to 0, with an error of order 1.

The flows are solved by SciPy at tight tolerances, with right-hand sides in plain NumPy. An explicit
Euler scheme ends at distance C η + O(η²) from the flow at a fixed time, so that halving η halves
the distance: the slope of log distance against log η is 1 up to O(η).
"""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from core import (
    ConicDescent,
    GradientDescent,
    HiddenLayerDescent,
    OutputLayerAscent,
    OutputLayerDescent,
    PopulationProblem,
    Problem,
    Simulation,
    SoftminAscent,
    TangentFlow,
)

from . import population_reference as quadrature
from . import reference
from .cases import DENSE, draw

pytestmark = pytest.mark.thorough

END = 1.0  # time at which runs and flows are compared
COUNTS = (100, 200, 400)  # steps up to it

#: Steps up to END where a kink is crossed: a crossing comes late by a share of a step that jumps
#: about from one stepsize to the next, so that the slope is that of two decades.
MANY_COUNTS = tuple(50 * 2**k for k in range(7))

LABELLED = {"logistic", "softmin"}


def solve(rhs, start):
    """Return the flow of w' = rhs(w) from `start` at time END."""
    calls = 0

    def flat_rhs(t, flat):
        nonlocal calls
        calls += 1
        # A particle that is pushed back on both sides of a kink slides along it: the flow is no
        # classical solution then, and the solver would go on for ever.
        assert calls < 20_000, "the right-hand side is too rough here; choose another start"
        return rhs(flat.reshape(start.shape)).ravel()

    found = solve_ivp(
        flat_rhs, (0, END), start.ravel(), method="DOP853", rtol=1e-10, atol=1e-11
    )  # fmt: skip
    assert found.success
    return found.y[:, -1].reshape(start.shape)


def run(problem, kind, w, count, **settings):
    return Simulation(problem, kind(stepsize=END / count, **settings), w).advance(count).particles


def order(problem, kind, w, expected, **settings):
    """Return the slope of log distance to the flow against log stepsize, and the last distance."""
    counts = MANY_COUNTS if problem.activation == "relu" and problem.n else COUNTS
    moves = [run(problem, kind, w, count, **settings) - expected for count in counts]
    distances = [np.sqrt((move**2).mean()) for move in moves]
    return -np.polyfit(np.log(counts), np.log(distances), 1)[0], distances[-1]


def holds(problem, kind, w, expected, **settings):
    """Check order 1, that the flow went somewhere, and that the run went there."""
    slope, distance = order(problem, kind, w, expected, **settings)
    moved = np.sqrt(((expected - w) ** 2).mean())
    assert slope == pytest.approx(1.0, abs=0.05)
    assert moved > 0.02
    assert 0 < distance < 0.02 * moved


def case(act, loss, scale=1.5, decay=0.05, penalty="mass"):
    """Return a problem, particles, and the keywords of the reference velocity.

    From this start no particle slides along a kink of the ReLU, though several cross one.
    """
    X, y, w = draw(2, n=12, d=DENSE, m=10, labels=loss in LABELLED)
    about = {"act": act, "loss": loss, "scale": scale, "weight_decay": decay, "penalty": penalty}
    name = "logistic" if loss == "softmin" else loss
    return Problem(2 * X, y, act, name, scale, decay, penalty=penalty), w, about


def velocity(problem, about):
    """Return the reference velocity as a function of the particles."""
    return lambda w: reference.velocity(w, problem.inputs, problem.targets, **about)


@pytest.mark.parametrize("loss", ["square", "logistic"])
@pytest.mark.parametrize("act", ["tanh", "relu"])
def test_gradient_descent(act, loss):
    problem, w, about = case(act, loss)
    holds(problem, GradientDescent, w, solve(velocity(problem, about), w))


def test_gradient_descent_under_the_path_norm():
    """∇|c||a| jumps at c = 0, which no particle meets if it starts well away from it."""
    problem, w, about = case("tanh", "square", penalty="path")
    w[:, -1] += 2 * np.sign(w[:, -1])
    holds(problem, GradientDescent, w, solve(velocity(problem, about), w))


@pytest.mark.parametrize("act", ["tanh", "relu"])
def test_softmin_ascent_at_constant_steps(act):
    problem, w, about = case(act, "softmin")
    holds(problem, SoftminAscent, w, solve(velocity(problem, about), w), schedule="constant")


def test_descent_normalised_by_the_slope_of_the_loss():
    """The flow of −S, S = ℓ⁻¹(mean ℓ(u)): ∂S/∂u_i = ℓ'(u_i)/(n ℓ'(S)), here of the logistic ℓ."""
    problem, w, about = case("tanh", "logistic", decay=0.0)
    y = problem.targets

    def rhs(w):
        u = y * reference.predict(w, problem.inputs, "tanh", problem.scale)
        mean = np.log1p(np.exp(-u)).mean()
        slope_at_S = -(1 - np.exp(-mean))  # ℓ' = −(1 − e^{−ℓ})
        return -reference.velocity(w, problem.inputs, y, **about) / slope_at_S

    holds(problem, GradientDescent, w, solve(rhs, w), schedule="normalised")


@pytest.mark.parametrize(
    ("kind", "still"), [(HiddenLayerDescent, slice(3, 4)), (OutputLayerDescent, slice(0, 3))]
)
@pytest.mark.parametrize("loss", ["square", "logistic"])
def test_descent_of_one_layer(kind, still, loss):
    problem, w, about = case("tanh", loss)

    def rhs(w):
        v = reference.velocity(w, problem.inputs, problem.targets, **about)
        v[:, still] = 0
        return v

    holds(problem, kind, w, solve(rhs, w))
    np.testing.assert_array_equal(run(problem, kind, w, 10)[:, still], w[:, still])


def test_output_layer_ascent_at_constant_steps():
    """c' = max(1, ‖c‖/√m) times the velocity of c; ‖c‖ starts above √m here and ends below it."""
    problem, w, about = case("tanh", "softmin", decay=0.0)

    def norm(w):
        return np.sqrt((w[:, -1] ** 2).mean())

    def rhs(w):
        v = reference.velocity(w, problem.inputs, problem.targets, **about)
        v[:, :-1] = 0
        return max(1.0, norm(w)) * v

    w[:, -1] *= 1.02 / norm(w)
    end = solve(rhs, w)
    assert norm(w) > 1 > norm(end)
    holds(problem, OutputLayerAscent, w, end, schedule="constant")


def conic_rhs(problem, about, radial, angular):
    """Return (r, θ)' = (−2α r J'(θ), −β ∇J'(θ)), J'(θ) = Σ_i g_i φ(θ, x_i)/scale + λ."""
    X, y, scale = problem.inputs, problem.targets, problem.scale

    def rhs(state):
        r, theta = state[:, :1], state[:, 1:]
        f = reference.predict(r * theta, X, about["act"], scale)
        g = reference.forces(about["loss"], f, y) / scale
        values, slopes = reference.activation(about["act"], theta[:, :-1] @ X.T)
        potential = theta[:, -1:] * (values @ g)[:, None] + problem.weight_decay
        gradient = np.column_stack((theta[:, -1:] * ((slopes * g) @ X), values @ g))
        tangent = gradient - (gradient * theta).sum(axis=1, keepdims=True) * theta
        return np.hstack((-2 * radial * r * potential, -angular * tangent))

    return rhs


@pytest.mark.parametrize("retraction", ["mirror", "canonical"])
@pytest.mark.parametrize(("radial", "angular"), [(1.0, 1.0), (0.7, 1.6), (1.3, 0.0)])
def test_conic_descent_tends_to_its_own_flow(radial, angular, retraction):
    problem, w, about = case("relu", "square")
    size = np.linalg.norm(w, axis=1, keepdims=True)
    end = solve(conic_rhs(problem, about, radial, angular), np.hstack((size, w / size)))
    expected = end[:, :1] * end[:, 1:]
    np.testing.assert_allclose(np.linalg.norm(end[:, 1:], axis=1), 1, rtol=1e-9)
    rates = {"radial": radial, "angular": angular, "retraction": retraction}
    holds(problem, ConicDescent, w, expected, **rates)
    if radial == angular == 1:
        flow = solve(velocity(problem, about), w)
        np.testing.assert_allclose(expected, flow, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("loss", ["square", "logistic", "softmin"])
def test_tangent_flow(loss):
    """h̄(w) = h(w₀) + Σ_j ∇φ(w₀_j)·(w_j − w₀_j) scale/m has constant gradients."""
    problem, w, _ = case("tanh", loss)
    X, y, scale = problem.inputs, problem.targets, problem.scale
    values, slopes = reference.activation("tanh", w[:, :-1] @ X.T)
    features = np.concatenate((w[:, -1:, None] * slopes[:, :, None] * X, values[:, :, None]), 2)

    def rhs(u):
        moved = np.einsum("jik,jk->i", features, u - w)
        f = reference.predict(w, X, "tanh", scale) + scale / len(w) * moved
        g = reference.forces(loss, f, y) / scale
        return -np.einsum("jik,i->jk", features, g) - 2 * problem.weight_decay * u

    if loss == "softmin":  # the soft minimum of the exponential loss: what soft-min ascent climbs
        problem = problem.replace(loss="exponential")
        holds(problem, TangentFlow, w, solve(rhs, w), schedule="normalised")
    else:
        holds(problem, TangentFlow, w, solve(rhs, w))


@pytest.mark.parametrize("law", ["sphere", "gaussian"])
def test_descent_of_the_population_risk(law):
    """Velocities by quadrature over the inputs, exact for the ReLU in the plane."""
    rng = np.random.default_rng(3)
    w, teacher = rng.standard_normal((6, 3)), 2 * rng.standard_normal((3, 3))
    problem = PopulationProblem(teacher, "relu", law, 1.3, 0.05)

    def rhs(w):
        pull = quadrature.risk_and_velocity(w, teacher, "relu", law, 1.3)[1]
        return pull - 2 * 0.05 * w

    holds(problem, GradientDescent, w, solve(rhs, w))
