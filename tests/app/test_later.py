"""What nobody has seen yet is not made: it would cost server and browser a second."""

from __future__ import annotations

import panel as pn

from app.controls import Control
from app.gallery import Gallery
from app.grid import WHOLE_ROW, Grid
from app.later import reveal
from core.experiment import Experiment


def test_parts_come_with_the_first_look_and_stay():
    panel, parts = pn.Column(visible=False), [pn.Row(), pn.Row()]
    reveal(panel, parts, False)
    assert len(panel) == 0
    reveal(panel, parts)
    assert list(panel) == parts and panel.visible
    reveal(panel, parts, False)
    assert list(panel) == parts and not panel.visible


def test_a_control_is_empty_until_its_knob_applies():
    experiment = Experiment()
    control = Control(experiment, "temperature", print)
    assert len(control.panel) == 0 and not control.panel.visible
    experiment.dynamics = "langevin"
    control.follow()
    assert list(control.panel) == control.widgets and control.panel.visible
    experiment.dynamics = "gradient"
    control.follow()
    assert not control.panel.visible


def placed(grid: Grid, gallery: Gallery) -> list[str]:
    names = {id(card): name for name, card in gallery.cards.items()}
    return [names.get(id(card), "other") for card in grid.panel]


def test_a_figure_is_placed_when_it_is_shown_and_keeps_its_place():
    gallery = Gallery(lambda: None, lambda _view: None)
    grid = Grid(gallery)
    gallery.show(["paths", "curves"])
    grid.fit()
    assert placed(grid, gallery) == ["paths", "curves"]
    gallery.show(["paths", "predictor", "curves"])
    grid.fit()
    assert placed(grid, gallery) == ["paths", "predictor", "curves"]
    assert [card.styles for card in grid.panel] == [{}, {}, WHOLE_ROW]
    gallery.show(["predictor"])
    grid.fit()
    assert placed(grid, gallery) == ["paths", "predictor", "curves"]
    assert [card.visible for card in grid.panel] == [False, True, False]


def test_beside_arms_a_figure_shown_later_is_placed_with_theirs():
    gallery, other = (Gallery(lambda: None, lambda _view: None) for _ in range(2))
    grid = Grid(gallery)
    gallery.show(["paths"])
    grid.show([other])
    assert placed(grid, gallery) == ["paths", "other"]
    gallery.show(["paths", "curves"])  # the curves of all arms are in one figure
    grid.fit()
    assert placed(grid, gallery) == ["paths", "other", "curves"]
    assert gallery.cards["curves"].styles == WHOLE_ROW
    grid.show([])
    assert placed(grid, gallery) == ["paths", "curves"] and not grid.panel.css_classes
