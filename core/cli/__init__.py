"""The command line, `python -m core`: make an experiment, run it, continue it, look at it."""

from core.cli.main import main

__all__ = ["main"]
