"""The command line, called as from a shell."""

from core.cli import main

KNOBS_OF_ALL = {"n": 20, "m": 30, "n_test": 10, "seed": 5}


def core(*arguments):
    """Run a command; return its exit code."""
    return main([str(argument) for argument in arguments])
