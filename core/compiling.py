"""What is being compiled in this process just now, in words; loading from the disk cache is not."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from numba.core import event
from numba.core.types import Array

from core.activations import ACTIVATIONS

#: What the kernels of a module do. One that is missing goes by the name of its module.
_USES = {
    "core.kernels.dense": "steps",
    "core.kernels.matrix": "steps",
    "core.kernels.planar": "steps in the plane",
    "core.kernels.tangent": "tangent steps",
    "core.kernels.predict": "predictions",
    "core.kernels.planar_predict": "predictions in the plane",
    "core.kernels.scanline": "the decision map",
    "core.kernels.histogram": "densities",
    "core.population.kernel": "the population risk",
    "core.population.engine": "the population risk",
}


class _Watcher(event.Listener):
    """Keeps the kernels whose compilation has begun and not ended, the outermost first."""

    def __init__(self) -> None:
        self.begun: list[Any] = []

    def on_start(self, event: Any) -> None:
        self.begun.append(event.data)

    def on_end(self, event: Any) -> None:
        with suppress(ValueError):  # it may have begun before this module was imported
            self.begun.remove(event.data)


_watcher = _Watcher()
event.register("numba:compile", _watcher)


def sentence() -> str | None:
    """Return what is being compiled, or None. Any thread.

    For example "Compiling the kernel of steps: relu, d = 2, float64 …".
    """
    for begun in _watcher.begun[:1]:  # a copy: compilation goes on meanwhile
        return f"Compiling {describe(begun['dispatcher'], begun.get('args', ()))} …"
    return None


def describe(kernel: Any, arguments: Iterable[Any] = ()) -> str:
    """Return in words what a compiled function is for.

    Parameters
    ----------
    kernel : numba dispatcher
        What it closes over under the names code, d and threads is told.
    arguments : iterable of numba types
        The precision of the first array is told.
    """
    function = kernel.py_func
    use = _USES.get(function.__module__, function.__module__.rpartition(".")[2])
    cells = function.__closure__ or ()
    closed = {
        name: cell.cell_contents
        for name, cell in zip(function.__code__.co_freevars, cells, strict=True)
    }
    details = [
        *(entry.name for entry in ACTIVATIONS.values() if entry.code == closed.get("code")),
        *([f"d = {closed['d']}"] if "d" in closed else []),
        *[str(kind.dtype) for kind in arguments if isinstance(kind, Array)][:1],
        *(["on threads"] if closed.get("threads") else []),
    ]
    return f"the kernel of {use}" + (f": {', '.join(details)}" if details else "")
