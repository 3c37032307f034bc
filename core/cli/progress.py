"""Driving a run from the terminal: a progress bar, and an end in good order on Ctrl-C."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from tqdm import tqdm

from core.chunks import in_chunks
from core.frame import Frame
from core.simulation import Simulation

_STOPPING = (signal.SIGINT, signal.SIGTERM)


def drive(simulation: Simulation, steps: int, quiet: bool) -> int:
    """Advance by `steps` steps, or until the run diverges or a signal arrives.

    How the run is cut into chunks changes no bit of it.

    Parameters
    ----------
    simulation : Simulation
    steps : int
    quiet : bool
        Without a bar.

    Returns
    -------
    int
        Number of the signal that stopped it, 0 if none did.
    """
    end = simulation.step + steps
    with signals() as received, _bar(simulation, end, quiet) as bar:
        for taken in in_chunks(simulation, end):
            bar.set_postfix_str(_numbers(simulation.frame), refresh=False)
            bar.update(taken)
            if received:
                break
    return received[0] if received else 0


def _numbers(frame: Frame) -> str:
    margin = f", margin={frame.margin:.4g}" if frame.margin == frame.margin else ""
    return f"risk={frame.risk:.4g}{margin}"


def interval() -> float:
    """Return the least seconds between two pictures of a bar: a log file wants few lines."""
    return 0.1 if sys.stderr.isatty() else 10.0


def _bar(simulation: Simulation, end: int, quiet: bool) -> tqdm:
    return tqdm(
        initial=simulation.step, total=end, disable=quiet, unit="step", unit_scale=True,
        mininterval=interval(), miniters=1, dynamic_ncols=True, file=sys.stderr,
    )  # fmt: skip


@contextmanager
def signals() -> Iterator[list[int]]:
    """Collect the first signal that asks to stop; a second one acts at once, as it always does.

    An interruption in the middle of a step would leave the run between two steps.
    """
    received: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield received  # only the main thread may handle signals
        return
    before: dict[int, Any] = {}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def stop(number: int, frame: FrameType | None) -> None:
        received.append(number)
        restore()

    for number in _STOPPING:
        before[number] = signal.signal(number, stop)
    try:
        yield received
    finally:
        restore()
