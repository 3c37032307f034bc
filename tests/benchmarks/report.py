"""Write the table of the README from what `tests.benchmarks.compare --json FILE` has written.

    python -m tests.benchmarks.report FILE

A cell is how many times faster a step is than the best peer's, of both losses the lesser; in
brackets what share of the counted limit it reaches.
"""

from __future__ import annotations

import argparse
import json
from itertools import product
from pathlib import Path

COLUMNS = list(product(("relu", "tanh"), ("float32", "float64")))


def cell(rows: list[dict]) -> str:
    """Return the entry of rows that differ in their loss only."""
    rows = [row for row in rows if row["ratio"]]
    if not rows:
        return "–"
    worst = min(rows, key=lambda row: row["ratio"])
    share = f" ({worst['limit']:.0%})" if worst["limit"] else ""
    return f"{worst['ratio']:.1f} × {worst['best'].split()[0]}{share}"


def table(rows: list[dict]) -> str:
    """Return the Markdown table."""
    lines = ["| n, m, d | " + " | ".join(f"{a}, {t}" for a, t in COLUMNS) + " |"]
    lines.append("| --- " * (1 + len(COLUMNS)) + "|")
    for size in dict.fromkeys((row["n"], row["m"], row["d"]) for row in rows):
        mine = [row for row in rows if (row["n"], row["m"], row["d"]) == size]
        cells = [
            cell([row for row in mine if (row["activation"], row["dtype"]) == column])
            for column in COLUMNS
        ]
        lines.append(f"| {', '.join(map(str, size))} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    written = json.loads(parser.parse_args().file.read_text())
    print(written["about"]["machine"])
    print(table(written["rows"]))


if __name__ == "__main__":
    main()
