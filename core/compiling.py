"""What is being compiled just now, in words; loading from the disk cache is not.

A process may compile for another, through the disk cache they share: `ahead` does so for all that
an experiment and its figures need, and the other one says what it hears by `elsewhere`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
from numba.core import event
from numba.core.types import Array

from core.activations import ACTIVATIONS

if TYPE_CHECKING:
    from core.experiment import Experiment

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
        self.tell: Callable[[str], Any] = lambda sentence: None

    def on_start(self, event: Any) -> None:
        self.begun.append(event.data)
        if len(self.begun) == 1:
            self.tell(_sentence(event.data))

    def on_end(self, event: Any) -> None:
        with suppress(ValueError):  # it may have begun before this module was imported
            self.begun.remove(event.data)


_watcher = _Watcher()
event.register("numba:compile", _watcher)

#: What other processes compile for this one.
_heard: dict[int, str] = {}


def sentence() -> str | None:
    """Return what is being compiled, here or elsewhere, or None. Any thread.

    For example "Compiling the kernel of steps: relu, d = 2, float64 …".
    """
    for begun in _watcher.begun[:1]:  # a copy: compilation goes on meanwhile
        return _sentence(begun)
    return next(iter(list(_heard.values())), None)


def elsewhere(told: str | None, process: int = 0) -> None:
    """Take note of what another process compiles for this one, None if nothing any more."""
    if told is None:
        _heard.pop(process, None)
    else:
        _heard[process] = told


def ahead(experiment: Experiment, tell: Callable[[str], Any], run: bool = True) -> None:
    """Compile into the disk cache what a run of `experiment` and its figures need.

    Parameters
    ----------
    experiment : Experiment
        Its knobs alone decide on the kernels; of the run one step is made.
    tell : callable
        Called with a sentence whenever the compilation of a kernel begins.
    run : bool
        Whether the run, too. Its figures alone are there sooner: in a process of their own they
        take nothing of the time of the kernel of steps, which takes longest.

    Raises
    ------
    ValueError
        If the experiment makes no run; it names the knob.
    """
    _watcher.tell = tell
    try:
        problem = experiment.problems()[1]
        cloud = np.zeros((experiment.m, problem.d + 1), experiment.precision)
        if run:
            cloud = experiment.setup().simulation.advance(1).particles
        _show(problem, cloud, experiment.bias)
    finally:
        _watcher.tell = lambda sentence: None


def _show(problem: Any, cloud: np.ndarray, bias: bool) -> None:
    """Predict as the figures do."""
    from core.kernels.slices import predict_slice  # here: kernels are what this module describes

    problem.risk(cloud)
    problem.risk(cloud.astype(np.float64))
    if problem.d >= 2 + bias:
        line = np.linspace(-1.0, 1.0, 8)
        predict_slice(problem.activation, problem.scale, cloud, line, line, bias)


def _sentence(begun: dict[str, Any]) -> str:
    return f"Compiling {describe(begun['dispatcher'], begun.get('args', ()))} …"


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
