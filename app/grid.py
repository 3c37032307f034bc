"""The grid of the figures: two beside each other, or those of the arms."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import panel as pn

from app.gallery import Gallery

_ASSETS = Path(__file__).resolve().parents[1] / "assets"


WHOLE_ROW = {"grid-column": "1 / -1"}


class Grid:
    """Places the cards of galleries; figures of one kind stand side by side.

    Attributes
    ----------
    panel : panel.Column
    """

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery
        self._others: list[Gallery] = []
        self.panel = pn.Column(
            styles={"display": "grid"},
            stylesheets=[(_ASSETS / "grid.css").read_text()],
            sizing_mode="stretch_both",
            margin=(2, 8, 8, 8),
        )

    def show(self, others: Sequence[Gallery]) -> None:
        """Show the figures of the arms beside those of the first run."""
        self._others = list(others)
        self.fit()

    def fit(self) -> None:
        """Place the figures that are seen or were; one never seen is not made.

        The last of an odd number takes the whole row; beside arms, one that holds them all.
        """
        there, cards = list(self.panel), self._gallery.cards
        shown = [name for name, card in cards.items() if card.visible]
        placed: list[Any] = []
        for name, card in cards.items():
            together = self._gallery.views[name].together
            odd = len(shown) % 2 == 1 and name == shown[-1]
            wanted = WHOLE_ROW if (together if self._others else odd) else {}
            if card.styles != wanted:
                card.styles = wanted
            if card.visible or card in there:
                beside = [] if together else [other.cards[name] for other in self._others]
                placed += [card, *beside]
        classes = [f"wf-arms-{1 + len(self._others)}"] if self._others else []
        if placed != there or classes != self.panel.css_classes:
            self.panel.param.update(objects=placed, css_classes=classes)
