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
        self.panel = pn.Column(
            *gallery.cards.values(),
            styles={"display": "grid"},
            stylesheets=[(_ASSETS / "grid.css").read_text()],
            sizing_mode="stretch_both",
            margin=(2, 8, 8, 8),
        )

    def show(self, others: Sequence[Gallery]) -> None:
        """Show the figures of the arms beside those of the first run."""
        cards: list[Any] = []
        for name, card in self._gallery.cards.items():
            alone = bool(others) and self._gallery.views[name].together
            card.styles = WHOLE_ROW if alone else {}
            beside = [] if alone else [other.cards[name] for other in others]
            cards += [card, *beside]
        classes = [f"wf-arms-{1 + len(others)}"] if others else []
        self.panel.param.update(objects=cards, css_classes=classes)
        self.fit()

    def fit(self) -> None:
        """Let the last of an odd number of figures take the whole row, unless there are arms."""
        if self.panel.css_classes:
            return
        shown = [card for card in self._gallery.cards.values() if card.visible]
        for card in self._gallery.cards.values():
            alone = len(shown) % 2 == 1 and card is shown[-1]
            wanted = WHOLE_ROW if alone else {}
            if card.styles != wanted:
                card.styles = wanted
