"""`compile`: fill the disk cache of compiled kernels ahead of a run."""

from __future__ import annotations

import argparse

from core import compiling
from core.cli.source import load_experiment


def compile_ahead(options: argparse.Namespace) -> int:
    """Carry out the command: a line for each kernel that was not there; return the exit code."""
    experiment = load_experiment("{}", options.changes)
    compiling.ahead(experiment, lambda sentence: print(sentence, flush=True))
    return 0
