"""A scene in the address opens as it is written, and whatever else stands there counts more."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

import pytest

from app.arm_address import read as read_arms
from app.layout import Layout
from app.lessons.address import find, read, write
from core import query
from core.experiment import Experiment
from core.scenes import scenes


def experiment_of(text):
    page = ("scene", "until", "fork", "figures", "play")
    found, complaints = query.read(
        Experiment(), text, ignore=lambda name: name in page or "." in name
    )
    assert complaints == []
    return found.to_dict()


@pytest.mark.parametrize("scene", scenes(), ids=lambda scene: scene.name)
def test_every_scene_of_the_project_opens_with_its_knobs(scene):
    text, found, complaints = read(f"?scene={scene.name}")
    assert found is scene and complaints == []
    assert experiment_of(text) == scene.experiment().to_dict()


def test_further_knobs_and_options_override_those_of_the_scene(asking):
    text, _, _ = read("?scene=asking&m=7&figures=curves&until=&play=1")
    assert experiment_of(text) == asking.experiment().to_dict() | {"m": 7}
    pairs = parse_qs(text, keep_blank_values=True)
    assert pairs["figures"] == ["curves"] and pairs["until"] == [""] and pairs["play"] == ["1"]
    assert Layout.from_query(text)[0].chosen == {"sphere": {"force": "1"}}


def test_an_unknown_scene_is_named_with_those_there_are(course):
    text, scene, complaints = read("?scene=moon&m=7")
    assert scene is None and text == "?scene=moon&m=7"
    assert complaints == [
        "scene='moon' is no scene: there are plain, asking, forked. The page opens without one."
    ]
    with pytest.raises(ValueError, match="no scene"):
        find("moon")


def test_an_address_without_a_scene_stays(course):
    assert read("?m=7") == ("?m=7", None, [])


def test_arms_of_the_address_stand_in_for_those_of_the_scene(course):
    knobs = course["forked"].experiment().to_dict()
    asked = read_arms(read("?scene=forked")[0], knobs)
    assert (asked.step, asked.changes, asked.complaints) == (0, [("scale", 3.0)], [])
    asked = read_arms(read("?scene=forked&fork=5&b.tau=2&c.tau=3")[0], knobs)
    assert (asked.step, asked.changes) == (5, [("tau", 2.0), ("tau", 3.0)])


def test_the_address_keeps_what_is_at_its_default_where_the_scene_has_it_otherwise(course, asking):
    kept = write(asking, Layout(), {})
    assert kept["scene"] == "asking" and kept["until"] == ""
    text, _, _ = read("?" + urlencode(kept))
    layout, complaints = Layout.from_query(text)
    assert layout.figures == Layout().figures and complaints == []
    assert layout.chosen == {"sphere": {"force": "0"}}
    kept = write(course["forked"], Layout(), {})
    assert read_arms(read("?" + urlencode(kept))[0], {}).changes == []
    assert write(asking, Layout(), {"until": "error"})["until"] == "error"
