"""PopulationProblem against quadrature, samples, differences and symmetries."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Problem
from core.population import PopulationProblem

from . import population_reference as quadrature
from .cases import FEW
from .population_reference import CASES, DEGREES, PAIRS, USUAL

EPS = np.finfo(float).eps
EVERY = pytest.mark.parametrize(("act", "law"), CASES)
SCALE = 1.7


def clouds(seed, m, m0, d):
    """Return student (m, d+1) and teacher (m0, d+1), Gaussian."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal((m, d + 1)), rng.standard_normal((m0, d + 1))


def close(found, expected, tolerance):
    """Compare with an error relative to the largest entry, since the small ones are sums too."""
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance * np.abs(expected).max())


@EVERY
def test_planar_risk_and_velocity_against_quadrature(act, law):
    """Rounding only, but for the erf: its rules are good to 1e-12 at these lengths."""
    for seed in range(3):
        w, teacher = clouds(seed, 7, 4, 2)
        if act == "erf":
            w[:, :2] *= 0.4
            teacher[:, :2] *= 0.4
        problem = PopulationProblem(teacher, act, law, SCALE)
        risk, velocity = quadrature.risk_and_velocity(w, teacher, act, law, SCALE)
        tolerance = 1e-11 if act == "erf" else 1e-13
        assert problem.risk(w) == pytest.approx(risk, rel=tolerance)
        close(problem.velocity(w), velocity, tolerance)


@EVERY
def test_a_plane_in_many_dimensions_against_quadrature(act, law):
    """Neurons of one plane see only the inputs' projection on it."""
    d = 100
    w, teacher = clouds(5, 40, 20, 2)
    if act == "erf":
        w[:, :2] *= 0.4
        teacher[:, :2] *= 0.4
    frame = np.linalg.qr(np.random.default_rng(6).standard_normal((d, 2)))[0]

    def lift(cloud):
        return np.column_stack((cloud[:, :2] @ frame.T, cloud[:, 2]))

    risk, velocity = quadrature.risk_and_velocity(w, teacher, act, law, SCALE, d)
    problem = PopulationProblem(lift(teacher), act, law, SCALE)
    tolerance = 1e-11 if act == "erf" else 1e-13
    assert problem.risk(lift(w)) == pytest.approx(risk, rel=tolerance)
    close(problem.velocity(lift(w)), lift(velocity), tolerance)


@pytest.mark.parametrize("act", [*DEGREES, "erf"])
def test_the_sphere_of_a_line_has_two_points(act):
    """x = ±1 with equal chances: an ordinary mean over two samples."""
    w, teacher = clouds(2, 6, 3, 1)
    w[1, 0] = 0.0  # at the kink
    problem = PopulationProblem(teacher, act, "sphere", SCALE, weight_decay=0.1)
    x = np.array([[1.0], [-1.0]])
    error = SCALE * quadrature.forward(w, x, act) - quadrature.forward(teacher, x, act)
    tolerance = 1e-11 if act == "erf" else 1e-14
    assert problem.risk(w) == pytest.approx((error**2).mean() / 2, rel=tolerance)
    samples = Problem(x, quadrature.forward(teacher, x, act), act, "square", SCALE, 0.1)
    close(problem.velocity(w), samples.velocity(w), tolerance)
    assert problem.objective(w) == pytest.approx(samples.objective(w), rel=tolerance)


@EVERY
def test_risk_and_velocity_against_samples(act, law):
    """Monte-Carlo with 400 000 samples, standard errors of a few 1e-3 relative; seed fixed."""
    w, teacher = clouds(11, 5, 4, 3)
    problem = PopulationProblem(teacher, act, law, SCALE, weight_decay=0.03)
    x, y = problem.sample(np.random.default_rng(12), 400_000)
    error = problem.predict(w, x) - y
    standard_error = (error**2 / 2).std() / np.sqrt(len(x))
    assert standard_error < 0.01 * problem.risk(w)
    assert abs((error**2 / 2).mean() - problem.risk(w)) < 4 * standard_error

    samples = Problem(x, y, act, "square", SCALE, 0.03)
    assert abs(samples.risk(w) - problem.risk(w)) < 4 * standard_error
    value, slope = quadrature.activation(act, x @ w[:, :-1].T)
    single = np.concatenate(
        (
            (slope * error[:, None] * w[:, -1]).T[:, :, None] * x,
            (value * error[:, None]).T[:, :, None],
        ),
        axis=2,
    )  # the velocity that each sample alone would give, but for −1/scale
    standard_error = single.std(axis=1) / SCALE / np.sqrt(len(x))
    difference = np.abs(samples.velocity(w) - problem.velocity(w))
    if act == "step":  # no sample feels a
        standard_error, difference = standard_error[:, -1:], difference[:, -1:]
    assert (standard_error > 0).all()
    assert (difference <= 4 * standard_error).all()


@EVERY
def test_velocity_is_minus_m_times_the_gradient_of_the_objective(act, law):
    """Central differences: (1e-5)² of truncation and rounding/1e-5, some 1e-10 of the largest."""
    w, teacher = clouds(3, 4, 3, 3)
    for penalty in ("mass", "path"):
        problem = PopulationProblem(teacher, act, law, SCALE, 0.05, penalty)
        expected = np.zeros_like(w)
        for index in np.ndindex(w.shape):
            ahead, behind = w.copy(), w.copy()
            ahead[index] += 1e-5
            behind[index] -= 1e-5
            expected[index] = (problem.objective(ahead) - problem.objective(behind)) / 2e-5
        expected *= -len(w)
        close(problem.velocity(w), expected, 1e-9)


