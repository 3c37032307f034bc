"""The speed slider reaches from slow motion to as fast as it goes."""

from __future__ import annotations

import math

import pytest

from app.speed import STOPS, Speed, aimed_at, words
from core.experiment import Experiment


def test_the_ends_of_the_slider_are_those_of_the_knob():
    bounds = Experiment().param["speed"].bounds
    assert (STOPS[0], STOPS[-1]) == bounds
    assert sorted(set(STOPS)) == STOPS and 1.0 in STOPS


def test_the_fastest_speed_is_no_number_of_steps():
    assert math.isinf(aimed_at(STOPS[-1]))
    assert aimed_at(STOPS[-2]) == STOPS[-2]


def test_every_stop_reads_as_one_would_say_it():
    said = [words(speed) for speed in STOPS]
    assert len(set(said)) == len(said)
    assert said[0] == "0.2 steps/s, slow motion" and said[-1] == "as fast as it goes"
    assert "1 step/s" in said and "1,000 steps/s" in said
    assert words(311.25) == "311.2 steps/s"


@pytest.mark.parametrize("position", range(len(STOPS)))
def test_moving_the_slider_sets_the_speed(position):
    experiment = Experiment(speed=33.0)
    speed = Speed(experiment)
    speed.panel.value = position
    assert experiment.speed == STOPS[position] or abs(math.log(33.0 / STOPS[position])) < 0.6
    assert speed.panel.label == f"speed: {words(experiment.speed)}"


def test_a_speed_between_two_stops_stays_until_the_slider_moves():
    experiment = Experiment(speed=311.0)
    speed = Speed(experiment)
    speed.show()
    assert experiment.speed == 311.0 and "311" in speed.panel.label
    experiment.speed = 1e6
    assert speed.panel.value == len(STOPS) - 1
