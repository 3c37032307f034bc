"""The run and its experiment as files: NPZ, CSV, JSON."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path

import numpy as np

from app.exports.base import Export, Progress, Run

GROUP = "Run"


class RunFile(Export):
    """The run file of `core`, history included."""

    name = "npz"
    label = "NPZ"
    doc = "The whole run with its history. Simulation.from_file goes on from it; NumPy reads it."
    group, order = GROUP, 10
    extension, mime = "npz", "application/octet-stream"

    def seize(self, run: Run) -> bytes:
        """Write the file while the run stands still, and return its bytes."""
        with tempfile.TemporaryDirectory(prefix="wideflow-") as folder:
            path = Path(folder) / "run.npz"
            run.setup.simulation.save(path, dict(run.knobs))
            return path.read_bytes()

    def make(self, taken: bytes, progress: Progress) -> bytes:
        """Return the bytes."""
        progress(1.0)
        return taken


class History(Export):
    """The history of scalars, a row a recorded step."""

    name = "csv"
    label = "CSV"
    doc = "Step, time, risk, margin and all other numbers recorded, one row a step."
    group, order = GROUP, 11
    extension, mime = "csv", "text/csv"

    def make(self, taken: Run, progress: Progress) -> bytes:
        """Return the table; a number that is not defined is an empty cell."""
        names = list(taken.scalars)
        rows = zip(*(column.tolist() for column in taken.scalars.values()), strict=True)
        out = io.StringIO()
        out.write(",".join(names) + "\n")
        for row in rows:
            cells = (_cell(name, value) for name, value in zip(names, row, strict=True))
            out.write(",".join(cells) + "\n")
        progress(1.0)
        return out.getvalue().encode()


class ExperimentFile(Export):
    """Every knob and its value, as `python -m core experiment` prints them."""

    name = "json"
    label = "JSON"
    doc = "Every knob and its value: what python -m core run takes."
    group, order = GROUP, 12
    extension, mime = "json", "application/json"

    def make(self, taken: Run, progress: Progress) -> bytes:
        """Return the JSON."""
        progress(1.0)
        return (json.dumps(dict(taken.knobs), indent=2) + "\n").encode()


def _cell(name: str, value: float) -> str:
    """Return a number with all its digits: what `float` reads back to the same bits."""
    if np.isnan(value):
        return ""
    return str(int(value)) if name == "step" else repr(value)
