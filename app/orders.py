"""What a clock has been told and has not yet done."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

Action = Callable[[], Any]


class Orders:
    """Orders of a player; to be touched on the event loop alone.

    Attributes
    ----------
    singles : int
        Steps to make one by one.
    swap : pair of callables, or None
        Prepares a new simulation in a worker thread, and installs it.
    produce : callable, or None
        Makes in a worker thread what is to be shown.
    changes : deque of pairs
        A function to call between two chunks, and one that a worker calls before it, or None.
    generation : int
        Counts the swaps: what was begun before the last one is not shown.
    """

    def __init__(self) -> None:
        self.singles = 0
        self.swap: tuple[Action, Callable[[Any], Any]] | None = None
        self.produce: Action | None = None
        self.changes: deque[tuple[Action, Action | None]] = deque()
        self.generation = 0

    def add_steps(self, count: int) -> None:
        self.singles += count

    def set_swap(self, prepare: Action, install: Callable[[Any], Any]) -> None:
        """Take a swap in place of one not yet begun; steps meant for the old run are void."""
        self.generation += 1
        self.singles, self.swap = 0, (prepare, install)

    def set_produce(self, produce: Action) -> None:
        self.produce = produce

    def add_change(self, function: Action, prepare: Action | None) -> None:
        self.changes.append((function, prepare))

    def take_steps(self, most: int) -> int:
        """Return how many single steps to make now, at most `most`, and strike them off."""
        steps = min(self.singles, most)
        self.singles -= steps
        return steps

    def take_produce(self) -> Action | None:
        """Return what is to be shown, if anything, and strike it off."""
        produce, self.produce = self.produce, None
        return produce

    def clear(self) -> None:
        """Let go of every callable."""
        self.swap = self.produce = None
        self.changes.clear()
