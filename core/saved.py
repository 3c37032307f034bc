"""SavedRun: everything a run consists of, as it goes into a run file and comes out of it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import llvmlite.binding
import numpy as np

from core import runfile
from core.dynamics import Dynamics
from core.frame import SCALARS
from core.packing import pack, unpack
from core.problem import Problem
from core.recorder import Recorder
from core.validation import integer, number

#: Packages whose version may change the bits of a run.
_PACKAGES = ("wideflow", "numpy", "numba", "scipy")

#: Arrays of a dynamics' own state and of the history stand under these prefixes.
_STATE, _HISTORY = "state.", "history."


def versions() -> dict[str, str]:
    """Return what the bits of a run depend on: packages, Python, system and processor."""
    found = {name: _version(name) for name in _PACKAGES}
    machine = f"{platform.system()} {platform.machine()}"
    cpu = str(llvmlite.binding.get_host_cpu_name())
    return found | {"python": platform.python_version(), "platform": machine, "cpu": cpu}


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


@dataclass(frozen=True)
class Divergence:
    """Where a run stopped being finite: the step that could not be taken, and what to do."""

    step: int
    message: str


@dataclass(frozen=True, eq=False)
class SavedRun:
    """A run between two steps.

    Attributes
    ----------
    problem, test : Problem, Problem or None
        With the weight decay of now.
    dynamics, settled : Dynamics
        As it was asked for, and with what it has chosen by itself.
    particles : ndarray, shape (m, d+1)
    seed, step, time
        As in `Simulation`.
    history : Recorder
    now : dict of str to float
        The scalars of the current frame.
    divergence : Divergence or None
        Where and why the run has stopped, if it has.
    experiment : dict or None
        The knobs it was made from, as `Experiment.to_dict` gives them, if it was.
    state : dict of str to ndarray
        What the dynamics knows beyond particles, step and time.
    versions : dict of str to str
        Of the program, its libraries and the machine that wrote it: with the same ones the run
        goes on bit for bit.
    """

    problem: Problem
    test: Problem | None
    dynamics: Dynamics
    settled: Dynamics
    particles: np.ndarray
    seed: int
    step: int
    time: float
    history: Recorder
    now: Mapping[str, float]
    divergence: Divergence | None = None
    experiment: Mapping[str, Any] | None = None
    state: Mapping[str, np.ndarray] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=versions)

    @classmethod
    def of(
        cls, simulation: Any, problem: Problem, test: Problem | None, dynamics: Dynamics,
        state: Mapping[str, np.ndarray],
    ) -> SavedRun:  # fmt: skip
        """Return a `Simulation` as it is now, with what it was given and its state's extras."""
        frame = simulation.frame
        return cls(
            problem=problem,
            test=test,
            dynamics=dynamics,
            settled=simulation.dynamics,
            particles=frame.particles,
            seed=simulation.seed,
            step=simulation.step,
            time=simulation.time,
            history=simulation.history,
            now={name: getattr(frame, name) for name in SCALARS},
            divergence=simulation.divergence,
            experiment=simulation.experiment,
            state=state,
        )

    def write(self, path: str | os.PathLike) -> None:
        """Write a run file; `core.runfile.write` says what may go wrong."""
        history, kept = self.history.state()
        arrays = {"particles": self.particles}
        arrays |= {_STATE + name: array for name, array in self.state.items()}
        arrays |= {_HISTORY + name: array for name, array in kept.items()}
        meta = {
            name: pack(getattr(self, name), name, arrays)
            for name in ("problem", "test", "dynamics", "settled", "seed", "step", "time")
        }
        now = {name: pack(value, name, arrays) for name, value in self.now.items()}
        meta |= {"history": history, "now": now, "versions": dict(self.versions)}
        meta["divergence"] = asdict(self.divergence) if self.divergence else None
        meta["experiment"] = self.experiment
        runfile.write(path, meta, arrays)

    @classmethod
    def read(cls, path: str | os.PathLike) -> SavedRun:
        """Read a run file.

        Raises
        ------
        FileNotFoundError, OSError
            If there is nothing to read.
        ValueError
            If it is no run file, is truncated or altered, or holds what this version does not
            know: says why, and what to do.
        """
        meta, arrays = runfile.read(path)
        try:
            return cls(**_parts(meta, arrays))
        except KeyError as error:
            raise ValueError(f"{path} lacks {error}; it was not written by Wideflow") from None
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(
                f"{path} holds a run that this version cannot take up: {error}; "
                "use the version that wrote it, or a newer one"
            ) from None


def _parts(meta: dict[str, Any], arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """Return the attributes of a SavedRun from the content of a file."""
    return {
        "problem": _object(meta, "problem", "check_particles", arrays),
        "test": meta["test"] and _object(meta, "test", "check_particles", arrays),
        "dynamics": _object(meta, "dynamics", "advance", arrays),
        "settled": _object(meta, "settled", "advance", arrays),
        "particles": arrays["particles"],
        "seed": integer("seed", meta["seed"], 0, 2**63 - 1),
        "step": integer("step", meta["step"], 0, 2**63 - 1),
        "time": number("time", meta["time"]),
        "history": Recorder.from_state(meta["history"], _under(_HISTORY, arrays)),
        "now": {name: unpack(meta["now"][name], arrays) for name in SCALARS},
        "divergence": meta["divergence"] and Divergence(**meta["divergence"]),
        "experiment": meta["experiment"] and dict(meta["experiment"]),
        "state": _under(_STATE, arrays),
        "versions": dict(meta["versions"]),
    }


def _object(meta: dict[str, Any], name: str, method: str, arrays: Mapping[str, np.ndarray]) -> Any:
    """Return the object called `name`; raise ValueError if it cannot play that part."""
    value = unpack(meta[name], arrays)
    if not hasattr(value, method):
        raise ValueError(f"{name} is a {type(value).__name__}")
    return value


def _under(prefix: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name[len(prefix) :]: arrays[name] for name in arrays if name.startswith(prefix)}
