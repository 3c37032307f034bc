"""Scenes open, presentations begin and goals are told, in a lab without a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from app.drawer import Drawer, cards
from app.goals import GOALS
from app.lab import Lab
from app.layout import Layout
from app.present import LARGE
from app.until import goal_of
from app.views import Option
from core import query
from core.experiment import Experiment
from core.scenes import scenes


class Stage:
    """A lab whose clock stands still; `take_the_lock` does what waits for it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Lab, "_start", lambda lab: None)
        self.lab = Lab()
        self.kept: list[Callable[[], Any]] = []
        self.restarts = 0
        monkeypatch.setattr(
            self.lab.player, "change", lambda act, _prepare=None: self.kept.append(act)
        )
        monkeypatch.setattr(self.lab.player, "restart", self.restart)

    def restart(self, *_: Any) -> None:
        self.restarts += 1

    def take_the_lock(self) -> None:
        while self.kept:
            self.kept.pop(0)()

    def messages(self) -> str:
        return " ".join(alert.object for alert in self.lab._messages.panel.objects)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    stage = Stage(monkeypatch)
    yield stage
    stage.lab.close()


@pytest.mark.parametrize("scene", scenes(), ids=lambda scene: scene.name)
def test_what_a_scene_asks_of_the_page_can_be(scene):
    layout, complaints = Layout.from_query(query.write(dict(scene.page)))
    assert complaints == []
    assert not scene.page or layout != Layout() or "until" in scene.page or "figures" in scene.page
    if "until" in scene.page:
        assert goal_of(scene.page["until"])[0].name in GOALS


@pytest.mark.parametrize("scene", scenes(), ids=lambda scene: scene.name)
def test_opening_a_scene_sets_every_knob_and_plays(stage, scene):
    stage.lab.experiment.param.update(m=77, tau=0.3, stepsize=9.0)
    before = stage.restarts
    stage.lab.desk.open(scene)
    stage.take_the_lock()
    assert stage.lab.experiment.to_dict() == scene.experiment().to_dict()
    assert stage.lab.player.playing is (scene.question is None)
    assert stage.restarts >= before + 1 and stage.lab.lesson.scene is scene
    wanted, _ = Layout.from_query(query.write(dict(scene.page)))
    gallery = stage.lab._gallery
    assert gallery.layout.figures == wanted.figures
    for view, options in wanted.chosen.items():
        assert options.items() <= gallery.views[view].chosen.items()


def test_a_scene_undoes_the_options_of_figures_chosen_before(stage):
    view = stage.lab._gallery.views["paths"]
    option = Option("tint", "tint", "Tint.", {"red": "red", "blue": "blue"}, default="red")
    view.options, view.chosen[option.name] = (option,), "blue"
    stage.lab.desk.open(scenes()[0])
    stage.take_the_lock()
    assert view.chosen[option.name] == option.default


def test_knobs_of_another_dimension_are_adopted_whatever_the_data_were(stage):
    stage.lab.experiment.data = "xor"  # two inputs, no other
    wanted = Experiment(data="teacher", d=40, m=9, n=20)
    stage.lab._steering.adopt(wanted.to_dict())
    assert stage.lab.experiment.to_dict() == wanted.to_dict()
    with pytest.raises(ValueError, match="m=0 is not allowed"):
        stage.lab._steering.adopt({"m": 0})
    assert stage.lab.experiment.to_dict() == wanted.to_dict()


def test_the_drawer_sends_pictures_only_when_it_is_opened():
    chosen = []
    drawer = Drawer(chosen.append)
    assert drawer.chapters == []
    drawer._handle_msg({"open": True})
    shown = [card for chapter in cards() for card in chapter["scenes"]]
    assert drawer.chapters == cards() and [card["name"] for card in shown] == [
        scene.name for scene in scenes()
    ]
    assert all(card["picture"].startswith("data:image/svg+xml;base64,") for card in shown)
    drawer._handle_msg({"scene": scenes()[1].name})
    drawer._handle_msg({"scene": "no such"})
    drawer._handle_msg("nonsense")
    assert chosen == [scenes()[1]]


def test_a_presentation_folds_the_controls_and_stands_in_the_address(stage):
    lab = stage.lab
    lab.desk.present.toggle()
    stage.take_the_lock()
    assert lab.desk.fold.folded and lab.desk.address == {"present": "1", "sidebar": "1"}
    assert {view.scale for view in lab._gallery.views.values()} == {LARGE}
    lab.desk.present.toggle()
    stage.take_the_lock()
    assert not lab.desk.fold.folded and lab.desk.address == {}
    assert {view.scale for view in lab._gallery.views.values()} == {1.0}


def test_controls_folded_away_by_hand_stay_so_after_a_presentation(stage):
    stage.lab.page.sidebar_open = False
    stage.lab.desk.present.toggle()
    assert stage.lab.desk.address == {"present": "1"}  # nothing to bring back
    stage.lab.desk.present.toggle()
    assert not stage.lab.page.sidebar_open


def test_the_address_begins_a_presentation_and_sets_a_goal(stage):
    stage.lab.desk.read("?m=30&present=1&until=risk:0.25")
    address = {"present": "1", "sidebar": "1", "until": "risk:0.25"}  # the controls come back
    assert stage.lab.desk.address == address


def test_reaching_the_step_to_stop_at_is_told(stage):
    stage.lab.experiment.steps = 37
    stage.lab.desk.turned(None, 12)
    assert stage.messages() == ""
    stage.lab.desk.turned(None, 37)
    assert "Step 37 is reached" in stage.messages()


def test_a_goal_met_pauses_and_is_told(stage):
    desk, frame = stage.lab.desk, SimpleNamespace(step=3, risk=0.5)
    desk.watch.aim(GOALS["risk"], 0.7)
    run = SimpleNamespace(
        step=2, divergence=None, history=SimpleNamespace(next_step=3, scalars=dict)
    )

    def advance(steps):
        run.step += steps
        run.frame = frame
        return frame

    run.advance = advance
    stage.lab.player.play()
    desk.watch.advance(run, 100)
    desk.look()
    assert not stage.lab.player.playing
    assert "Step 3: the risk is 5.000e-01, below 0.7" in stage.messages()


def test_a_goal_that_means_nothing_is_told_when_the_run_starts(stage):
    stage.lab.desk.watch.aim(GOALS["error"])
    stage.lab.player.play()
    stage.lab.desk.turned(SimpleNamespace(accuracy=float("nan")), 0)
    assert "cannot be reached here" in stage.messages()
