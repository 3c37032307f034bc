"""Kernels of the first page, compiled by a process of its own beside the server that starts.

Compilation holds the interpreter's lock: in this process it would take turns with the imports of
the server and with the making of its first page. In another one it takes the other processor, and
what it makes comes back by the disk cache.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core import compiling

#: Knobs that decide which kernels a run needs.
DECISIVE = ("d", "bias", "activation", "precision", "dynamics", "population")

_COMMAND = (sys.executable, "-m", "core", "compile")


class Ahead:
    """Compiles what the default experiment needs.

    Parameters
    ----------
    command : sequence of str
        Says in a line what it begins to compile, and ends.
    """

    def __init__(self, command: tuple[str, ...] = _COMMAND) -> None:
        self._command = command
        self._process: subprocess.Popen[str] | None = None
        self._done = threading.Event()
        self._done.set()

    def start(self) -> None:
        """Start the process. Where there can be none, kernels are compiled when they are needed."""
        try:
            self._process = subprocess.Popen(
                self._command, cwd=Path(__file__).parents[1], text=True, encoding="utf-8",
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except OSError:
            return
        self._done.clear()
        listener = threading.Thread(target=self._listen, name="wideflow-ahead", daemon=True)
        listener.start()

    def wait(self) -> None:
        """Wait until all is compiled, or the process has failed. Blocks; any thread."""
        self._done.wait()

    def wait_for(self, knobs: Mapping[str, Any], default: Mapping[str, Any]) -> None:
        """Wait if a run with `knobs` needs what is being compiled, that of the default ones.

        It would compile the same a second time, and more slowly.
        """
        if all(knobs[name] == default[name] for name in DECISIVE):
            self.wait()

    def stop(self) -> None:
        """Give up. Idempotent."""
        if self._process is not None:
            self._process.terminate()

    def _listen(self) -> None:
        process = self._process
        assert process is not None and process.stdout is not None
        with process:
            for line in process.stdout:
                compiling.elsewhere(line.strip())
        compiling.elsewhere(None)
        self._done.set()


ahead = Ahead()
"""That of this process; nothing is waited for until it is started."""
