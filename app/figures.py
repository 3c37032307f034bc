"""The choice of the figures that the page shows."""

from __future__ import annotations

from typing import Any

import panel_material_ui as pmui

from app.gallery import Gallery
from app.layout import Layout


class FigureChoice:
    """A box to tick for each figure, CSS class wf-figures.

    Parameters
    ----------
    gallery : Gallery

    Attributes
    ----------
    panel : panel.viewable.Viewable
    others : list
        Further figures, whose type is to be as large.
    """

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery
        self.others: list[Any] = []
        titles = {view.title: name for name, view in gallery.views.items()}
        self._boxes = pmui.CheckBoxGroup(
            options=titles, value=[], margin=(0, 14), css_classes=["wf-figures"]
        )
        self.panel = pmui.Accordion(
            ("Figures", self._boxes),
            active=[0],
            disable_gutters=True,
            title_variant="subtitle1",
            sizing_mode="stretch_width",
            margin=0,
        )
        self._boxes.param.watch(self._ticked, "value")
        self.show()

    def show(self) -> None:
        """Tick the figures that are shown."""
        self._boxes.value = self._gallery.layout.figures

    def take(self, layout: Layout) -> None:
        """Show a layout, all else about the figures at its default. Under the document's lock."""
        self._gallery.reset()
        self._gallery.apply(layout)
        self.show()

    def enlarge(self, scale: float) -> None:
        """Make type and lines of all figures `scale` times as large as usual. Likewise."""
        for figures in (self._gallery, *self.others):
            figures.enlarge(scale)

    def toggle(self, name: str) -> None:
        """Show a figure, or hide it."""
        shown = set(self._gallery.layout.figures)
        self._gallery.show(shown ^ {name})
        self.show()

    def _ticked(self, event: Any) -> None:
        if set(event.new) != set(self._gallery.layout.figures):
            self._gallery.show(event.new)
