"""Counter-based random numbers: known answers, laws, independence. z is in standard deviations."""

import numpy as np
import pytest
from scipy import stats

from core import Langevin, Problem, Simulation
from core.kernels import random

from . import reference
from .cases import DENSE

#: Known answers that come with Random123 (philox4x32-10): counter, key, words.
KNOWN = [
    ((0,) * 4, (0,) * 2, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]

#: The draws are fixed, so nothing here is flaky; the bound is that of a hundred honest tests.
MOST_Z = 4.0
M = 20_000


def noise(seed=0, steps=1, m=M):
    """Noise of each of some steps, (steps, m, d+1): no input, no pull, and 2ητ = 1."""
    problem = Problem(np.zeros((1, DENSE)), [1.0], "identity")
    run = Simulation(problem, Langevin(0.5, temperature=1.0), np.zeros((m, DENSE + 1)), seed)
    clouds = [run.frame.particles, *(run.advance(1).particles for _ in range(steps))]
    return np.diff(clouds, axis=0)


def correlation_z(one, other):
    """√N times the correlation of independent numbers is standard Gaussian."""
    return np.corrcoef(one.ravel(), other.ravel())[0, 1] * np.sqrt(one.size)


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_known_answers(counter, key, words):
    found = random.philox(*(np.uint64(word) for word in counter + key))
    assert tuple(int(word) for word in found) == words
    assert tuple(reference.philox(counter, key)) == words


@pytest.mark.parametrize("seed", [0, 7, 2**32, 2**63 - 1])
@pytest.mark.parametrize("step", [0, 1, 2**32 - 1, 2**32, 10**12])
def test_numbers_of_a_particle_against_plain_python(seed, step):
    for particle in (0, 1, 999_999):
        for draw in (0, 3, random.MASKS):
            about = (seed, step, particle, draw)
            expected = reference.uniforms(*about)
            np.testing.assert_array_equal(random.uniforms(*about), expected)
            near, turn, far, other = expected
            gaussians = [
                np.sqrt(-2 * np.log(size)) * turned(2 * np.pi * angle)
                for size, angle in ((near, turn), (far, other))
                for turned in (np.cos, np.sin)
            ]
            np.testing.assert_allclose(random.gaussians(*about), gaussians, rtol=1e-13, atol=1e-14)


def test_the_noise_of_a_run_is_that_of_seed_step_and_particle():
    expected = [reference.noise(5, step, 40, DENSE) for step in range(3)]
    np.testing.assert_allclose(noise(5, 3, 40), expected, atol=1e-14)


@pytest.mark.parametrize("seed", [0, 1, 2**40])
def test_noise_is_standard_gaussian(seed):
    values = noise(seed).ravel()
    count = values.size
    # Moments 1 to 4 of a standard Gaussian have variances 1, 2, 15, 96 of one draw.
    for power, mean, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        z = ((values**power).mean() - mean) / np.sqrt(variance / count)
        assert abs(z) < MOST_Z
    assert stats.kstest(values, "norm").pvalue > 1e-4
    # 80 000 draws of 32 bits reach far into the tail, and no further than 32 bits go.
    assert 3.8 < np.abs(values).max() < 6.7


def test_noise_is_independent_of_step_particle_coordinate_and_seed():
    first, second, third = noise(3, 3)
    assert abs(correlation_z(first, second)) < MOST_Z
    assert abs(correlation_z(first, third)) < MOST_Z
    assert abs(correlation_z(first[1:], first[:-1])) < MOST_Z
    for seed in (4, 3 + 2**32, 3 + 2**33):
        assert abs(correlation_z(first, noise(seed)[0])) < MOST_Z
    for j in range(DENSE + 1):
        for k in range(j):
            assert abs(correlation_z(first[:, j], first[:, k])) < MOST_Z
            # Box and Muller's pairs share a radius: squares must be independent too.
            assert abs(correlation_z(first[:, j] ** 2, first[:, k] ** 2)) < MOST_Z


@pytest.mark.parametrize("keep", [0.05, 0.5, 0.9])
def test_masks_keep_the_share_they_should_and_are_independent(keep):
    """By the numbers core draws for 5000 particles at four steps and two seeds."""
    kept = np.array([
        [[u < keep for u in random.uniforms(seed, step, j, random.MASKS)[:2]] for j in range(5000)]
        for seed, step in ((0, 0), (0, 1), (0, 2), (1, 0))
    ])  # fmt: skip
    z = (kept.mean() - keep) / np.sqrt(keep * (1 - keep) / kept.size)
    assert abs(z) < MOST_Z
    for other in kept[1:]:
        assert abs(correlation_z(kept[0], other)) < MOST_Z
    assert abs(correlation_z(kept[..., 0], kept[..., 1])) < MOST_Z
    assert abs(correlation_z(kept[:, 1:], kept[:, :-1])) < MOST_Z


def test_masks_and_noise_draw_apart():
    masked = np.array([random.uniforms(0, 0, j, random.MASKS)[0] for j in range(5000)])
    plain = np.array([random.uniforms(0, 0, j, 0)[0] for j in range(5000)])
    assert abs(correlation_z(masked, plain)) < MOST_Z
