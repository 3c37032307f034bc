"""What the scenes of the course ask of the page can be shown for their runs."""

from __future__ import annotations

import pytest

from app.layout import Layout
from app.lessons.address import text_of
from app.views.rival import NONE, find_rival
from core.experiment import Experiment
from core.scenes import scenes

BESIDE = "predictor.beside"


@pytest.mark.thorough
@pytest.mark.parametrize(
    "scene", [one for one in scenes() if BESIDE in one.page], ids=lambda one: one.name
)
def test_the_predictor_asked_for_beside_the_network_is_there(scene):
    assert scene.page[BESIDE] != NONE
    found, why_not = find_rival(scene.page[BESIDE], scene.experiment().setup().simulation)
    assert found is not None, why_not


@pytest.mark.parametrize("scene", scenes(), ids=lambda one: one.name)
def test_what_it_changes_by_hand_applies_to_its_run(scene):
    layout, odd = Layout.from_query(text_of(scene))
    assert not odd and layout.figures
    run = Experiment(**scene.knobs)
    idle = [name for name in scene.knobs if not run.applies(name)]
    assert not idle
