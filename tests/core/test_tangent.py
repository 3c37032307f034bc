"""TangentProblem, the network made linear at an anchor, and its run of n numbers."""

import numpy as np
import pytest

from core import Problem, Simulation, TangentFlow
from core.activations import ACTIVATIONS
from core.losses import LOSSES
from core.references import ParticleKernel, tangent_flow
from core.tangent import TangentProblem

from . import reference
from .cases import DENSE
from .tangent_reference import SETTINGS, case, euler, features, tangent_predict

SMOOTH = ["tanh", "erf", "sigmoid", "identity"]


@pytest.mark.parametrize("act", SMOOTH)
def test_predictions_are_the_linearisation_of_the_network(act):
    """Central differences of Problem.predict along u − w: h² of truncation, eps/h of rounding."""
    problem, w, u = case(act)
    new = np.random.default_rng(5).standard_normal((6, DENSE))
    tangent = TangentProblem.at(problem, w)
    for X in (problem.inputs, new):
        h = 1e-5
        ahead, behind = (problem.predict(w + s * h * (u - w), X) for s in (1, -1))
        expected = problem.predict(w, X) + (ahead - behind) / (2 * h)
        np.testing.assert_allclose(tangent.predict(u, X), expected, rtol=0, atol=1e-8)
    np.testing.assert_array_equal(tangent.predict(u), tangent.predict(u, problem.inputs))
    np.testing.assert_allclose(tangent.predict(w), problem.predict(w), rtol=0, atol=1e-14)


@pytest.mark.parametrize("act", ACTIVATIONS)
def test_predictions_against_the_formula(act):
    problem, w, u = case(act)
    expected = tangent_predict(u, w, problem.inputs, act, problem.scale)
    found = TangentProblem.at(problem, w).predict(u)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13 * np.abs(expected).max())


