"""Drawing a data set by name: arguments checked, training and test set from one law."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from core.activations import ACTIVATIONS
from core.datasets.laws import DATASETS, INPUT_LAWS, Entry, Knobs, Law, with_bias
from core.validation import choose, integer, number

#: Bounds of the arguments of `make`; MAX_VALUES is on n * D, the size of one matrix of inputs.
MAX_N = 100_000
MAX_VALUES = 10_000_000
MIN_K, MAX_K = 2, 32
MAX_M0 = 1_000
MAX_NOISE = 100.0


@dataclass(frozen=True)
class Dataset:
    """A training set, a test set of the same law, and the teacher behind them if there is one.

    Attributes
    ----------
    inputs, targets : (n, D) and (n,) float64
        D = d, or d + 1 with a bias; then column 0 is the constant 1.
    test_inputs, test_targets : (n_test, D) and (n_test,) float64
        Free of the noise on teacher targets. Empty if n_test = 0 or the set is a list of points.
    teacher : (m0, D + 1) float64 or None
        Particles (a, c) of the mean-field network that made the targets (before taking signs).
    bias, labels : bool
        Whether column 0 is constant; whether all targets are +1 or -1.
    name : str
        Its name in `DATASETS`.
    """

    inputs: np.ndarray
    targets: np.ndarray
    test_inputs: np.ndarray
    test_targets: np.ndarray
    teacher: np.ndarray | None
    bias: bool
    labels: bool
    name: str


def make(
    name: str,
    *,
    n: int,
    n_test: int,
    d: int,
    bias: bool,
    rng: Generator,
    labels: bool = False,
    noise: float = 0.0,
    k: int = 4,
    m0: int = 5,
    input_law: str = "sphere",
    activation: str = "relu",
) -> Dataset:
    """Draw a training and a test set from one law.

    `rng` is advanced by spawning three children (structure, training set, test set): the
    structure depends on no size, the training set not on n_test, and raising n keeps the first
    points. Arguments that a data set does not use are checked and then ignored.

    Parameters
    ----------
    name : str
        A key of `DATASETS`.
    n, n_test : int
        Numbers of samples, 1 <= n <= 10^5 and 0 <= n_test <= 10^5, and at most 10^7 numbers in
        each matrix of inputs. Samples are independent: clusters draw a cell uniformly for each.
    d : int
        Input coordinates without the constant, in the entry's [min_d, max_d].
    bias : bool
        Put the constant 1 in column 0; the teacher's neurons then see it too.
    rng : numpy.random.Generator
        The only source of randomness.
    labels : bool
        Replace real targets by their sign (0 becomes +1), after the noise.
    noise : float
        In [0, 100]. For the teacher, the standard deviation of Gaussian noise on the training
        targets only, so that the test risk measures the distance to the teacher. For toy sets,
        that of the positions, training and test: it is part of the law.
    k : int
        Clusters stand on a k x k grid, 2 <= k <= 32.
    m0 : int
        Neurons of the teacher, 1 <= m0 <= 1000: f*(x) = (1/m0) sum_j c_j act(a_j . x~) with a_j
        uniform on the unit sphere of R^D and c = +1, -1, +1, ...
    input_law : str
        Law of the teacher's inputs: "sphere" (uniform, radius 1) or "gaussian" (standard).
    activation : str
        The teacher's activation, a name in `core.activations`.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.
    """
    n, n_test = integer("n", n, 1, MAX_N), integer("n_test", n_test, 0, MAX_N)
    labels = _flag("labels", labels)
    law, entry, (train, test) = make_law(
        name, d=d, bias=bias, rng=rng, noise=noise, k=k, m0=m0, input_law=input_law,
        activation=activation,
    )  # fmt: skip
    n, n_test = _sizes(entry, n, n_test, d + bias)
    inputs, targets = draw_samples(law, n, train, law.target_noise, bias, labels)
    test_inputs, test_targets = draw_samples(law, n_test, test, 0.0, bias, labels)
    return Dataset(
        inputs, targets, test_inputs, test_targets,
        teacher=law.teacher, bias=bool(bias), labels=labels or entry.labels, name=entry.name,
    )  # fmt: skip


def make_law(
    name: str, *, d: int, bias: bool, rng: Generator, noise: float, k: int, m0: int,
    input_law: str, activation: str,
) -> tuple[Law, Entry, list[Generator]]:  # fmt: skip
    """Return a law with its structure drawn, its entry, and generators of training and test set."""
    entry = choose("name", name, DATASETS)
    choose("input_law", input_law, INPUT_LAWS)
    if not isinstance(rng, Generator):
        raise ValueError(f"rng={rng!r} is not a numpy.random.Generator")
    knobs = Knobs(
        d=_dimension(entry, d),
        bias=_flag("bias", bias),
        noise=number("noise", noise, 0, MAX_NOISE),
        k=integer("k", k, MIN_K, MAX_K),
        m0=integer("m0", m0, 1, MAX_M0),
        input_law=input_law,
        activation=choose("activation", activation, ACTIVATIONS),
    )
    assert entry.draw is not None  # only `POINTS` has none, and it is no law
    structure, *samples = rng.spawn(3)
    return entry.draw(knobs, structure), entry, samples


def draw_samples(
    law: Law, n: int, rng: Generator, target_noise: float, bias: bool, labels: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return n samples of a law: inputs (n, D), with the constant if `bias`, and targets (n,)."""
    points, noise = rng.spawn(2)
    positions, targets = law.sample(n, points)
    targets = targets + target_noise * noise.standard_normal(n)
    if labels:
        targets = np.where(targets >= 0, 1.0, -1.0)
    return np.ascontiguousarray(with_bias(positions, bias)), targets


def _dimension(entry: Entry, d: int) -> int:
    try:
        return integer("d", d, entry.min_d, entry.max_d)
    except ValueError as error:
        raise ValueError(f"{error} for name={entry.name!r}") from None


def _flag(argument: str, value: bool) -> bool:
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise ValueError(f"{argument}={value!r} is not True or False")


def _sizes(entry: Entry, n: int, n_test: int, columns: int) -> tuple[int, int]:
    """Return the checked numbers of training and test samples, or the fixed ones of a list."""
    for argument, size in (("n", n), ("n_test", n_test)):
        if size * columns > MAX_VALUES:
            raise ValueError(
                f"{argument}={size} with {columns} columns is too large; at most"
                f" {MAX_VALUES // columns} samples with that many columns"
            )
    return (n, n_test) if entry.fixed_n is None else (entry.fixed_n, 0)
