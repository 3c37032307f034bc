"""What the second figure of the curves can show."""

from app.views.quantities import CHOICES, QUANTITIES
from core.frame import SCALARS
from core.observables import OBSERVABLES


def test_every_quantity_is_recorded_with_a_run():
    recorded = {
        name
        for name, entry in OBSERVABLES.items()
        if entry.cost == "cheap" and not {"ceiling", "reference"} & set(entry.needs)
    }
    assert QUANTITIES.keys() <= recorded | set(SCALARS)
    assert {"margin", "total_mass", "objective", "displacement", "tangent_gap"} <= set(QUANTITIES)


def test_no_two_choices_have_the_same_words():
    assert len(set(CHOICES.values())) == len(CHOICES)
