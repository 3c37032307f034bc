"""Stochastic gradient descent: minibatches of the samples, or fresh samples at every step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from core.dynamics.gradient import GradientDescent
from core.problem import Problem
from core.validation import integer

#: Draws samples: ``source(rng, count) -> (inputs (count, d), targets (count,))``.
Source = Callable[[Generator, int], tuple[np.ndarray, np.ndarray]]

#: Steps whose batches are drawn together, and most numbers in them. Batches belong to steps, not
#: to calls: those of step t come from block ⌊t/length⌋ whatever the chunks of a run.
_MOST_STEPS, _MOST_NUMBERS = 256, 2**17


@dataclass(frozen=True)
class StochasticGradientDescent(GradientDescent):
    """w_j ← w_j − stepsize · m ∇_{w_j} of the objective on a batch of its own for every step.

    On a `Problem` batches are drawn from its samples, uniformly and with replacement (minibatch);
    from a `source`, or on a `PopulationProblem`, they are fresh (single pass, which descends the
    population risk). Mei, Montanari and Nguyen (2018).

    Parameters
    ----------
    batch : int
        Samples a step, in [1, 10⁵].
    source : callable, optional
        ``source(rng, count) -> (inputs (count, d), targets (count,))``, fresh samples.
    """

    batch: int = 10
    source: Source | None = field(default=None, repr=False)
    name: ClassVar[str] = "sgd"
    schedules: ClassVar[tuple[str, ...]] = ("constant", "sqrt", "normalised")

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "batch", integer("batch", self.batch, 1, 100_000))
        if self.source is not None and not callable(self.source):
            raise ValueError(f"source={self.source!r} is not a function of (rng, count)")

    def make_state(
        self,
        problem: Problem,
        particles: np.ndarray,
        seed: int,
        extra: Mapping[str, np.ndarray],
    ) -> Any:
        if problem.n:
            return problem.engine(self.force(problem), particles)
        # A law without samples: those of one batch stand in, and are never asked for predictions.
        inputs, targets = self._draw(problem, np.random.default_rng(seed), self.batch)
        batch = Problem(inputs, targets, problem.activation, problem.loss, problem.scale)
        return batch.engine(self.force(problem), particles)

    def advance(
        self, state: Any, problem: Problem, start: int, count: int, seed: int = 0
    ) -> np.ndarray:
        taken = self.stepsizes(start, count)
        rule = self.rule(problem, seed)
        length = max(1, min(_MOST_STEPS, _MOST_NUMBERS // (self.batch * (problem.d + 1))))
        step, end = start, start + count
        while step < end:
            block = step // length
            until = min(end, (block + 1) * length)
            steps = slice(step - block * length, until - block * length)
            inputs, targets = self._block(state, problem, seed, block, length)
            part = taken[step - start : until - start]
            done = state.advance(part, rule, step, (inputs[steps], targets[steps]))
            if done < until - step:
                return taken[: step - start + done]
            step = until
        return taken

    def _block(
        self, state: Any, problem: Problem, seed: int, block: int, length: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the batches of a block of steps, inputs (length, b, d) and targets (length, b)."""
        key = (seed, block, length, self.batch, self.source)
        if state.kept_batches is None or state.kept_batches[0] != key:
            # A generator of its own: block k needs none of the blocks before it.
            rng = np.random.default_rng((seed, block))
            inputs, targets = self._draw(problem, rng, length * self.batch)
            shape = (length, self.batch)
            batches = inputs.reshape(*shape, problem.d), targets.reshape(shape)
            state.kept_batches = (key, batches)
        return state.kept_batches[1]

    def _draw(self, problem: Problem, rng: Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
        draws = self.source or problem.draws
        if draws is not None:
            inputs, targets = draws(rng, count)
            if np.shape(inputs) != (count, problem.d) or np.shape(targets) != (count,):
                raise ValueError(
                    f"source gave inputs of shape {np.shape(inputs)} and targets of shape "
                    f"{np.shape(targets)}; asked for {count} samples, it must give "
                    f"({count}, {problem.d}) and ({count},)"
                )
            return inputs, targets
        chosen = rng.integers(problem.n, size=count)
        return problem.inputs[chosen], problem.targets[chosen]
