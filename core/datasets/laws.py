"""The laws of the data sets, one registered entry each.

An entry first draws its structure (which cells are labelled -1, the teacher's particles ...) and
returns a `Law`, from which the training and the test set are then drawn. Inside a law each
quantity has a generator of its own, so that raising n keeps the first points.

Adding a data set is one function and one row of `DATASETS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from core.activations import Activation

#: Most input coordinates of a data set.
MAX_D = 1_000


@dataclass(frozen=True)
class Knobs:
    """What a law may depend on, checked: the arguments of `make` that are not sizes."""

    d: int
    bias: bool
    noise: float
    k: int
    m0: int
    input_law: str
    activation: Activation


@dataclass(frozen=True)
class Law:
    """The law of one data set, its structure drawn.

    Attributes
    ----------
    sample : callable
        ``sample(n, rng)`` draws positions (n, d), without the constant, and targets (n,).
    teacher : (m0, D + 1) float64 or None
        Particles of the network that makes the targets.
    target_noise : float
        Standard deviation of the Gaussian noise added to the training targets only.
    """

    sample: Callable[[int, Generator], tuple[np.ndarray, np.ndarray]]
    teacher: np.ndarray | None = None
    target_noise: float = 0.0


@dataclass(frozen=True)
class Entry:
    """One data set of the registry.

    Attributes
    ----------
    name, label, doc : str
        The name in code and URLs, the name on the page, one sentence on it.
    knobs : tuple of str
        The parameters of Experiment that change it, among n, d, noise, k, m0, input_law.
    min_d, max_d : int
        Number of input coordinates it exists for, the constant not counted.
    labels : bool
        Whether its targets are +1 or -1 by nature.
    draw : callable
        Draws the structure: ``draw(knobs, rng) -> Law``; None for the user's own points.
    fixed_n : int or None
        Number of points of a fixed list. Such a set ignores n and has an empty test set.
    """

    name: str
    label: str
    doc: str
    knobs: tuple[str, ...]
    min_d: int
    max_d: int
    labels: bool
    draw: Callable[[Knobs, Generator], Law] | None
    fixed_n: int | None = None

    @property
    def has_teacher(self) -> bool:
        """Whether a teacher network makes its targets."""
        return "m0" in self.knobs

    @property
    def is_law(self) -> bool:
        """Whether samples can be drawn without end."""
        return self.draw is not None and self.fixed_n is None


def _on_sphere(rng: Generator, n: int, d: int) -> np.ndarray:
    """Draw n points uniformly on the unit sphere of R^d."""
    points = rng.standard_normal((n, d))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


#: Laws of the teacher's inputs: name -> function (rng, n, d) -> (n, d).
INPUT_LAWS: dict[str, Callable[[Generator, int, int], np.ndarray]] = {
    "sphere": _on_sphere,
    "gaussian": lambda rng, n, d: rng.standard_normal((n, d)),
}


def _signs(rng: Generator, n: int) -> np.ndarray:
    """Draw n fair signs +1.0 or -1.0."""
    return 2.0 * rng.integers(2, size=n) - 1.0


def _polar(radius: np.ndarray, angle: np.ndarray) -> np.ndarray:
    return np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))


def with_bias(positions: np.ndarray, bias: bool) -> np.ndarray:
    """Return x~ = (1, x) with a bias, x without."""
    return np.column_stack((np.ones(len(positions)), positions)) if bias else positions


def _teacher(knobs: Knobs, rng: Generator) -> Law:
    a = _on_sphere(rng, knobs.m0, knobs.d + knobs.bias)
    return _network(knobs, a, np.where(np.arange(knobs.m0) % 2 == 0, 1.0, -1.0))


def _network(knobs: Knobs, a: np.ndarray, c: np.ndarray) -> Law:
    """Return the law of (1/m0) Σ_k c_k σ(a_k·x)."""

    def sample(n: int, rng: Generator) -> tuple[np.ndarray, np.ndarray]:
        positions = INPUT_LAWS[knobs.input_law](rng, n, knobs.d)
        # einsum without BLAS: the bits must not depend on the number of threads
        products = np.einsum("id,jd->ij", with_bias(positions, knobs.bias), a)
        return positions, np.einsum("ij,j->i", knobs.activation(products), c) / knobs.m0

    return Law(sample, np.column_stack((a, c)), knobs.noise)


def _square_teacher(knobs: Knobs, rng: Generator) -> Law:
    roots = _on_sphere(rng, knobs.m0, knobs.d + knobs.bias)
    a = roots * np.abs(roots)
    return _network(knobs, a, np.full(knobs.m0, float(knobs.m0)))


def _clusters(knobs: Knobs, rng: Generator) -> Law:
    k, gap = knobs.k, 1 / (3 * knobs.k - 1)
    labels = np.ones(k * k)
    labels[rng.permutation(k * k)[: k * k // 2]] = -1

    def sample(n: int, rng: Generator) -> tuple[np.ndarray, np.ndarray]:
        cells, places, spurious = rng.spawn(3)
        cell = cells.integers(k * k, size=n)
        centres = gap * (1 + 3 * np.column_stack((cell % k, cell // k))) - 0.5
        turn, radius = places.random((n, 2)).T
        plane = centres + _polar(gap * radius, 2 * np.pi * turn)
        rest = spurious.random((n, knobs.d - 2)) - 0.5
        return np.column_stack((plane, rest)), labels[cell]

    return Law(sample)


def _blobs(knobs: Knobs, rng: Generator) -> Law:
    centre = _on_sphere(rng, 1, knobs.d)

    def sample(n: int, rng: Generator) -> tuple[np.ndarray, np.ndarray]:
        sides, jitter = rng.spawn(2)
        y = _signs(sides, n)
        return y[:, None] * centre + knobs.noise * jitter.standard_normal((n, knobs.d)), y

    return Law(sample)


def _circles(knobs: Knobs, rng: Generator) -> Law:
    def sample(n: int, rng: Generator) -> tuple[np.ndarray, np.ndarray]:
        sides, turns, jitter = rng.spawn(3)
        y = _signs(sides, n)
        ring = _polar(np.where(y > 0, 0.5, 1.0), 2 * np.pi * turns.random(n))
        return ring + knobs.noise * jitter.standard_normal((n, 2)), y

    return Law(sample)


def _xor(knobs: Knobs, rng: Generator) -> Law:
    def sample(n: int, rng: Generator) -> tuple[np.ndarray, np.ndarray]:
        places, jitter = rng.spawn(2)
        square = places.uniform(-1, 1, (n, 2))
        y = np.where(square[:, 0] * square[:, 1] >= 0, 1.0, -1.0)
        return square + knobs.noise * jitter.standard_normal((n, 2)), y

    return Law(sample)


def _spiral(knobs: Knobs, rng: Generator) -> Law:
    def sample(n: int, rng: Generator) -> tuple[np.ndarray, np.ndarray]:
        sides, places, jitter = rng.spawn(3)
        y = _signs(sides, n)
        radius = places.uniform(0.1, 1, n)  # from 0.1, so that the arms do not meet at the centre
        arm = _polar(radius, 3.5 * np.pi * radius + np.where(y > 0, 0, np.pi))
        return arm + knobs.noise * jitter.standard_normal((n, 2)), y

    return Law(sample)


def _interpolation(knobs: Knobs, rng: Generator) -> Law:
    x, y = np.array([[-1.0], [-1 / 16], [1 / 16], [1.0]]), np.array([-1.0, 0.5, -0.5, 1.0])
    return Law(lambda n, rng: (x[:n].copy(), y[:n].copy()))


DATASETS: dict[str, Entry] = {
    entry.name: entry
    for entry in (
        Entry("teacher", "teacher network",
              "Outputs of a small mean-field network with unit input weights and signs ±1; noise"
              " is the standard deviation added to training targets.",
              ("n", "d", "noise", "m0", "input_law"), 1, MAX_D, False, _teacher),
        Entry("square_teacher", "teacher of squares",
              "Sum of m₀ neurons whose input weights are signed squares u∘|u|, u uniform on the"
              " unit sphere: most of a neuron is in few coordinates.",
              ("n", "d", "noise", "m0", "input_law"), 1, MAX_D, False, _square_teacher),
        Entry("clusters", "clusters on a grid",
              "Discs on a k × k grid, half of them labelled −1; coordinates after the second are"
              " uniform and say nothing.",
              ("n", "d", "k"), 2, MAX_D, True, _clusters),
        Entry("blobs", "two Gaussian blobs",
              "Two Gaussians at distance 2 in a random direction; noise is their standard"
              " deviation.",
              ("n", "d", "noise"), 1, MAX_D, True, _blobs),
        Entry("circles", "two circles",
              "Circles of radius 1/2 (label +1) and 1 (−1); noise moves the points.",
              ("n", "noise"), 2, 2, True, _circles),
        Entry("xor", "four quadrants",
              "A square with label +1 where both coordinates have one sign; noise then moves the"
              " points, not the labels.",
              ("n", "noise"), 2, 2, True, _xor),
        Entry("spiral", "two spirals",
              "Two arms, each of a little over one and a half turns; noise moves the points.",
              ("n", "noise"), 2, 2, True, _spiral),
        Entry("interpolation", "four points on a line",
              "The points −1, −1/16, 1/16, 1 with targets −1, 1/2, −1/2, 1.",
              (), 1, 1, False, _interpolation, fixed_n=4),
    )
}  # fmt: skip

#: The user's own points stand beside the laws: see `core.datasets.user`.
POINTS = Entry("points", "your own points", "Points typed in or read from a file.", ("points",),
               1, MAX_D, False, None)  # fmt: skip
