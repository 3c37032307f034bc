"""Knobs that differ from the scene's are told, but those that only watch or mean nothing."""

from __future__ import annotations

from app.lessons.differences import differences
from core.experiment import Experiment


def test_nothing_differs_from_itself():
    assert differences(Experiment(), Experiment()) == []


def test_label_and_both_values_are_told_in_words():
    then = Experiment(data="teacher", dynamics="gradient", tau=0.25, bias=False, d=2)
    now = Experiment(data="teacher", dynamics="tangent", tau=4.0, bias=True, d=2)
    found = {name: (mine, theirs) for name, mine, theirs in differences(now, then)}
    assert ("on", "off") in found.values() and ("4", "0.25") in found.values()
    assert all(len(word) <= 18 for pair in found.values() for word in pair)
    assert len(found) == 3


def test_speed_goal_and_what_applies_to_neither_are_left_out():
    then = Experiment(data="circles", speed=10.0, steps=5, temperature=0.1)
    now = Experiment(data="circles", speed=20.0, steps=7, temperature=0.9)
    assert not now.applies("temperature")
    assert differences(now, then) == []
