"""Values of cells kept on disk, by their content: the run, the measurement and the code."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from functools import cache
from pathlib import Path

from core.studies.study import Cell

_CORE = Path(__file__).resolve().parents[1]


def default_folder() -> Path:
    """Return where values are kept: WIDEFLOW_CACHE, or the user's cache folder."""
    named = os.environ.get("WIDEFLOW_CACHE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "wideflow"


@cache
def _code() -> str:
    """Return a digest of the program: other code may compute other values."""
    digest = hashlib.sha256()
    for path in sorted(_CORE.rglob("*.py")):
        digest.update(path.relative_to(_CORE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def key(cell: Cell) -> str:
    """Return the name under which the value of a cell is kept."""
    content = [_code(), cell.run, cell.steps, cell.quantity, dict(cell.options)]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class Store:
    """A folder of values. What cannot be read is computed again; what cannot be written is lost.

    Parameters
    ----------
    folder : Path, optional
        By default `default_folder()`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = (folder or default_folder()) / "studies"

    def get(self, cell: Cell) -> tuple[float, float] | None:
        """Return value and seconds of a cell, or None if they are not kept."""
        try:
            value, seconds = json.loads(self._path(cell).read_text())
            return float(value), float(seconds)
        except (OSError, ValueError, TypeError):
            return None

    def put(self, cell: Cell, value: float, seconds: float) -> None:
        """Keep value and seconds of a cell."""
        path = self._path(cell)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Written aside and moved, so that another process never reads half a value.
            with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as aside:
                json.dump([value, seconds], aside)
            Path(aside.name).replace(path)
        except OSError:  # a full or read-only disk: the value is computed again next time
            return

    def _path(self, cell: Cell) -> Path:
        name = key(cell)
        return self._folder / name[:2] / f"{name}.json"
