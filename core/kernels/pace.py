"""Pace: serial steps or steps on threads, by what each has cost lately on this machine.

Threads that wait for one another at every step lose badly once anything else wants the same cores
(a browser beside the server, the workers of another library): each wait may take a scheduler's
whole turn. Both ways give the same bits, so the choice is free.

Steps are taken in short pieces. Threads keep an account against serial steps: what they lose is
their debt, what they gain pays it back. In debt they rest, until serial steps have run so long that
all that threads ever lose stays a small share of the time. Neither load nor size is guessed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import perf_counter

#: A piece takes about this many seconds: few beside a scheduler's turn, many beside a launch.
PIECE = 4e-3

#: Shorter pieces are mostly launch: they tell nothing of serial steps.
TELLING = 2e-4

#: Late serial pieces of which the fastest tells what a serial step costs: others on the machine
#: only ever slow it down.
KEPT = 4

#: Threads rest once they owe the stake: they lose about half of it by waking from their sleep.
STAKE = 1e-3

#: What threads have gained counts against later losses up to here: one turn lost is forgiven.
CREDIT = 5e-3

#: Threads that lose again and again may lose this share of the time; serial pieces between those of
#: threads that gain may take as much.
SHARE = 0.02

#: The share that they may lose at first: it halves with every rest, down to the one above, and is
#: this again once they have gained. Waking late, once, then costs them little.
FIRST_SHARE = 0.16

#: Threads never rest for more seconds than this.
LONGEST = 20.0


class Pace:
    """Runs steps serially or on threads, whichever costs less.

    Parameters
    ----------
    fewest : int
        Steps of the first piece of a way, and of the shortest: so many that a launch, which copies
        the particles, is little beside them.
    """

    def __init__(self, fewest: int = 4) -> None:
        self._fewest = fewest
        self._loaded: set[bool] = set()
        self._serial: deque[float] = deque(maxlen=KEPT)  # seconds a step
        self._steps = {True: fewest, False: fewest}  # of the next piece
        self._debt = 0.0
        self._resting = False
        self._share = FIRST_SHARE
        self._unchecked = 0.0  # seconds that threads may still run before serial steps are timed

    @property
    def half_loaded(self) -> bool:
        """Whether one kernel has run, and the other would be loaded amid the steps to come."""
        return len(self._loaded) == 1

    def run(self, steps: Callable[[bool, int, int], int], count: int) -> int:
        """Call ``steps(threads, start, stop)`` over [0, count); return the steps completed."""
        start = 0
        while start < count:
            threads, most = self._next()
            stop = min(start + most, count)
            begin = perf_counter()
            done = steps(threads, start, stop)
            seconds = perf_counter() - begin
            if done < stop - start:
                return start + done
            self._learn(threads, done, seconds)
            start = stop
        return count

    def _next(self) -> tuple[bool, int]:
        """Return the way of the next piece and its most steps."""
        for threads in (True, False):
            if threads not in self._loaded:
                return threads, 1
        # One serial piece alone may have lost a turn of the scheduler.
        threads = len(self._serial) > 1 and self._unchecked > 0 and not self._resting
        return threads, self._steps[threads]

    def _learn(self, threads: bool, done: int, seconds: float) -> None:
        """Take a piece of `done` steps into account."""
        if threads not in self._loaded:
            self._loaded.add(threads)  # which took most of the time
            return
        if threads:
            self._charge(seconds - done * min(self._serial))
            self._unchecked -= seconds
        else:
            self._check(done, seconds)
        self._lengthen(threads, done, seconds)

    def _charge(self, loss: float) -> None:
        """Put a loss of threads, or a gain below 0, on their account."""
        self._debt = min(max(self._debt + loss, -CREDIT), SHARE * LONGEST)
        if self._debt >= STAKE:
            self._resting = True
            self._share = max(self._share / 2, SHARE)
        elif self._debt <= -CREDIT:
            self._share = FIRST_SHARE

    def _check(self, done: int, seconds: float) -> None:
        """Time serial steps, and let threads rest meanwhile if they must."""
        if seconds >= TELLING:
            self._serial.append(seconds / done)
            self._unchecked = done * min(self._serial) / SHARE
        if self._resting:
            self._debt -= self._share * seconds
            self._resting = self._debt > 0

    def _lengthen(self, threads: bool, done: int, seconds: float) -> None:
        """Choose the steps of the next piece of a way, after one not cut short by the end."""
        if threads and self._resting:
            self._steps[threads] = self._fewest
        elif done == self._steps[threads]:
            fitting = int(done * PIECE / seconds) if seconds > 0 else 2 * done
            self._steps[threads] = max(self._fewest, min(2 * done, fitting))
