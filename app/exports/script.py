"""A Python script that makes the run again with `core` alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from app.exports.base import Export, Progress, Run
from core import Experiment
from core.saved import versions

_SCRIPT = '''"""A run of Wideflow made again, with its package `core` alone.

Written by the page at step {step}. Start it in the project's folder, or where Wideflow is
installed. On the machine that made it ({machine}) it gives the same bits.
"""

import hashlib

import core

experiment = core.Experiment(
{knobs}
)
simulation = experiment.simulation()
{changes}frame = simulation.advance({step} - simulation.step)

digest = hashlib.sha256(frame.particles.tobytes()).hexdigest()
print("step", frame.step)
print("risk", repr(frame.risk))
print("particles", digest)
print("the same bits as in the page:", digest == "{digest}")
'''

_CHANGES = """
changes = [  # what was changed during the run, and at which step
{table}
]
for step, knobs in changes:
    simulation.advance(step - simulation.step)
    experiment.param.update(**knobs)
    experiment.apply_live(simulation)

"""


class Script(Export):
    """A script of a few lines."""

    name = "python"
    label = "Copy as Python"
    doc = "A script that makes this run again up to this step, with the package core alone."
    group, order = "Run", 13
    shown = True
    extension, mime = "py", "text/x-python"

    def make(self, taken: Run, progress: Progress) -> bytes:
        """Return the script."""
        progress(1.0)
        return script(taken).encode()


def script(run: Run) -> str:
    """Return a script that makes `run` again up to its step, and tells whether it did.

    Raises
    ------
    ValueError
        If the run began elsewhere.
    """
    if run.beginning is None:
        raise ValueError(
            "It is not known what made this run from step 0 on, so no script can make it again; "
            "take it as NPZ"
        )
    found = versions()
    return _SCRIPT.format(
        step=run.frame.step,
        machine=f"{found['platform']}, {found['cpu']}, numba {found['numba']}",
        knobs="\n".join(f"    {name}={value!r}," for name, value in _told(run.beginning).items()),
        changes=_changes(run),
        digest=hashlib.sha256(run.frame.particles.tobytes()).hexdigest(),
    )


def _told(knobs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the knobs to write down: those that apply, and those that are not at their default."""
    experiment, usual = Experiment(**knobs), Experiment().to_dict()
    return {
        name: value
        for name, value in knobs.items()
        if experiment.applies(name) or value != usual[name]
    }


def _changes(run: Run) -> str:
    if not run.changes:
        return ""
    rows = (f"    ({change.step}, {change.knobs!r})," for change in run.changes)
    return _CHANGES.format(table="\n".join(rows)).lstrip("\n")
