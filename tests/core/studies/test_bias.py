"""Quantities of what training chooses, against closed forms, scikit-learn and NumPy written out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.svm import SVC

from core import Experiment, GradientDescent, Problem, Simulation
from core.datasets import Dataset
from core.experiment import Setup
from core.studies import QUANTITIES
from core.studies.quantities import Run

from .. import reference

#: The four points of the linear scene: the hull of y x is nearest to 0 at (0.12, −0.06).
LINE = {
    "data": "points", "points": "[[-0.3,-0.1,-1],[-0.1,0.1,-1],[0.1,-0.2,1],[0.2,0.1,1]]",
    "bias": False, "m": 20, "activation": "identity", "stepsize": 0.4, "precision": "float64",
}  # fmt: skip
SMALL = {
    "data": "clusters", "k": 2, "n": 12, "n_test": 40, "m": 30, "precision": "float64",
    "init": "gaussian", "dynamics": "softmin", "stepsize": 0.4,
}  # fmt: skip


def at(steps=0, **knobs):
    experiment = Experiment(**knobs)
    run = Run(experiment, experiment.setup())
    run.simulation.advance(steps)
    return run


def with_particles(particles, **about):
    """A run of given particles in the plane, without steps."""
    X, y = np.eye(2), np.array([1.0, -1.0])
    problem = Problem(X, y, "relu", "square", **about)
    data = Dataset(X, y, X[:0], y[:0], None, False, True, "points")
    run = Simulation(problem, GradientDescent(0.1), np.array(particles, dtype=float))
    return Run(Experiment(), Setup(data, problem, run))


def value(name, run, **options):
    return QUANTITIES[name](run, **options)


def kernel_machine(K, y):
    """Dual coefficients of the hard margin without offset, by a bounded quasi-Newton method."""
    Q = y[:, None] * K * y
    found = minimize(
        lambda a: (a @ Q @ a / 2 - a.sum(), Q @ a - 1), np.ones(len(y)), jac=True,
        bounds=[(0, None)] * len(y), options={"maxiter": 100_000, "ftol": 1e-16, "gtol": 1e-10},
    )  # fmt: skip
    return found.x, 1 / np.sqrt(found.x @ Q @ found.x)


def test_the_angle_is_that_to_the_normal_of_a_support_vector_machine():
    run = at(30, **LINE, dynamics="softmin")
    X, y = run.setup.problem.inputs, run.setup.problem.targets
    # Points and their mirror images have a machine without offset.
    machine = SVC(C=1e10, kernel="linear", tol=1e-10).fit(np.vstack((X, -X)), np.r_[y, -y])
    best = machine.coef_[0] / np.linalg.norm(machine.coef_)
    np.testing.assert_allclose(best, np.array([2, -1]) / np.sqrt(5), atol=1e-4)
    w = run.frame.particles
    normal = (w[:, -1:] * w[:, :-1]).mean(0)
    cosine = np.array([2, -1]) @ normal / np.sqrt(5) / np.linalg.norm(normal)
    assert value("angle_to_max_margin", run) == pytest.approx(np.degrees(np.arccos(cosine)))


def test_the_angle_needs_a_linear_network():
    with pytest.raises(ValueError, match="identity, not 'relu'"):
        value("angle_to_max_margin", at(**SMALL))


def test_the_share_of_the_largest_margin_of_a_linear_network():
    """γ₁ = 0.3/√5, as |Σ c a|/m of total variation 1 is a unit vector at most."""
    run = at(50, **LINE, dynamics="softmin")
    w = run.frame.particles
    f = reference.predict(w, run.setup.problem.inputs, "identity")
    margin = (run.setup.problem.targets * f).min() / (w**2).sum(1).mean()
    ours = value("share_of_largest_margin", run)
    assert ours == pytest.approx(margin / (0.3 / np.sqrt(5) / 2), rel=1e-5)


def test_the_share_of_the_kernel_margin():
    run = at(300, **SMALL | {"init": "sphere_zero", "dynamics": "output_ascent", "stepsize": 1.0})
    problem, w = run.setup.problem, run.frame.particles
    features = np.maximum(problem.inputs @ w[:, :-1].T, 0)
    _, largest = kernel_machine(features @ features.T / len(w), problem.targets)
    f = features @ w[:, -1] / len(w)
    ours = (problem.targets * f).min() / np.sqrt((w[:, -1] ** 2).mean())
    assert value("share_of_kernel_margin", run) == pytest.approx(ours / largest, rel=1e-4)


def arc_cosine(X, Z):
    """E relu(a·x) relu(a·z) for Gaussian a (Cho and Saul 2009), SCIENCE 2.5."""
    sizes = np.linalg.norm(X, axis=1)[:, None] * np.linalg.norm(Z, axis=1)
    cosine = np.clip(X @ Z.T / sizes, -1, 1)
    angle = np.arccos(cosine)
    return sizes * (np.sin(angle) + (np.pi - angle) * cosine) / (2 * np.pi)


def test_the_test_error_of_the_kernel_machine():
    run = at(**SMALL | {"k": 3, "n": 20, "d": 4, "n_test": 300})
    X, y = run.setup.problem.inputs, run.setup.problem.targets
    test = run.simulation.test
    alpha, _ = kernel_machine(arc_cosine(X, X), y)
    f = arc_cosine(test.inputs, X) @ (alpha * y)
    assert 0.05 < np.mean(test.targets * f < 0) < 0.6
    # a test point whose f is 0 to the tolerance of the quasi-Newton method may fall on either side
    ours = value("kernel_test_error", run)
    assert ours == pytest.approx(np.mean(test.targets * f < 0), abs=2.1 / 300)
    with pytest.raises(ValueError, match="n_test > 0"):
        value("kernel_test_error", at(**SMALL | {"n_test": 0}))


def test_the_agreement_with_the_tangent_model():
    """The tangent model's own ascent of the soft minimum, written out."""
    steps, stepsize = 40, 0.5
    run = at(steps, **SMALL | {"dynamics": "gradient", "loss": "exponential", "n_test": 0,
                               "schedule": "normalised", "stepsize": stepsize})  # fmt: skip
    X, y = run.setup.problem.inputs, run.setup.problem.targets
    start = run.simulation.initial
    grid = np.linspace(-0.6, 0.6, 61)
    places = np.array([(1.0, x, z) for z in grid for x in grid])

    def derivative(inputs):  # of h(w) = (1/m) Σ c σ(a·x) at the start, (k, m, d + 1)
        u = inputs @ start[:, :-1].T
        hidden = (start[:, -1] * (u > 0))[:, :, None] * inputs[:, None, :]
        return np.concatenate((hidden, np.maximum(u, 0)[:, :, None]), axis=2) / len(start)

    moved, J = np.zeros_like(start), derivative(X)
    for _ in range(steps):
        f = reference.predict(start, X, "relu") + np.tensordot(J, moved)
        moved -= stepsize * len(start) * np.tensordot(reference.forces("softmin", f, y), J, 1)
    tangent = reference.predict(start, places, "relu") + np.tensordot(derivative(places), moved)
    ours = reference.predict(run.frame.particles, places, "relu")
    agreement = np.mean(tangent * ours > 0)
    assert 0.5 < agreement < 1
    assert value("tangent_agreement", run) == pytest.approx(agreement, abs=1e-3)


