"""Arguments, and what becomes of errors: a sentence on stderr and an exit code."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence

from core.cli.compile import compile_ahead
from core.cli.reproduce import reproduce
from core.cli.run import MOST_STEPS, run
from core.cli.show import show
from core.cli.source import load_experiment
from core.saved import versions

DESCRIPTION = "Particle dynamics of wide two-layer networks, without a page."

EXIT_CODES = """exit codes: 0 done; 1 the run diverged, its last finite step is saved (a number of
reproduce differs); 2 an argument
or a file is wrong, nothing is written; 130 stopped by Ctrl-C, what is there is saved (143: by
SIGTERM)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process.

    Returns
    -------
    int
        The exit code.
    """
    options = _parser().parse_args(arguments)
    try:
        code = int(options.command(options))
        sys.stdout.flush()  # here, where a closed pipe is met with
        return code
    except KeyboardInterrupt:
        print("stopped at once; nothing was saved", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"error: {error.filename or 'file'}: {error.strerror or error}", file=sys.stderr)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
    except MemoryError:
        print("error: this run does not fit the memory; lower m, n or d", file=sys.stderr)
    return 2


def _steps(text: str) -> int:
    try:
        steps = float(text)
    except ValueError:
        steps = -1.0
    if not 0 <= steps <= MOST_STEPS or steps != int(steps):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to {MOST_STEPS:,}")
    return int(steps)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core", description=DESCRIPTION, epilog=EXIT_CODES, allow_abbrev=False
    )
    version = ", ".join(f"{name} {value}" for name, value in versions().items())
    parser.add_argument("--version", action="version", version=version)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_experiment(commands)
    _add_run(commands)
    _add_show(commands)
    _add_reproduce(commands)
    _add_compile(commands)
    return parser


def _add_set(command: argparse.ArgumentParser, what: str) -> None:
    command.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", dest="changes",
        help=f"set a knob {what}; may be given several times",
    )  # fmt: skip


def _add_experiment(commands: argparse._SubParsersAction) -> None:
    words = "print an experiment as JSON to start from"
    command = commands.add_parser("experiment", help=words, description=words)
    _add_set(command, "to another value than its default")
    command.set_defaults(command=_print_experiment)


def _print_experiment(options: argparse.Namespace) -> int:
    print(json.dumps(load_experiment("{}", options.changes).to_dict(), indent=2))
    return 0


def _add_run(commands: argparse._SubParsersAction) -> None:
    words = "run an experiment, or go on with the run of a file"
    command = commands.add_parser("run", help=words, description=words, epilog=EXIT_CODES)
    add = command.add_argument
    add(
        "source",
        metavar="EXPERIMENT.json|RUN.npz",
        help="knobs as JSON, - for those on stdin; or a run file to go on from",
    )
    add(
        "--steps",
        type=_steps,
        required=True,
        metavar="N",
        help="steps to take; with --resume, the step to reach in all",
    )
    add("--out", required=True, metavar="RUN.npz", help="where to write the run")
    add(
        "--resume",
        action="store_true",
        help="if the output file is there, go on from it: the same command, given again after an "
        "interruption, finishes the run",
    )
    add("--force", action="store_true", help="overwrite the output file")
    add("--quiet", action="store_true", help="no progress bar, no summary")  # fmt: skip
    _add_set(command, "of the experiment (of a run file: only those that act on a run going on)")
    command.set_defaults(command=run)


def _add_show(commands: argparse._SubParsersAction) -> None:
    words = "print what a run file holds"
    command = commands.add_parser("show", help=words, description=words)
    command.add_argument("path", metavar="RUN.npz")
    command.set_defaults(command=show)


def _add_reproduce(commands: argparse._SubParsersAction) -> None:
    words = "run scenes, and hold their numbers against what is published or proven"
    command = commands.add_parser("reproduce", help=words, description=words)
    add = command.add_argument
    add("scenes", nargs="*", metavar="SCENE", help="their names; all by default")
    add("--quick", action="store_true", help="at sizes of seconds, and their numbers only")
    add("--fresh", action="store_true", help="measure again what is kept on disk")
    add("--quiet", action="store_true", help="no progress bar")
    command.set_defaults(command=reproduce)


def _add_compile(commands: argparse._SubParsersAction) -> None:
    words = "compile what an experiment and its figures need, so that a server has it at once"
    command = commands.add_parser("compile", help=words, description=words)
    _add_set(command, "of that experiment")
    command.set_defaults(command=compile_ahead)
