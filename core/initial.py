"""Initial clouds of particles, one registered entry each, drawn from a NumPy generator.

Adding one is one function and one row of `INITIAL_CLOUDS`. Raising m keeps the first particles
(but for the unpaired one of an odd cloud of twins). No cloud spawns generators: with a seed equal
to that of the data, a child would draw the directions of the teacher again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import DTypeLike

from core.validation import choose, integer, number

#: Bounds of the arguments of `draw`; MAX_VALUES is on m * (d + 1), the size of the cloud.
MAX_M = 10_000_000
MAX_D = 1_001
MAX_VALUES = 50_000_000


@dataclass(frozen=True)
class InitialCloud:
    """One initial cloud: names in code and on the page, a sentence, and
    ``sample(rng, m, d) -> (m, d + 1)``, columns a (d of them) then c, at scale 1."""

    name: str
    label: str
    doc: str
    sample: Callable[[Generator, int, int], np.ndarray]


def _unit(v: np.ndarray) -> np.ndarray:
    return v / np.linalg.norm(v, axis=1, keepdims=True)


def _uniform(normals: np.ndarray) -> np.ndarray:
    """Return numbers uniform on [0, 1] made of standard normal ones."""
    from scipy.special import ndtr  # here: it takes a quarter of the time to load all of core

    return ndtr(normals)


def _signs(rng: Generator, m: int, d: int) -> np.ndarray:
    c = np.where(np.arange(m) % 2 == 0, 1.0, -1.0)
    return np.column_stack((_unit(rng.standard_normal((m, d))), c))


def _gaussian(rng: Generator, m: int, d: int) -> np.ndarray:
    return rng.standard_normal((m, d + 1))


def _zero_output(rng: Generator, m: int, d: int) -> np.ndarray:
    return np.column_stack((rng.standard_normal((m, d)), np.zeros(m)))


def _sphere_zero(rng: Generator, m: int, d: int) -> np.ndarray:
    return np.column_stack((_unit(rng.standard_normal((m, d))), np.zeros(m)))


def _balanced(rng: Generator, m: int, d: int) -> np.ndarray:
    return _with_output(_gaussian(rng, m, d))


def _dominated(rng: Generator, m: int, d: int) -> np.ndarray:
    numbers = _gaussian(rng, m, d + 1)
    particles = _with_output(numbers[:, :-1])
    particles[:, -1] *= 1 + _uniform(numbers[:, -1])
    return particles


def _with_output(numbers: np.ndarray) -> np.ndarray:
    """Return particles with |c| = |a|, the signs of c being those of the last column."""
    a = numbers[:, :-1]
    return np.column_stack((a, np.copysign(np.linalg.norm(a, axis=1), numbers[:, -1])))


def _twins(particles: np.ndarray, m: int) -> np.ndarray:
    # Twins stand side by side: a sum in any usual order then cancels without rounding.
    particles = np.repeat(particles, 2, axis=0)[:m]
    particles[1::2, -1] *= -1
    if m % 2:
        particles[-1, -1] = 0
    return particles


def _antisymmetric(rng: Generator, m: int, d: int) -> np.ndarray:
    return _twins(_gaussian(rng, (m + 1) // 2, d), m)


def _sphere_twins(rng: Generator, m: int, d: int) -> np.ndarray:
    numbers = _gaussian(rng, (m + 1) // 2, d)
    return _twins(np.column_stack((_unit(numbers[:, :-1]), _uniform(numbers[:, -1]))), m)


def _sign_twins(rng: Generator, m: int, d: int) -> np.ndarray:
    particles = _antisymmetric(rng, m, d)
    particles[:, :-1] = _unit(particles[:, :-1])
    particles[:, -1] = np.sign(particles[:, -1])
    return particles


def _sphere(rng: Generator, m: int, d: int) -> np.ndarray:
    return _unit(rng.standard_normal((m, d + 1)))


INITIAL_CLOUDS: dict[str, InitialCloud] = {
    entry.name: entry
    for entry in (
        InitialCloud("signs", "a on the sphere, c = ±1",
                     "a uniform on the unit sphere, c = +1 and −1 in equal numbers (for odd m one"
                     " more +1).", _signs),
        InitialCloud("gaussian", "all Gaussian",
                     "Every coordinate standard Gaussian.", _gaussian),
        InitialCloud("zero_output", "a Gaussian, c = 0",
                     "a standard Gaussian and c = 0, so that the network starts at 0.",
                     _zero_output),
        InitialCloud("sphere_zero", "a on the sphere, c = 0",
                     "a uniform on the unit sphere and c = 0: random features of equal length.",
                     _sphere_zero),
        InitialCloud("balanced", "a Gaussian, c = ±|a|",
                     "a standard Gaussian and c = ±|a| with random signs: balanced neurons, which"
                     " keep their signs. Small τ shows early alignment.", _balanced),
        InitialCloud("dominated", "a Gaussian, |c| ≥ |a|",
                     "As balanced, but |c| is up to twice |a|: the output weight dominates.",
                     _dominated),
        InitialCloud("antisymmetric", "Gaussian twins (a, ±c)",
                     "Gaussian particles in pairs (a, c), (a, −c), so that the network starts at"
                     " 0; for odd m the last has c = 0.", _antisymmetric),
        InitialCloud("sphere_twins", "twins on the sphere (a, ±c)",
                     "a uniform on the unit sphere in pairs (a, c), (a, −c), c uniform in [0, 1]:"
                     " the network starts at 0; for odd m the last has c = 0.",
                     _sphere_twins),
        InitialCloud("sign_twins", "twins on the sphere, c = ±1",
                     "a uniform on the unit sphere in pairs (a, 1), (a, −1), so that the network"
                     " starts at 0; for odd m the last has c = 0.", _sign_twins),
        InitialCloud("sphere", "whole particle on the sphere",
                     "(a, c) uniform on the unit sphere, so that all particles have equal mass.",
                     _sphere),
    )
}  # fmt: skip


def draw(
    name: str, *, m: int, d: int, tau: float, rng: Generator, dtype: DTypeLike = np.float64
) -> np.ndarray:
    """Draw an initial cloud.

    Drawn in float64 and then rounded, so that runs in both precisions start from one cloud.

    Parameters
    ----------
    name : str
        A key of `INITIAL_CLOUDS`.
    m : int
        Number of particles, 1 <= m <= 10^7, with m (d + 1) <= 5 10^7.
    d : int
        Columns of the inputs, the constant counted (the D of a problem), 1 <= d <= 1001.
    tau : float
        Initial scale, multiplying all coordinates; positive and a normal number of `dtype`.
    rng : numpy.random.Generator
        The only source of randomness; it advances.
    dtype : float32 or float64

    Returns
    -------
    (m, d + 1) array of `dtype`, C-contiguous
        Columns a (d of them), then c.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.
    """
    entry = choose("name", name, INITIAL_CLOUDS)
    m, d = integer("m", m, 1, MAX_M), integer("d", d, 1, MAX_D)
    if m * (d + 1) > MAX_VALUES:
        raise ValueError(f"m={m} is too large; at most {MAX_VALUES // (d + 1)} with d={d}")
    kind = _float_type(dtype)
    # A Gaussian coordinate stays below 10^3, so that tau times it does not overflow.
    tau = number("tau", tau, float(np.finfo(kind).tiny), float(np.finfo(kind).max) / 1e3)
    if not isinstance(rng, Generator):
        raise ValueError(f"rng={rng!r} is not a numpy.random.Generator")
    return np.ascontiguousarray(tau * entry.sample(rng, m, d), dtype=kind)


def _float_type(dtype: DTypeLike) -> np.dtype:
    try:
        name = np.dtype(dtype).name
    except TypeError:
        name = ""
    if name not in ("float32", "float64"):
        raise ValueError(f"dtype={dtype!r} is not allowed; choose float32 or float64")
    return np.dtype(name)
