"""Sliders: a key moves them by one position, whatever the value."""

from __future__ import annotations

import pytest

from app.controls import _SLIDER_STEPS, Control, _position, _value
from core.experiment import Experiment
from core.knobs import KNOBS


@pytest.mark.every_case
@pytest.mark.parametrize("name", [name for name, knob in KNOBS.items() if knob.slider])
def test_every_position_but_the_first_has_a_value_that_leads_back_to_it(name):
    ends = KNOBS[name].slider
    for position in range(1, _SLIDER_STEPS + 1):
        assert _position(_value(position, ends, zero=True), ends) == position


def test_a_key_moves_a_small_whole_number_by_one():
    experiment = Experiment(m=5)
    control = Control(experiment, "m", print, False)
    for key, wanted in ((1, 6), (1, 7), (-1, 6), (-1, 5)):
        control._slider.value_throttled = control._slider.value + key
        assert experiment.m == wanted
