"""The compiled pulls: sizes, threads, precision, and the places where angles are delicate."""

from contextlib import contextmanager

import mpmath as mp
import numpy as np
import pytest

from core.population import PopulationProblem, PopulationPulls, pulls
from core.population.closed_forms import FORMS
from core.population.kernel import TILE

from .population_reference import relu_pulls

EPS = np.finfo(float).eps


def clouds(seed, m, m0, d, dtype=np.float64):
    """Return student (m, d+1) and teacher (m0, d+1), Gaussian."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal((m, d + 1)).astype(dtype), rng.standard_normal((m0, d + 1))


def results(problem, particles, times=1):
    """Return risk, pull_a and pull_c of the last of several updates."""
    found = PopulationPulls(problem, len(particles))
    for _ in range(times):
        risk = found.update(particles)
    return risk, found.pull_a.copy(), found.pull_c.copy()


def same(first, second):
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize(
    ("m", "m0", "d"),
    [(1, 1, 1), (1, 7, 3), (64, 1, 3), (65, 20, 3), (200, 20, 100), (300, 5, 2), (16, 300, 4),
     (TILE, TILE, 5), (530, 16, 9)],
)  # fmt: skip
def test_every_size_against_plain_numpy(m, m0, d):
    """Blocks, tiles and padding; arccos in the reference is good to √eps · angle, hence 1e-11."""
    w, teacher = clouds(m, m, m0, d)
    risk, pull_a, pull_c = results(PopulationProblem(teacher, scale=1.3), w)
    expected_risk, expected_a, expected_c = relu_pulls(w, teacher, 1.3)
    assert risk == pytest.approx(expected_risk, rel=1e-11)
    np.testing.assert_allclose(pull_a, expected_a, atol=1e-11 * np.abs(expected_a).max())
    np.testing.assert_allclose(pull_c, expected_c, atol=1e-11 * np.abs(expected_c).max())


def test_blocks_cover_all_students():
    for m in (*range(1, 400), 5000, 16384, 16385, 100_000):
        count, length = pulls.partition(m)
        assert (count - 1) * length < m <= count * length and count <= 256


@pytest.mark.parametrize(
    ("act", "law"),
    [
        ("relu", "gaussian"),
        ("erf", "gaussian"),
        pytest.param("erf", "sphere", marks=pytest.mark.thorough),
    ],
)
def test_the_same_bits_on_threads_and_off(act, law, monkeypatch):
    seen: dict[bool, list] = {False: [], True: []}
    for threads in seen:

        @contextmanager
        def permit(_pairs, _threshold, threads=threads):
            yield threads

        monkeypatch.setattr(pulls, "thread_permit", permit)
        monkeypatch.setattr(pulls.Pace, "run", lambda self, steps, count: steps(True, 0, count))
        for m, d in ((500, 3), (130, 40)):
            w, teacher = clouds(1, m, 9, d)
            seen[threads].append(results(PopulationProblem(teacher, act, law), w))
    assert all(map(same, seen[False], seen[True]))


def test_the_pace_may_choose(monkeypatch):
    monkeypatch.setattr(pulls, "_THREADS_FROM", 0)
    w, teacher = clouds(2, 130, 9, 4)
    problem = PopulationProblem(teacher)
    once = results(problem, w)
    assert same(results(problem, w, times=6), once)


def test_an_update_forgets_the_one_before():
    w, teacher = clouds(3, 70, 4, 3)
    problem = PopulationProblem(teacher)
    expected = results(problem, w)
    found = PopulationPulls(problem, 70)
    for spoilt in (np.nan * w, 0 * w, 1e200 * w, -w):
        found.update(spoilt)
    assert same((found.update(w), found.pull_a, found.pull_c), expected)


def test_single_precision_and_layouts_are_taken_as_they_are():
    w, teacher = clouds(4, 20, 4, 3, np.float32)
    problem = PopulationProblem(teacher)
    expected = results(problem, w)
    for other in (w.astype(float), np.asfortranarray(w), np.repeat(w, 2, axis=0)[::2]):
        assert same(results(problem, other), expected)
    assert problem.velocity(w).dtype == np.float64


@pytest.mark.parametrize("act", FORMS)
def test_zero_particles_pull_by_the_slope_of_the_kink(act):
    """Of σ'(0), the slope from the left, only leaky ReLU, identity and erf have one that is not 0.

    E[(f − f*) x] = E[σ'(g·x)…]: for a piecewise linear σ it is (p₊+p₋)/2 Σ_k u_k z_k.
    """
    w, teacher = clouds(5, 4, 3, 6)
    w[1, :-1] = w[2] = 0
    problem = PopulationProblem(teacher, act)
    _, pull_a, pull_c = results(problem, w)
    assert (pull_c[[1, 2]] == 0).all()
    slopes = {"leaky_relu": 0.1 * 1.1 / 2, "identity": 1.0}
    if act != "erf":
        together = w[:, -1] @ w[:, :-1] / 4 - teacher[:, -1] @ teacher[:, :-1] / 3
        expected = -slopes.get(act, 0.0) * together
    else:  # σ'(0) E[σ(b·x) x] = (4/π) b/√(1 + 2|b|²)
        both = np.concatenate((w[[0, 3]] / [*[1] * 6, 4], teacher / [*[1] * 6, -3]))
        lengths = np.sqrt(1 + 2 * (both[:, :-1] ** 2).sum(axis=1))
        expected = -4 / np.pi * (both[:, -1] / lengths) @ both[:, :-1]
    np.testing.assert_allclose(pull_a[1], expected, rtol=1e-13, atol=1e-15)
    np.testing.assert_array_equal(pull_a[1], pull_a[2])
    silent = np.delete(w, [1, 2], axis=0)
    silent[:, -1] /= 2  # half the particles, so half the weights
    assert problem.risk(silent) == pytest.approx(problem.risk(w), rel=1e-13)


def test_lengths_near_the_ends_of_the_range():
    """Squares of these numbers overflow or vanish; the network they make is an ordinary one."""
    w, teacher = clouds(6, 5, 3, 4)
    problem = PopulationProblem(teacher)
    risk, pull_a, _ = results(problem, w)
    for factor in (2.0**600, 2.0**-600):
        moved = w * [*[factor] * 4, 1 / factor]
        found = results(problem, moved)
        assert found[0] == pytest.approx(risk, rel=1e-13)
        np.testing.assert_allclose(found[1], pull_a, rtol=1e-12)


@pytest.mark.parametrize("act", ["relu", "relu2", "erf", "step"])
def test_a_diverged_cloud_has_no_finite_risk(act):
    w, teacher = clouds(7, 40, 3, 4)
    problem = PopulationProblem(teacher, act)
    for column in (0, 4):
        for value in (np.nan, np.inf, -np.inf):
            spoilt = w.copy()
            spoilt[17, column] = value
            assert not np.isfinite(results(problem, spoilt)[0])
    all_nan = w.copy()
    all_nan[3, :4] = np.nan
    assert not np.isfinite(results(problem, all_nan)[0])


def exact(w, teacher):
    """Return risk and pull_a of the ReLU in 40 digits, from the kernel with mpmath's arccos."""
    rows = [[mp.mpf(x) for x in row] for row in (*w, *teacher)]
    weights = [row[-1] / len(w) for row in rows[: len(w)]]
    weights += [-row[-1] / len(teacher) for row in rows[len(w) :]]
    rows = [row[:-1] for row in rows]
    norms = [mp.sqrt(mp.fdot(row, row)) for row in rows]
    risk, pull_a = mp.mpf(0), []
    for j, (a, r) in enumerate(zip(rows, norms, strict=True)):
        pull = [mp.mpf(0)] * len(a)
        for k, (b, other) in enumerate(zip(rows, norms, strict=True)):
            cosine = mp.mpf(1) if j == k else min(mp.fdot(a, b) / (r * other), mp.mpf(1))
            theta, sine = mp.acos(cosine), mp.sqrt(1 - cosine**2)
            risk += (
                weights[j] * weights[k] * r * other * (sine + (mp.pi - theta) * cosine) / 4 / mp.pi
            )
            for i in range(len(a)):
                term = (mp.pi - theta) * b[i] + sine * other * a[i] / r
                pull[i] -= weights[k] * term / (2 * mp.pi)
        pull_a.append(pull)
    return risk, pull_a[: len(w)]


@pytest.mark.parametrize("distance", [1e-2, 1e-4, 1e-6, 1e-8])
def test_close_to_the_teacher_only_the_last_digits_of_the_terms_are_lost(distance):
    """Errors stay below the rounding of the terms, a few 1e-17 here, however close."""
    teacher = clouds(8, 1, 5, 4)[1]
    w = np.tile(teacher, (2, 1)) + distance * clouds(9, 10, 1, 4)[0]
    problem = PopulationProblem(teacher)
    with mp.workdps(40):
        expected_risk, expected = exact(w, teacher)
        risk, pull_a, _ = results(problem, w)
        assert abs(risk - expected_risk) <= 4 * EPS * problem.null_risk
        error = max(abs(pull_a[j, i] - expected[j][i]) for j in range(10) for i in range(4))
    assert error <= 4 * EPS
    assert np.abs(pull_a).max() > 0.01 * distance  # so that what is left has digits to lose


def test_two_opposite_neurons_keep_the_digits_of_their_overlap():
    """E[f* σ'(a·x) x] = ((π − θ) b + sin θ |b| a)/2π is of order overlap², and along a overlap³."""
    for overlap in (1e-3, 1e-6, 1e-9):
        a, b = np.array([1.0, 0.0]), np.array([-1.0, overlap])
        problem = PopulationProblem([[*b, 1.0]])
        pull = results(problem, np.array([[*a, 0.0]]))[1][0]
        with mp.workdps(40):
            small = mp.mpf(overlap)
            across = mp.atan(small) * small / (2 * mp.pi)
            along = (small - mp.atan(small)) / (2 * mp.pi)
            assert abs(pull[1] - across) <= 4 * EPS * across
            assert abs(pull[0] - along) <= EPS * overlap


def test_parallel_and_opposite_copies():
    """2a and a/2 are one direction, −a its opposite: f = c σ(a·x) + c' σ(−a·x), at any |a|."""
    a = clouds(10, 1, 1, 7)[0][0, :-1]
    problem = PopulationProblem([[*a, 4.0], [*-3 * a, 2.0]])  # 2 σ(a·x) + 3 σ(−a·x)
    student = [[*2 * a, 4.0], [*a / 2, 0.0], [*-a, 12.0], [*-a / 7, 0.0]]
    size = problem.null_risk
    assert size == pytest.approx((2**2 + 3**2) / 4 * (a @ a), rel=1e-14)
    risk, pull_a, pull_c = results(problem, np.array(student))
    assert risk <= 4 * EPS * size
    assert max(np.abs(pull_a).max(), np.abs(pull_c).max()) <= 8 * EPS * size