def test_the_peak_left_of_the_origin():
    run = at(20, data="interpolation", bias=True, m=200, init="sign_twins", tau=5.0, kappa=0.3,
             loss="square", dynamics="gradient", stepsize=0.1, precision="float64")  # fmt: skip
    x = np.linspace(-1, 0, 20_001)
    f = reference.predict(run.frame.particles, np.column_stack((np.ones_like(x), x)), "relu")
    assert value("left_peak", run) == pytest.approx(f.max(), rel=1e-5)


def test_directions_of_neurons_by_path_norm():
    """|c||a| of 6, 3 and 1 in three signed directions; one neuron without effect."""
    run = with_particles(
        [[2, 0, 1], [0.5, 0, 8], [0, 3, -1], [1, 0, -1], [5, 5, 0]]
    )  # 2 + 4, 3, 1 and 0
    assert value("neuron_directions", run) == 3
    for count, share in ((1, 0.6), (2, 0.9), (10, 1.0)):
        assert value("top_share", run, count=count) == pytest.approx(share)


def test_the_certificate_against_a_fine_circle():
    w = np.random.default_rng(0).standard_normal((6, 3))
    run = with_particles(w, weight_decay=0.03)
    X, y = np.eye(2), np.array([1.0, -1.0])
    g = (reference.predict(w, X, "relu") - y) / 2
    turn = np.linspace(0, 2 * np.pi, 200_001)
    values = np.maximum(np.column_stack((np.cos(turn), np.sin(turn))) @ X.T, 0) @ g
    expected = np.abs(values).max() / (2 * 0.03)
    assert value("certificate_ratio", run) == pytest.approx(expected, rel=1e-6)


RUNS = {
    "both layers": SMALL,
    "both layers, 14 inputs": SMALL | {"d": 14, "n": 24, "stepsize": 0.5},
    "weight decay": {
        "data": "teacher", "d": 2, "m0": 3, "n": 15, "bias": False, "noise": 0.0, "m": 20,
        "init": "sphere", "tau": 2.0, "loss": "square", "dynamics": "gradient", "stepsize": 1.0,
        "weight_decay": 0.002, "precision": "float64", "n_test": 40,
    },
    "four points": {
        "data": "interpolation", "bias": True, "m": 50, "init": "sign_twins", "tau": 5.0,
        "kappa": 0.2, "loss": "square", "dynamics": "gradient", "stepsize": 0.03,
        "precision": "float64",
    },
}  # fmt: skip


@pytest.mark.parametrize("knobs", RUNS.values(), ids=RUNS)
def test_scenes_scaled_down_against_loops_in_numpy(knobs):
    steps, run = 400, at(**knobs)
    problem, w = run.setup.problem, run.simulation.initial
    ascent = knobs["dynamics"] == "softmin"
    taken = (
        knobs["stepsize"] / np.sqrt(np.arange(2, steps + 2))
        if ascent
        else [knobs["stepsize"]] * steps
    )
    expected = reference.trajectory(
        w, taken, problem.inputs, problem.targets, loss="softmin" if ascent else "square",
        weight_decay=problem.weight_decay,
    )  # fmt: skip
    frame = run.simulation.advance(steps)
    np.testing.assert_allclose(frame.particles, expected, rtol=1e-7, atol=1e-9)
    f = reference.predict(expected, problem.inputs, "relu")
    if ascent:
        margin = (problem.targets * f).min() / (expected**2).sum(1).mean()
        assert value("margin", run) == pytest.approx(margin, rel=1e-7, abs=1e-12)
        test = run.simulation.test
        side = test.targets * reference.predict(expected, test.inputs, "relu")
        assert value("test_error", run) == np.mean(side <= 0)
    else:
        assert value("risk", run) == pytest.approx(((f - problem.targets) ** 2).mean() / 2)
