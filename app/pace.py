"""How many steps are due, and how fast a run really goes. Plain arithmetic on a clock."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

Clock = Callable[[], float]

LONGEST_DEBT = 0.25
"""Seconds of steps a run makes up for after a halt; what is due beyond that is forgiven."""

MEASURED_OVER = 0.5
"""Seconds over which steps and frames are counted."""

GROWTH = 32
"""The most a chunk may grow from one to the next, however quick the last one was."""


class Pace:
    """Turns a speed in steps per second into chunks of whole steps that fall on time.

    Time earns steps; a chunk spends them. The longest chunk follows from the measured time of a
    step, to which the cost of showing a frame is added: an estimate on the safe side.
    """

    def __init__(self, clock: Clock = time.perf_counter) -> None:
        self._clock = clock
        self.forget()
        self.begin()

    def begin(self) -> None:
        """Start to count time; the first step is due at once."""
        self._earned = 1.0
        self.rebase()

    def rebase(self) -> None:
        """Count time from now on; for a speed that has changed."""
        self._since = self._clock()

    def forget(self) -> None:
        """Drop what is known of the time of a step; for a new simulation."""
        self._seconds_per_step = math.inf
        self._last_steps = 0

    def learn(self, steps: int, seconds: float) -> None:
        """Take note that a chunk of `steps` took `seconds`."""
        if steps > 0:
            # Down at once, since the first chunk compiles; up by halves, since one may be unlucky.
            measured = max(seconds, 1e-6) / steps
            halfway = (self._seconds_per_step + measured) / 2
            self._seconds_per_step = min(measured, halfway)
            self._last_steps = steps

    def most(self, seconds: float) -> int:
        """Number of steps, at least 1, that fit into `seconds`."""
        fit = seconds / self._seconds_per_step
        return max(1, int(min(fit, GROWTH * self._last_steps)))

    def due(self, speed: float, most: int) -> int:
        """Number of steps due now at `speed`, from 0 to `most`; they count as made."""
        now = self._clock()
        elapsed, self._since = now - self._since, now
        if math.isinf(speed):
            return most
        earned = self._earned + speed * min(elapsed, max(LONGEST_DEBT, 1.5 / speed))
        earned = min(earned, float(most))
        steps = int(earned + 1e-6)
        self._earned = earned - steps
        return steps

    def wait(self, speed: float) -> float:
        """Seconds from the last `due` until another step is."""
        return 0.0 if math.isinf(speed) else max(0.0, (1.0 - self._earned) / speed)


class Meter:
    """Counts steps and painted frames, and times the browser."""

    def __init__(self, clock: Clock = time.perf_counter) -> None:
        self._clock = clock
        self.paint_seconds = 0.03
        self._sent_at: float | None = None
        self.begin()

    def begin(self) -> None:
        """Start to count anew."""
        self._steps = self._frames = 0
        self._since = self._clock()

    def stepped(self, steps: int) -> None:
        """Count `steps` as made."""
        self._steps += steps

    def sent(self) -> None:
        """Take note that a frame leaves for the browser now."""
        self._sent_at = self._clock()

    def painted(self) -> None:
        """Count the frame sent last as painted."""
        self._frames += 1
        if self._sent_at is not None:
            seconds = min(self._clock() - self._sent_at, 0.25)  # not the time a tab was hidden
            self.paint_seconds += 0.3 * (seconds - self.paint_seconds)
            self._sent_at = None

    def rates(self) -> tuple[float, float] | None:
        """Steps and frames per second since the last answer; None while it is too early."""
        elapsed = self._clock() - self._since
        if elapsed < MEASURED_OVER:
            return None
        rates = self._steps / elapsed, self._frames / elapsed
        self.begin()
        return rates
