"""Every scene reaches its numbers at quick sizes, as `python -m core reproduce --quick` shows."""

import pytest

from core.scenes import scenes
from core.studies import carry_out, judge

SCENES = [scene for scene in scenes() if scene.numbers]


@pytest.mark.every_case
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_scene_reaches_its_numbers(scene):
    numbers = [number for number in scene.numbers if number.quick]
    assert numbers, "no number that quick sizes show"
    for verdict in judge(numbers, carry_out(scene.quick).values):
        assert verdict.word == "holds" or verdict.number.explain, (
            f"{verdict.number.name}: {verdict.ours:.4g} is not in "
            f"[{verdict.number.low:.4g}, {verdict.number.high:.4g}]"
        )
