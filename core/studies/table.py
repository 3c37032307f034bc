"""The table of a reproduction: one line for each number of each scene."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.studies.numbers import Verdict

HEADS = (
    "scene", "source", "quantity", "expected", "from", "ours", "spread", "verdict", "our s",
    "author min",
)  # fmt: skip

#: Widest column of texts.
_WIDEST = 44


@dataclass(frozen=True)
class Line:
    """One number of a scene: its verdict, and what the scene took."""

    scene: str
    source: str
    verdict: Verdict
    seconds: float
    author_minutes: float | None

    def cells(self) -> tuple[str, ...]:
        """Return the texts of the columns `HEADS`."""
        number, ours = self.verdict.number, self.verdict.ours
        low, high = self.verdict.spread
        return (
            self.scene,
            self.source,
            plain(number.name),
            plain(number.expected),
            number.origin,
            f"{ours:.4g}",
            f"{low:.3g} … {high:.3g}" if low < high else "–",
            self.verdict.word,
            f"{self.seconds:.1f}",
            "–" if self.author_minutes is None else f"{self.author_minutes:g}",
        )


def plain(text: str) -> str:
    """Return a text with the signs of LaTeX left out, for a terminal."""
    return re.sub(r"\\([A-Za-z]+)", r"\1", text.replace("$", "")).replace("\\", "")


def render(lines: Sequence[Line]) -> str:
    """Return the table, with explanations of what differs below it."""
    rows = [HEADS, *(line.cells() for line in lines)]
    widths = [min(_WIDEST, max(len(row[i]) for row in rows)) for i in range(len(HEADS))]
    texts = ["  ".join(_fit(cell, w) for cell, w in zip(row, widths, strict=True)) for row in rows]
    texts.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([*(text.rstrip() for text in texts), *_explanations(lines)])


def _fit(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else text[: width - 1] + "…"


def _explanations(lines: Iterable[Line]) -> Iterable[str]:
    for line in lines:
        number = line.verdict.number
        if line.verdict.word == "differs" and number.explain:
            yield f"{line.scene}, {plain(number.name)}: {plain(number.explain)}"
