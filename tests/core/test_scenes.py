"""Scene files are checked, and those of the project are good."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from core import Experiment
from core.portraits import HEIGHT, NEGATIVE, POSITIVE, WIDTH, portrait
from core.scenes import FOLDER, Scene, read_scene, scenes

GOOD = {
    "chapter": "particles",
    "title": "A title",
    "sentence": "A sentence.",
    "knobs": {"data": "xor", "m": 30},
    "lesson": "A lesson.",
    "source": "A source.",
}
STUDY = {"axis": {"label": "m"}, "quantity": "risk", "steps": 3, "points": [{"x": 1}]}
NUMBER = {
    "name": "it", "read": {"how": "median", "x": 1}, "low": 0, "high": 1, "origin": "theory",
    "expected": "1",
}  # fmt: skip
SCENES = scenes()


@pytest.fixture
def write(tmp_path):
    def write(name="a-scene", **changes):
        path = tmp_path / f"{name}.json"
        given = {key: value for key, value in (GOOD | changes).items() if value is not ...}
        path.write_text(json.dumps(given), encoding="utf-8")
        return path

    return write


def test_a_file_becomes_a_scene(write):
    path = write(
        page={"figures": "paths"}, look=["here", "there"], order=3, picture="predictor",
        bookmarks=[{"step": 5, "text": "now"}],
    )  # fmt: skip
    scene = read_scene(path)
    assert (scene.name, scene.order, scene.look) == ("a-scene", 3, ("here", "there"))
    assert scene.bookmarks[0].step == 5
    assert scene.experiment().to_dict() == Experiment(data="xor", m=30).to_dict()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"colour": "red"}, "'colour' is no field; the fields are title"),
        ({"title": ...}, "the field 'title' is missing"),
        ({"title": " "}, "title: ' ' is no text"),
        ({"knobs": {"m": 0}}, "knobs: m=0 is not allowed: it takes a whole number from 1"),
        ({"knobs": {"moon": 1}}, "knobs: moon is no knob"),
        ({"knobs": {"m": 10**6, "n": 50000}}, "knobs: m × n"),
        ({"knobs": "m=3"}, "knobs: "),
        ({"page": {"figures": 3}}, "page: 3 is no text"),
        ({"look": "here"}, "look: 'here' is no list"),
        ({"bookmarks": [{"step": 1}]}, "bookmarks: the field .text. is missing"),
        ({"bookmarks": [{"step": -1, "text": "x"}]}, "bookmarks: -1 is no whole number from 0"),
        ({"chapter": "zero"}, "chapter: 'zero' is not allowed: it is one of particles"),
        ({"lesson": "word " * 151}, "lesson: 151 words are too many: at most 150"),
        ({"question": {"ask": "?", "choices": ["a", "b"], "answer": 2, "reveal": "b"}}, "answer=2"),
        ({"question": {"ask": "?", "choices": ["a"], "answer": 0, "reveal": "b"}}, "too short"),
        ({"numbers": []}, "quick and numbers need a study"),
        ({"study": STUDY | {"quantity": "luck"}}, "study: quantity: 'luck' is not allowed"),
        ({"study": STUDY | {"points": [{"x": 1}], "steps": ...}}, "no steps or no quantity"),
        ({"study": STUDY | {"points": []}}, "too short"),
        ({"study": STUDY | {"seeds": 0}}, "0 seeds are too few"),
        ({"study": STUDY | {"seeded": ["luck"]}}, "seeded: 'luck' is not allowed"),
        ({"study": STUDY, "quick": {"colour": 1}}, "quick: 'colour' is no field"),
        ({"study": STUDY, "numbers": [NUMBER | {"low": 2}]}, "low=2 is above high=1"),
        ({"study": STUDY, "numbers": [NUMBER | {"read": {"how": "median", "x": 7}}]}, "off x=7"),
        (
            {"study": STUDY, "quick": {"points": [{"x": 9}]}, "numbers": [NUMBER]},
            "quick: 'it' is read off x=1",
        ),
        (
            {"study": STUDY, "numbers": [NUMBER | {"read": {"how": "reaches"}}]},
            "how='reaches' needs a level",
        ),
        (
            {"picture": "photo"},
            "'photo' is not allowed: it is one of paths, predictor, study",
        ),
        ({"order": True}, "order: True is no whole number"),
    ],
)
def test_a_bad_file_is_refused_naming_file_field_and_value(write, changes, says):
    with pytest.raises(ValueError, match=rf"^a-scene\.json: .*{says}"):
        read_scene(write(**changes))


def test_a_bad_name_and_a_text_that_is_no_json_are_refused(write, tmp_path):
    with pytest.raises(ValueError, match="small letters"):
        read_scene(write("A_Scene"))
    for text in ("{", "[]"):
        (tmp_path / "b.json").write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=r"^b\.json: "):
            read_scene(tmp_path / "b.json")


def test_scenes_come_chapter_by_chapter_in_their_order(write, tmp_path):
    for name, order in (("x", 2), ("y", 1), ("b", 1)):
        write(name, order=order)
    write("last", order=0, chapter="noise")
    assert [scene.name for scene in scenes(tmp_path)] == ["b", "y", "x", "last"]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_scene_of_the_project_has_a_small_picture_of_its_own(scene):
    path = FOLDER / f"{scene.name}.svg"
    assert path.stat().st_size < 15_000
    root = ET.fromstring(path.read_text(encoding="utf-8"))
    assert root.tag.endswith("svg") and len(root) > 5
    assert "http" not in path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")


def small(picture, **knobs):
    return Scene(
        "x", "x", "x", {"m": 12, "n": 9, "n_test": 0} | knobs, "x", "x", "noise", picture=picture
    )


def test_a_picture_of_paths_shows_every_neuron_by_the_sign_of_its_output_weight():
    scene = small("paths", data="teacher", d=2, bias=False, init="gaussian", dynamics="gradient",
                  loss="square", stepsize=1e-3)  # fmt: skip
    drawn = portrait(scene, steps=3)
    output = scene.experiment().simulation().initial[:, -1]  # such small steps change no sign
    assert drawn.count("<polyline") == 12
    assert drawn.count(f'fill="{POSITIVE}"') == int(np.sum(output >= 0))
    assert drawn.count(f'fill="{NEGATIVE}"') == int(np.sum(output < 0))


def test_a_picture_of_a_study_shows_every_point_of_every_arm(write, tmp_path, monkeypatch):
    monkeypatch.setenv("WIDEFLOW_CACHE", str(tmp_path))
    arms = [{"label": "risk"}, {"label": "mass", "quantity": "total_mass"}]
    study = STUDY | {"points": [{"x": x} for x in (1, 10, 100)], "arms": arms, "seeds": 2}
    drawn = portrait(read_scene(write(picture="study", study=study, knobs={"n": 9, "m": 5})))
    places = [float(part.split('"')[0]) for part in drawn.split('cx="')[1:]]
    assert drawn.count("<circle") == 6 and len(set(places)) == 3
    assert drawn.count("<polyline") == 1 + 2 + 6  # axes, curves, ranges over seeds
    root = ET.fromstring(drawn)
    for mark in root.iter("{http://www.w3.org/2000/svg}circle"):
        assert 0 < float(mark.get("cx")) < WIDTH and 0 < float(mark.get("cy")) < HEIGHT


def test_a_picture_of_the_predictor_shows_every_sample_by_its_label():
    scene = small("predictor", data="circles")
    targets = scene.experiment().dataset().targets
    drawn = portrait(scene, steps=3)
    for colour, sign in ((POSITIVE, 1), (NEGATIVE, -1)):
        assert drawn.count(f'r="3" fill="{colour}"') == int(np.sum(np.sign(targets) == sign))
