"""`run`: from an experiment or a run file to a run file."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from core.cli.progress import drive
from core.cli.source import is_run_file, load_experiment, open_run, read_text, resume_run
from core.frame import Frame
from core.simulation import Simulation

#: Most steps of one command.
MOST_STEPS = 10**9


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    out = Path(options.out)
    _check_out(out, options)
    simulation, steps = _start(out, options)
    end = simulation.step + steps
    signal = drive(simulation, steps, options.quiet)
    simulation.save(out)
    if not options.quiet:
        print(f"{out}: {summary(simulation.frame)}")
    if simulation.divergence is not None:
        print(simulation.divergence.message, file=sys.stderr)
        return 1
    if signal:
        print(
            f"stopped at step {simulation.step}; {out} holds the run up to there. For the other "
            f"{end - simulation.step} steps: python -m core run {out} --steps {end} --out {out} "
            "--resume",
            file=sys.stderr,
        )
        return 128 + signal
    return 0


def summary(frame: Frame) -> str:
    """Return the numbers of a frame in one line, those that are known."""
    shown = ("time", "risk", "test_risk", "margin", "accuracy")
    known = [(name, getattr(frame, name)) for name in shown]
    texts = [f"{name.replace('_', ' ')} {x:.6g}" for name, x in known if x == x]
    return ", ".join([f"step {frame.step}", *texts])


def _check_out(out: Path, options: argparse.Namespace) -> None:
    """Raise ValueError now rather than after hours if the output cannot be written."""
    if out.is_dir():
        raise ValueError(f"--out {out} is a directory; name a file")
    if not out.absolute().parent.is_dir() or not os.access(out.absolute().parent, os.W_OK):
        raise ValueError(f"--out {out}: its directory does not exist or cannot be written to")
    if out.exists() and not (options.force or options.resume):
        raise ValueError(f"--out {out} exists; --force overwrites it, --resume goes on from it")


def _start(out: Path, options: argparse.Namespace) -> tuple[Simulation, int]:
    """Return the run to advance, and by how many steps."""
    resumes = options.resume and out.exists()
    if is_run_file(options.source):
        simulation = open_run(str(out) if resumes else options.source, options.changes)
    else:
        text = read_text(options.source)
        experiment = load_experiment(text, options.changes, options.source)
        simulation = resume_run(str(out), experiment) if resumes else experiment.simulation()
        simulation.experiment = experiment.to_dict()
    if not options.resume:
        return simulation, options.steps
    if simulation.step >= options.steps:
        print(f"note: {out} is at step {simulation.step} already", file=sys.stderr)
    return simulation, max(0, options.steps - simulation.step)
