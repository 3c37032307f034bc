"""Kernels of the first page, compiled by processes of their own beside the server that starts.

Compilation holds the interpreter's lock: in this process it would take turns with the imports of
the server and with the making of its first page. Others take the other processor, and what they
make comes back by the disk cache.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core import compiling

#: Knobs that decide which kernels a run needs.
DECISIVE = ("d", "bias", "activation", "precision", "dynamics", "population")

#: The kernel of steps takes as long as all others, which come first for who draws figures only.
_COMPILE = (sys.executable, "-m", "core", "compile")
_COMMANDS = (_COMPILE, (*_COMPILE, "--figures"))


class Ahead:
    """Compiles what the default experiment needs.

    Parameters
    ----------
    commands : sequence of sequences of str
        Each says in a line what it begins to compile, and ends.
    """

    def __init__(self, commands: Sequence[Sequence[str]] = _COMMANDS) -> None:
        self._commands = commands
        self._processes: list[subprocess.Popen[str]] = []
        self._listeners: list[threading.Thread] = []

    def start(self) -> None:
        """Start the processes. Where there can be none, kernels are compiled when needed."""
        for command in self._commands:
            try:
                process = subprocess.Popen(
                    command, cwd=Path(__file__).parents[1], text=True, encoding="utf-8",
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                )  # fmt: skip
            except OSError:
                return
            listener = threading.Thread(target=_listen, args=(process,), daemon=True)
            self._processes.append(process)
            self._listeners.append(listener)
            listener.start()

    def wait(self) -> None:
        """Wait until all is compiled, or has failed. Blocks; any thread."""
        for listener in self._listeners:
            listener.join()

    def wait_for(self, knobs: Mapping[str, Any], default: Mapping[str, Any]) -> None:
        """Wait if a run with `knobs` needs what is being compiled, that of the default ones.

        It would compile the same a second time, and more slowly.
        """
        if all(knobs[name] == default[name] for name in DECISIVE):
            self.wait()

    def stop(self) -> None:
        """Give up. Idempotent."""
        for process in self._processes:
            process.terminate()


def _listen(process: subprocess.Popen[str]) -> None:
    """Have the page say what a process says, until it ends."""
    assert process.stdout is not None
    with process:
        for line in process.stdout:
            compiling.elsewhere(line.strip(), process.pid)
    compiling.elsewhere(None, process.pid)


ahead = Ahead()
"""That of this process; nothing is waited for until it is started."""
