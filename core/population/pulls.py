"""Risk and pulls of a teacher-student problem at a cloud of particles, with the arrays it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.jit import apart
from core.kernels.blocks import padded
from core.kernels.pace import Pace
from core.kernels.threads import single_threaded_blas, thread_permit
from core.population.kernel import TILE, place_kernel, pulls_kernel

if TYPE_CHECKING:
    from core.population.problem import PopulationProblem

#: Most students in a block, and most blocks: matrix products want many rows, threads many blocks.
_LONGEST_BLOCK = 64
_MOST_BLOCKS = 256

#: Below this many multiplications a call takes less time than threads take to start.
_THREADS_FROM = 2_000_000


def partition(m: int) -> tuple[int, int]:
    """Return the number of blocks of m students and the length of all but the last."""
    length = -(-m // min(_MOST_BLOCKS, -(-m // _LONGEST_BLOCK)))
    return -(-m // length), length


class PopulationPulls:
    """Closed-form risk and velocity for clouds of m particles, without weight decay.

    All arrays are made once: `update` allocates nothing.

    Parameters
    ----------
    problem : PopulationProblem
    m : int
        Number of particles.
    teacher : bool
        False leaves the teacher out: the risk is then E[f²/2].

    Attributes
    ----------
    pull_a : ndarray, shape (m, d), float64
        −(1/scale) E[(f − f*) σ'(a_j·x) x], for the step with its Dirac σ': the velocity of a_j is
        c_j pull_a[j].
    pull_c : ndarray, shape (m,), float64
        −(1/scale) E[(f − f*) σ(a_j·x)], the velocity of c_j.

    Notes
    -----
    Chizat and Bach (2018), "On the global convergence of gradient descent for over-parameterized
    models using optimal transport", section 4.2. O(m (m + m0) d) by matrix products.
    """

    def __init__(self, problem: PopulationProblem, m: int, *, teacher: bool = True) -> None:
        d, m0 = problem.d, problem.m0 if teacher else 0
        form, moment = problem.form, problem.moment
        count, length = partition(m)
        self.pull_a, self.pull_c = apart((m, d)), apart(m)
        self._particles = apart((m, d + 1))
        first = padded(m)  # row of the teacher; rows between m and it are zero
        size = first + padded(m0)
        self._rows = (apart((size, d)), apart((size, d)), apart(size), apart(size), apart(size))
        self._parts = apart(count)
        width = min(TILE, size)
        self._scratch = (
            apart((count, length * width)),
            apart((count, width)),
            apart((count, length, d)),
            apart((count, 3, length)),
        )
        about = form.positive, form.negative, form.nodes(d)
        self._options = (length, problem.scale / m / moment, moment, problem.scale, *about)
        self._work = m * size * (d + 10)
        self._kind = form.kind
        self._pace = Pace()
        self._excess = 0.0
        self._null_risk = 0.0
        if teacher:
            rows = tuple(array[first:] for array in self._rows)
            place_kernel(form.kind)(problem.teacher, -1 / m0 / moment, rows)
            self._null_risk = problem.null_risk

    def update(self, particles: np.ndarray) -> float:
        """Fill `pull_a` and `pull_c` at particles (m, d+1), float32 or float64; return the risk.

        Sums are in float64 whatever the precision of the particles. The risk is a difference of
        numbers as large as the null risk, whose rounding is all that is left of it at the teacher;
        where that falls below 0, 0 is returned. Not finite particles give a risk that is not.
        """
        self._particles[...] = particles

        def once(threads: bool, _start: int = 0, _stop: int = 1) -> int:
            self._excess = self._call(threads)
            return 1

        with thread_permit(self._work, _THREADS_FROM) as threads, single_threaded_blas():
            if threads:
                self._pace.run(once, 1)
            else:
                once(False)
        risk = self._null_risk + self._excess
        return 0.0 if risk < 0 else risk

    def _call(self, threads: bool) -> float:
        kernel = pulls_kernel(self._kind, threads)
        arrays = (self._rows, self.pull_a, self.pull_c, self._parts, self._scratch)
        return float(kernel(self._particles, self._options, *arrays))