@pytest.mark.parametrize("loss", LOSSES)
def test_velocity_is_minus_m_times_the_gradient_of_the_objective(loss):
    """Central differences, 1e-10 of truncation, some 1e-11/1e-5 of rounding; away from kinks."""
    problem, w, u = case("tanh", loss)
    tangent = TangentProblem.at(problem, w)
    expected = np.zeros_like(u)
    for index in np.ndindex(u.shape):
        ahead, behind = u.copy(), u.copy()
        ahead[index] += 1e-5
        behind[index] -= 1e-5
        expected[index] = (tangent.objective(ahead) - tangent.objective(behind)) / 2e-5
    np.testing.assert_allclose(tangent.velocity(u), -len(u) * expected, rtol=1e-6, atol=1e-8)
    # At the anchor both models agree to first order.
    np.testing.assert_allclose(tangent.velocity(w), problem.velocity(w), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("act", ["tanh", "relu"])
@pytest.mark.parametrize("loss", LOSSES)
def test_n_numbers_tell_what_explicit_particle_steps_do(loss, act):
    problem, w, _ = case(act, loss)
    simulation = Simulation(problem, TangentFlow(0.1), w)
    explicit, steps = w, 60
    for _ in range(steps):
        explicit = explicit + 0.1 * simulation.problem.velocity(explicit)
    plain = euler(problem, w, [0.1] * steps, loss)
    frame = simulation.advance(steps)
    for expected in (explicit, plain):
        size = np.abs(expected).max()
        np.testing.assert_allclose(frame.particles, expected, rtol=0, atol=1e-12 * size)
    f = tangent_predict(plain, w, problem.inputs, act, problem.scale)
    risk = reference.loss(loss, f, problem.targets)[0].mean()
    objective = risk / SETTINGS["scale"] ** 2 + SETTINGS["weight_decay"] * frame.total_mass
    assert frame.risk == pytest.approx(risk, rel=1e-11)
    assert frame.objective == pytest.approx(objective, rel=1e-11)
    assert frame.total_mass == pytest.approx((plain**2).sum() / len(w), rel=1e-12)
    assert frame.time == pytest.approx(6.0, rel=1e-12)


def test_the_soft_minimum_of_the_exponential_loss():
    """Its schedule "normalised" climbs −log mean exp(−u), whose forces are y softmax(−u)."""
    problem, w, _ = case("tanh", "exponential")
    frame = Simulation(problem, TangentFlow(0.1, schedule="normalised"), w).advance(60)
    expected = euler(problem, w, [0.1] * 60, "softmin")
    np.testing.assert_allclose(frame.particles, expected, rtol=0, atol=1e-12 * np.abs(w).max())


def test_stepsizes_that_shrink_and_a_decay_changed_on_the_way():
    problem, w, _ = case()
    simulation = Simulation(problem, TangentFlow(0.2, schedule="sqrt"), w)
    simulation.advance(20)
    simulation.weight_decay = 0.4
    found = simulation.advance(20).particles
    stepsizes = 0.2 / np.sqrt(np.arange(2, 42))
    phi, u = features(w, problem.inputs, "tanh"), w
    for t, h in enumerate(stepsizes):
        f = tangent_predict(u, w, problem.inputs, "tanh", problem.scale)
        g = reference.forces("square", f, problem.targets) / problem.scale
        u = u - h * (np.einsum("jik,i->jk", phi, g) + 2 * (0.03 if t < 20 else 0.4) * u)
    np.testing.assert_allclose(found, u, rtol=0, atol=1e-12 * np.abs(w).max())


def test_new_inputs_and_the_test_risk_are_those_of_the_tangent_model():
    problem, w, _ = case()
    rng = np.random.default_rng(8)
    new, targets = rng.standard_normal((7, DENSE)), rng.standard_normal(7)
    test = Problem(new, targets, "tanh", "square", SETTINGS["scale"])
    simulation = Simulation(problem, TangentFlow(0.3), w, test=test)
    frame = simulation.advance(50)
    f = tangent_predict(euler(problem, w, [0.3] * 50, "square"), w, new, "tanh", problem.scale)
    found = simulation.problem.predict(frame.particles, new)
    np.testing.assert_allclose(found, f, rtol=0, atol=1e-12)
    assert frame.test_risk == pytest.approx(((f - targets) ** 2).mean() / 2, rel=1e-11)
    assert abs(test.risk(frame.particles) / frame.test_risk - 1) > 1e-3  # the network's is another


def test_the_flow_in_closed_form():
    """f_t = y + e^{−Kt/n}(f_0 − y): Euler's error falls as η,."""
    problem, w, _ = case(weight_decay=0.0)
    kernel = ParticleKernel(w, "tanh")
    exact = tangent_flow(
        kernel, problem.inputs, problem.targets, offset=lambda X: problem.predict(w, X)
    )
    new = np.random.default_rng(9).standard_normal((5, DENSE))
    for X, expected in (
        (problem.inputs, exact.train(3.0)), (new, exact.predict(new, 3.0)),
    ):  # fmt: skip
        errors = []
        for count in (300, 600):
            simulation = Simulation(problem, TangentFlow(3.0 / count), w)
            particles = simulation.advance(count).particles
            errors.append(np.abs(simulation.problem.predict(particles, X) - expected).max())
        assert errors[0] < 5e-3 * np.abs(expected).max()
        assert errors[0] / errors[1] == pytest.approx(2, rel=0.02)
    assert exact.risk(3.0) < 0.9 * exact.risk(0.0)


def test_long_runs_end_at_ridgeless_kernel_regression():
    """f_0 + K(·, X) K⁻¹ (y − f_0): auto steps, until the slowest mode has died."""
    problem, w, _ = case(n=4, m=60, weight_decay=0.0)
    new = np.random.default_rng(9).standard_normal((5, DENSE))
    simulation = Simulation(problem, TangentFlow(schedule="auto"), w)
    frame = simulation.advance(20_000)
    phi, phi_new = features(w, problem.inputs, "tanh"), features(w, new, "tanh")
    K = np.einsum("jik,jlk->il", phi, phi)
    missing = problem.targets - reference.predict(w, problem.inputs, "tanh", problem.scale)
    expected = reference.predict(w, new, "tanh", problem.scale) + np.einsum(
        "jik,jlk,l->i", phi_new, phi, np.linalg.solve(K, missing)
    )
    assert frame.risk < 1e-18
    found = simulation.problem.predict(frame.particles, new)
    np.testing.assert_allclose(found, expected, rtol=1e-7)


def test_auto_steps_are_those_of_the_tangent_model():
    """m ∇²objective is λ_max(K)/n + 2λ for the square loss, K = (1/m) Σ_j ∇φ(x)·∇φ(x')."""
    problem, w, _ = case()
    phi = features(w, problem.inputs, "tanh")
    K = np.einsum("jik,jlk->il", phi, phi) / len(w)
    largest = np.linalg.eigvalsh(K)[-1] / problem.n + 2 * problem.weight_decay
    chosen = Simulation(problem, TangentFlow(schedule="auto"), w).dynamics.stepsize
    assert chosen == pytest.approx(1 / largest, rel=2e-3)  # Lanczos stops at 1e-3