@EVERY
def test_the_teacher_itself_and_its_copies_are_at_rest(act, law):
    teacher = clouds(7, 1, 6, 5)[1]
    problem = PopulationProblem(teacher, act, law)
    order = np.random.default_rng(0).permutation(18)
    for student in (teacher, teacher[::-1], np.tile(teacher, (3, 1))[order]):
        assert problem.risk(student) <= 4 * EPS * problem.null_risk
        assert np.abs(problem.velocity(student)).max() <= 30 * EPS * np.abs(teacher).max() ** 4


def test_parallel_steps_exert_no_force_on_one_another():
    """G has a cone there; the directions of a, 3a and −a/7 agree to rounding only."""
    a = clouds(8, 1, 1, 5)[0][0, :-1]
    problem = PopulationProblem([[*a, 1.0], [*-a, 3.0]], "step")
    student = np.array([[*a, 1.0], [*3 * a, -2.0], [*-a / 7, 0.5]])
    assert (problem.velocity(student)[:, :-1] == 0).all()


def test_kernel_values_of_the_sphere():
    """k(0) = 1/(2d), k(π/2) = 1/(2πd), k(π) = 0 of the ReLU on the uniform sphere."""
    d = 7
    for cosine, expected in ((1, 1 / (2 * d)), (0, 1 / (2 * np.pi * d)), (-1, 0)):
        b = np.append([cosine, np.sqrt(1 - cosine**2)], np.zeros(d - 2))
        alone = PopulationProblem([[1, *np.zeros(d - 1), 1.0]], law="sphere")
        both = [[1, *np.zeros(d - 1), 2.0], [*b, 2.0]]  # f = σ(a·x) + σ(b·x) against σ(a·x)
        assert alone.risk(np.array(both)) == pytest.approx(1 / (4 * d), rel=1e-15)
        pair = PopulationProblem(both, law="sphere")
        assert pair.null_risk == pytest.approx(1 / (2 * d) + expected, rel=1e-15)


@FEW
@given(
    st.sampled_from([pair for pair in PAIRS if pair[0] in USUAL and pair[0] != "erf"]),
    st.integers(0, 2**32 - 1),
    st.floats(1e-3, 1e3),
)
def test_moving_a_factor_from_a_to_c_changes_nothing(case, seed, factor):
    w, teacher = clouds(seed, 5, 3, 4)
    p = DEGREES[case[0]]
    problem = PopulationProblem(teacher, *case)
    moved = w.copy()
    moved[:, :-1] *= factor
    moved[:, -1] /= factor**p
    size = problem.risk(w) + problem.null_risk
    assert abs(problem.risk(moved) - problem.risk(w)) <= 40 * EPS * size
    velocity, after = problem.velocity(w), problem.velocity(moved)
    close(after[:, -1] / factor**p, velocity[:, -1], 1e-12)
    close(after[:, :-1] * factor, velocity[:, :-1], 1e-12)
    radial = (w[:, :-1] * velocity[:, :-1]).sum(axis=1)  # Euler: a·∇_a φ = p c ∂_c φ
    size = np.abs(w[:, :-1] * velocity[:, :-1]).max()
    assert np.abs(radial - p * w[:, -1] * velocity[:, -1]).max() <= 1e-12 * size


@FEW
@given(st.sampled_from([pair for pair in PAIRS if pair[0] in USUAL]), st.integers(0, 2**32 - 1))
def test_rotations_permutations_and_copies(case, seed):
    rng = np.random.default_rng(seed)
    w, teacher = clouds(seed, 6, 3, 4)
    problem = PopulationProblem(teacher, *case, weight_decay=0.1)
    risk, velocity = problem.risk(w), problem.velocity(w)
    turn = np.eye(5)
    turn[:4, :4] = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    turned = problem.replace(teacher=teacher @ turn)
    order = rng.permutation(6)
    for other, cloud, expected in (
        (turned, w @ turn, velocity @ turn),
        (problem, w[order], velocity[order]),
        (problem, np.tile(w, (2, 1)), np.tile(velocity, (2, 1))),
        (problem.replace(teacher=np.tile(teacher, (2, 1))), w, velocity),
    ):
        assert other.risk(cloud) == pytest.approx(risk, abs=40 * EPS * (risk + problem.null_risk))
        close(other.velocity(cloud), expected, 1e-12)


@EVERY
def test_predictions_and_targets_are_those_of_a_network(act, law):
    w, teacher = clouds(1, 5, 3, 3)
    problem = PopulationProblem(teacher, act, law, SCALE)
    x, y = problem.sample(np.random.default_rng(3), 50)
    assert x.shape == (50, 3) and y.shape == (50,)
    np.testing.assert_allclose(y, quadrature.forward(teacher, x, act), rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(y, problem.target(x))
    expected = SCALE * quadrature.forward(w, x, act)
    np.testing.assert_allclose(problem.predict(w, x), expected, rtol=1e-12, atol=1e-14)
    if law == "sphere":
        np.testing.assert_allclose((x**2).sum(axis=1), 1, rtol=1e-14)


def test_a_population_problem_cannot_be_changed():
    teacher = clouds(1, 1, 3, 4)[1]
    problem = PopulationProblem(teacher, scale=2.0)
    null = problem.null_risk
    assert null == pytest.approx(problem.risk(np.zeros((2, 5))), rel=1e-15)
    teacher[:] = 0
    assert problem.null_risk == null > 0
    assert not problem.teacher.flags.writeable
    with pytest.raises(dataclasses.FrozenInstanceError):
        problem.scale = 1.0
    about = (problem.d, problem.m0, problem.n, problem.labels, problem.loss, problem.activation)
    assert about == (4, 3, 0, False, "square", "relu")
    assert problem.replace(teacher=-problem.teacher, law="sphere").null_risk != null
