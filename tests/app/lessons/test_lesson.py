"""A lesson opens beside the run, asks, reveals, leads to bookmarks and on to the next scene."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.lab import Lab
from app.lessons.address import read
from app.lessons.card import LessonCard, neighbours, texts
from core.experiment import Experiment


class Stage:
    """A lab whose clock stands still; `take_the_lock` does what waits for it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Lab, "_start", lambda lab: None)
        self.lab = Lab()
        self.kept: list[Callable[[], Any]] = []
        monkeypatch.setattr(
            self.lab.player, "change", lambda act, _prepare=None: self.kept.append(act)
        )
        monkeypatch.setattr(self.lab.player, "restart", lambda *_: None)
        monkeypatch.setattr(self.lab, "_write_address", lambda: None)

    def open(self, scene) -> None:
        self.lab.desk.open(scene)
        while self.kept:
            self.kept.pop(0)()

    def send(self, **message: Any) -> None:
        self.card._handle_msg(message)

    @property
    def lesson(self):
        return self.lab.lesson

    @property
    def card(self) -> LessonCard:
        return self.lab.lesson._card

    def address(self) -> dict[str, str]:
        return self.lab._further_address()


@pytest.fixture
def stage(course, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    stage = Stage(monkeypatch)
    yield stage
    stage.lab.close()


def test_there_is_no_lesson_before_a_scene_is_opened(stage):
    assert not stage.lesson.panel.visible and stage.lesson.panel.objects == []
    assert "scene" not in stage.address() and not stage.lesson.turned()
    stage.lesson.close()
    stage.lesson.next()
    stage.lesson.back()


def test_texts_say_all_but_the_answer(course, asking):
    said = texts(asking)
    assert (said["chapter"], said["place"]) == ("Particles", "2 of 2")
    assert said["question"] == {"ask": "Up?", "choices": ["Yes.", "No."]}
    assert (said["previous"], said["next"]) == ("Plain", "Forked")
    assert said["bookmarks"][1] == {"step": 30, "text": "later"}
    assert "Down." not in str(said)
    assert neighbours(course["plain"])[0] is None and neighbours(course["forked"])[1] is None


def test_a_scene_plays_unless_it_asks_first(stage, course, asking):
    stage.open(course["plain"])
    assert stage.lab.player.playing and stage.lesson.panel.visible
    stage.open(asking)
    assert not stage.lab.player.playing and stage.card.lesson["title"] == "Asking"
    assert stage.lab.experiment.m == 40
    assert stage.lab.desk.drawer.current == "asking"
    assert stage.address()["scene"] == "asking"


def test_a_prediction_plays_the_run_and_is_held_against_the_answer(stage, asking):
    stage.open(asking)
    stage.send(predict=0)
    assert stage.lab.player.playing and stage.card.answer == {}
    stage.send(reveal=True)
    assert stage.card.answer == {"chosen": 0, "right": 1, "text": "Down."}
    stage.open(asking)
    assert stage.card.answer == {}
    stage.send(predict=7)
    assert not stage.lab.player.playing


def test_a_bookmark_asks_for_its_step_once(stage, asking):
    stage.open(asking)
    stage.send(bookmark=1)
    assert stage.lab.player.playing and stage.lab.player.limit == 30
    stage.send(bookmark=5)  # there is none
    stage.lab.player.pause()
    assert not stage.lesson.turned()  # step 0: it has been paused before
    assert stage.lab.player.limit == 0


def test_changed_knobs_are_told_and_taken_back(stage, asking):
    stage.open(asking)
    assert stage.card.differing == []
    stage.lab.experiment.m = 7
    assert stage.card.differing == [["neurons m", "7", "40"]]
    stage.send(back=True)
    assert stage.lab.experiment.m == 40 and stage.card.differing == []
    assert stage.lesson.scene is asking


def test_next_and_previous_go_through_the_course(stage, course, asking):
    stage.open(course["plain"])
    stage.send(previous=True)
    assert stage.lesson.scene is course["plain"]
    stage.send(next=True)
    assert stage.lesson.scene is asking
    stage.send(next=True)
    assert stage.lesson.scene is course["forked"]
    assert [arm.knob for arm in stage.lab._bench.arms.arms] == ["scale"]
    stage.send(previous=True)
    assert stage.lesson.scene is asking and stage.lab._bench.arms.arms == []


def test_closing_leaves_the_run_and_takes_the_scene_out_of_the_address(stage, asking):
    stage.open(asking)
    stage.send(close=True)
    assert not stage.lesson.panel.visible and stage.card.lesson is None
    assert "scene" not in stage.address() and stage.lab.experiment.m == 40
    assert stage.lab.desk.drawer.current == ""
    stage.lab.experiment.m = 7  # and nobody compares


def test_nonsense_from_the_browser_does_nothing(stage, asking):
    stage.open(asking)
    for data in ("text", None, {"predict": "x"}, {"moon": 1}):
        stage.card._handle_msg(data)
    assert stage.lesson.scene is asking


def test_a_knob_that_the_link_has_fixed_keeps_a_scene_away(stage, course, monkeypatch):
    monkeypatch.setattr(stage.lab._steering, "_access", type(stage.lab._keep.access)(locked=("m",)))
    stage.open(course["plain"])
    assert stage.lesson.scene is None
    said = " ".join(alert.object for alert in stage.lab._messages.panel.objects)
    assert "fixed by the link" in said


def test_the_address_of_a_page_opens_the_same_lesson_with_its_changes(stage, asking):
    stage.open(asking)
    stage.lab.experiment.m = 7
    stage.lab._gallery.show(["paths", "sphere", "predictor", "curves"])
    stage.lab.desk.until.read("")
    text = stage.lab._keep._state()
    written, scene, complaints = read("?" + text)
    assert scene is asking and complaints == []
    assert "m=7" in written.split("&") and "until=" in written.split("&")
    assert "figures=paths%2Csphere%2Cpredictor%2Ccurves" in written
    assert Experiment().m != 7


def test_type_and_colours_reach_the_figure_of_the_study(stage, asking):
    figure = stage.lesson.measuring.figure
    stage.lab._choice.enlarge(1.5)
    assert figure._scale == 1.5
