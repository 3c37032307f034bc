"""Advancing a run in chunks short enough to be stopped between them."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from core.simulation import Simulation

#: Seconds a call into compiled code aims at: how soon a bar moves and a wish to stop is served.
SECONDS = 0.1


def in_chunks(simulation: Simulation, end: int) -> Iterator[int]:
    """Advance to step `end`, or until the run diverges; yield the steps taken after each chunk.

    How a run is cut into chunks changes no bit of it.
    """
    chunk = 1
    while simulation.step < end and simulation.divergence is None:
        begun, before = perf_counter(), simulation.step
        simulation.advance(min(chunk, end - before))
        chunk = _next(chunk, perf_counter() - begun)
        yield simulation.step - before


def _next(chunk: int, seconds: float) -> int:
    """Double or halve: a first call that compiles says little of the next."""
    if seconds < SECONDS / 2:
        return 2 * chunk
    return max(1, chunk // 2) if seconds > 2 * SECONDS else chunk
