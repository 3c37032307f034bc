"""Every scene reaches its numbers at quick sizes, as `python -m core reproduce --quick` shows."""

import pytest

from core.scenes import scenes
from core.studies import carry_out, judge

#: Those that take ten seconds and more, in a process that has to compile their kernels.
LONG = {
    "two-scalings-over-width", "test-loss-against-scale", "test-error-and-dimension",
    "dropout-phases",
}  # fmt: skip


def _cases():
    for scene in scenes():
        if scene.numbers:
            marks = [pytest.mark.thorough] if scene.name in LONG else []
            yield pytest.param(scene, id=scene.name, marks=marks)


@pytest.mark.every_case
@pytest.mark.parametrize("scene", list(_cases()))
def test_a_scene_reaches_its_numbers(scene):
    numbers = [number for number in scene.numbers if number.quick]
    assert numbers, "no number that quick sizes show"
    for verdict in judge(numbers, carry_out(scene.quick).values):
        assert verdict.word == "holds" or verdict.number.explain, (
            f"{verdict.number.name}: {verdict.ours:.4g} is not in "
            f"[{verdict.number.low:.4g}, {verdict.number.high:.4g}]"
        )
