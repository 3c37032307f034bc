"""Pace: serial or parallel steps, by what each cost lately on this machine.

Threads that wait for one another at every step lose badly once another process wants the same
cores (a browser beside the server, say). Both ways give the same bits, so the choice is free.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

#: Steps of the trial that times a way of running.
TRIAL_STEPS = 4

#: The way not in use is tried again after this many seconds, and after twice as many each time
#: that it loses again: a trial on cores that others want may take a hundred times as long.
RETRIAL_SECONDS = 2.0
MOST_SECONDS = 60.0


class Pace:
    """Runs steps in the cheaper of two ways, trying the other one now and then."""

    def __init__(self) -> None:
        self.cost: dict[bool, float] = {}
        self._tried: dict[bool, float] = {}
        self._patience = RETRIAL_SECONDS

    def run(self, steps: Callable[[bool, int, int], int], count: int) -> int:
        """Call ``steps(threads, start, stop)`` over [0, count); return the steps completed."""
        start = 0
        for threads in (True, False):
            if start < count and self._on_trial(threads):
                best = self._best()
                stop = min(start + TRIAL_STEPS, count)
                done = self._timed(steps, threads, start, stop)
                if done < stop - start:
                    return start + done
                start = stop
                self._be_patient(best)
        if start == count:
            return count
        return start + self._timed(steps, self._best(), start, count)

    def _best(self) -> bool:
        return min(self.cost, key=self.cost.__getitem__, default=True)

    def _on_trial(self, threads: bool) -> bool:
        if threads not in self.cost:
            return True
        return threads != self._best() and perf_counter() - self._tried[threads] > self._patience

    def _be_patient(self, best_before: bool) -> None:
        """Wait longer for the next trial if this one changed nothing."""
        changed = self._best() != best_before or len(self.cost) < 2
        self._patience = RETRIAL_SECONDS if changed else min(2 * self._patience, MOST_SECONDS)

    def _timed(
        self, steps: Callable[[bool, int, int], int], threads: bool, start: int, stop: int
    ) -> int:
        begin = perf_counter()
        done = steps(threads, start, stop)
        end = perf_counter()
        # The first call of a way may compile or load its kernel: its time says nothing.
        if threads in self._tried and done:
            self.cost[threads] = (end - begin) / done
        self._tried[threads] = end
        return done
