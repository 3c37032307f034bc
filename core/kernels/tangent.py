"""The run of a tangent model: it is linear in its particles, so n numbers tell all of it.

With D(s) = Σ_i s_i ∇φ(w₀, x_i) and force f_i = −g_i/scale a step is w ← (1 − ηδ) w + η D(f), δ the
decay. So w_t = A_t w₀ + D(s_t), where A ← (1 − ηδ) A and s ← (1 − ηδ) s + η f; the predictions
are h(w₀) + (A − 1) Dh(w₀) w₀ + scale · K s, with K the tangent kernel (1/m) Σ_j ∇φ(x)·∇φ(x').
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from core import jit
from core.activations import activation
from core.features import gradient_kernel
from core.jit import apart
from core.kernels.blocks import STAMP, pull_samples
from core.kernels.move import Rule
from core.kernels.threads import single_threaded_blas

if TYPE_CHECKING:
    from core.tangent import TangentProblem

#: Most samples: the kernel is a matrix of n² numbers, and a step costs n² operations.
MOST_SAMPLES = 5_000


@cache
def _step_kernel(stamp: int = STAMP) -> Any:
    @jit.serial
    def run(kernel, base, slope, targets, work, response, shrink, stepsizes, about):
        """Run one step per stepsize; return how many ended finite. `shrink` (1,) holds A.

        `about` ends with m, Σ_j |w₀_j|² and the bound below which Σ_j |w_j|² counts as finite.
        """
        _ = stamp  # part of the key of the disk cache
        loss, parameter, scale, decay, m, mass, largest = about
        f, g, force = work
        n = f.size
        for t in range(stepsizes.size):
            h = stepsizes[t]
            if h != 0.0:
                keep = 1.0 - h * decay
                shrink[0] *= keep
                for i in range(n):
                    response[i] = keep * response[i] + h * force[i]
            np.dot(kernel, response, f)
            total = shrink[0]
            # m β of w = A w₀ + D(s): A² |w₀|² + m s·(2A Dh(w₀) w₀/scale + K s).
            square = total * total * mass
            for i in range(n):
                square += m * response[i] * (f[i] + 2.0 * total * slope[i] / scale)
            for i in range(n):
                f[i] = base[i] + (shrink[0] - 1.0) * slope[i] + scale * f[i]
                total += abs(f[i])
            risk = pull_samples(loss, parameter, f, targets, scale, g, force)
            if not (math.isfinite(risk + total) and square < largest):
                return t
        return stepsizes.size

    return run


def _largest(dtype: np.dtype) -> float:
    """Return a bound of Σ_j |w_j|² below which no particle overflows in `dtype`, nor the sum."""
    most = float(np.finfo(np.float64).max) / 2
    return min(float(np.finfo(dtype).max), math.sqrt(most)) ** 2


class TangentEngine:
    """The state of one run of a tangent model from its anchor; float64 whatever the particles.

    Parameters
    ----------
    problem : TangentProblem
    force : int
        Code of the loss (or soft minimum) whose forces move the particles.
    particles : ndarray, shape (m, d+1)
        The anchor, in the precision in which particles are returned.
    response : ndarray, shape (n,), optional
    shrink : ndarray, shape (1,), optional
        s and A, where the run goes on from another state than the anchor.
    """

    def __init__(
        self,
        problem: TangentProblem,
        force: int,
        particles: np.ndarray,
        response: np.ndarray | None = None,
        shrink: np.ndarray | None = None,
    ) -> None:
        n = problem.n
        self._problem, self._force, self._dtype = problem, force, particles.dtype
        self._response, self._shrink = apart(n), np.ones(1)
        self._response[:] = 0.0 if response is None else response
        self._shrink[:] = 1.0 if shrink is None else shrink
        self._work = apart(n), apart(n), apart(n)
        squares = float((problem.anchor**2).sum())
        self._size = float(len(particles)), squares, _largest(particles.dtype)
        self._targets = apart(n)
        self._targets[:] = problem.targets
        with single_threaded_blas():  # the bits must not depend on the number of threads
            act = activation(problem.activation)
            self._kernel = gradient_kernel(act, problem.anchor, problem.inputs)
            self._base = problem.predict(problem.anchor)
            self._slope = problem.linear(problem.anchor, problem.inputs)
        self._kept = self._state()
        self._particles: np.ndarray | None = None
        self.finite = self.advance(np.zeros(1), Rule()) == 1

    @property
    def particles(self) -> np.ndarray:
        """Current particles (m, d+1), A w₀ + D(s)."""
        if self._particles is None:
            with single_threaded_blas():
                moved = self._problem.sum_of_gradients(self._problem.anchor, self._response)
            moved += self._shrink[0] * self._problem.anchor
            self._particles = moved.astype(self._dtype)
        return self._particles

    @property
    def predictions(self) -> np.ndarray:
        """h̄(x_i) on the training inputs, (n,) float64."""
        return self._work[0]

    @property
    def total_mass(self) -> float:
        """β = (1/m) Σ_j |w_j|² of the current particles."""
        flat = self.particles.astype(np.float64).ravel()
        return float((flat * flat).sum()) / len(self.particles)

    def _state(self) -> tuple[np.ndarray, np.ndarray]:
        return self._response.copy(), self._shrink.copy()

    def backup(self) -> None:
        """Keep the state for `rollback`."""
        self._kept = self._state()

    def rollback(self) -> None:
        """Go back to the last `backup`."""
        self._response[:], self._shrink[:] = self._kept
        self.advance(np.zeros(1), Rule())

    def extra(self) -> dict[str, np.ndarray]:
        """Return what the particles do not tell of the state."""
        response, shrink = self._state()
        return {"anchor": self._problem.anchor, "response": response, "shrink": shrink}

    def advance(self, stepsizes: np.ndarray, rule: Rule, start: int = 0) -> int:
        """Take one step for each entry of `stepsizes`; return how many ended finite."""
        parameter = self._problem.loss_parameter
        about = (
            self._force,
            1.0 if parameter is None else parameter,
            float(self._problem.scale),
            rule.decay,
            *self._size,
        )
        self._particles = None
        with single_threaded_blas():
            return int(
                _step_kernel()(
                    self._kernel, self._base, self._slope, self._targets, self._work,
                    self._response, self._shrink, stepsizes, about,
                )
            )  # fmt: skip
