"""A law of samples to draw from without end: fresh samples for single-pass training."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import Generator

from core.datasets.laws import Entry, Law
from core.datasets.sampling import draw_samples, make_law


@dataclass(frozen=True)
class Stream:
    """Fresh samples of the law from which `make` draws with ``default_rng(data_seed)``.

    Parameters
    ----------
    name, d, bias, labels, noise, k, m0, input_law, activation
        As for `core.datasets.make`.
    data_seed : int
        The structure of the law (teacher, labels of cells …) is that of `make` with this seed.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed; also for a fixed list of points.
    """

    name: str
    d: int
    bias: bool
    data_seed: int
    labels: bool = False
    noise: float = 0.0
    k: int = 4
    m0: int = 5
    input_law: str = "sphere"
    activation: str = "relu"

    def __post_init__(self) -> None:
        if self._drawn[1].fixed_n is not None:
            raise ValueError(
                f"name={self.name!r} is a fixed list of points, not a law to draw from"
            )

    @cached_property
    def _drawn(self) -> tuple[Law, Entry]:
        law, entry, _ = make_law(
            self.name, d=self.d, bias=self.bias, rng=np.random.default_rng(self.data_seed),
            noise=self.noise, k=self.k, m0=self.m0, input_law=self.input_law,
            activation=self.activation,
        )  # fmt: skip
        return law, entry

    def __call__(self, rng: Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Return `count` fresh samples: inputs (count, D) and targets (count,)."""
        law = self._drawn[0]
        return draw_samples(law, count, rng, law.target_noise, self.bias, self.labels)
