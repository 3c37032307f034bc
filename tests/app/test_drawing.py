"""The pencil: gestures change the points of the run that goes on, and what is shown of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from app.lab import Lab
from core.datasets import from_text
from core.experiment import Experiment


class Stage:
    """A lab without server and clock: what is ordered is done at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **knobs: Any) -> None:
        monkeypatch.setattr(Lab, "_start", lambda lab: None)
        # Tanh has no largest margin: nothing is computed beside the run.
        small = {"n": 10, "m": 5, "n_test": 0, "activation": "tanh", "precision": "float64"}
        self.lab = lab = Lab()
        self.addresses = self.told = 0
        monkeypatch.setattr(lab.player, "change", self.change)
        monkeypatch.setattr(lab.player, "restart", lambda prepare, install: install(prepare()))
        monkeypatch.setattr(lab.player, "refresh", lambda: lab._screen.show(lab._screen.work(0)))
        monkeypatch.setattr(lab._keep, "write_address", lambda location: self.count())
        lab.experiment.activation = small["activation"]
        lab.experiment.data = knobs.pop("data", "clusters")  # bounds the dimension
        lab.experiment.param.update(**small | knobs)
        if lab.course.setup is None:
            lab.course.restart()

    def change(self, function: Callable[[], Any], prepare: Callable[[], Any] | None = None) -> None:
        if prepare is not None:
            prepare()
        function()

    def count(self) -> None:
        self.addresses += 1

    def do(self, kind: str, x: float = 0.0, y: float = 0.0) -> None:
        """What the browser tells: pixels of a hundredth, a reach of ten of them."""
        figure = self.lab._gallery.views["predictor"].plots[0].figure
        (script,) = figure.js_event_callbacks["tap"]
        channel = script.args["channel"]
        self.told += 1
        channel.tags = [self.told, kind, x, y, 0.01, 0.01, 10]

    @property
    def simulation(self) -> Any:
        assert self.lab.course.setup is not None
        return self.lab.course.setup.simulation

    @property
    def points(self) -> list[list[float]]:
        return json.loads(self.lab.experiment.points)

    @property
    def seen(self) -> list[list[float]]:
        """The points in the figure."""
        sources = self.lab._gallery.views["predictor"].plots[0].sources
        columns = [(sources[name].data, label) for name, label in (("data+", 1), ("data-", -1))]
        rows = [
            (x, y, label)
            for data, label in columns
            for x, y in zip(data["x"], data["y"], strict=True)
        ]
        return sorted(np.round(np.array(rows, dtype=float).reshape(-1, 3), 3).tolist())

    def agrees(self) -> bool:
        """Whether knob, run and figure have the same points."""
        dataset = from_text(self.lab.experiment.points, bias=True)
        same = self.simulation.has_data(dataset.inputs, dataset.targets)
        return same and self.seen == sorted([float(v) for v in point] for point in self.points)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    stage = Stage(monkeypatch)
    yield stage
    stage.lab.close()


@pytest.fixture
def drawn(stage: Stage) -> Stage:
    """A lab whose run is at step 5 and whose points are drawn."""
    stage.lab.drawing.toggle()
    stage.lab._screen.show(stage.lab._screen.work(5))
    return stage


def test_the_pencil_copies_the_data_and_starts_their_run(stage):
    before = Experiment(n=10, n_test=0).dataset()
    stage.lab.drawing.toggle()
    assert stage.lab.drawing.on and stage.lab.experiment.data == "points"
    np.testing.assert_allclose(np.array(stage.points)[:, :2], before.inputs[:, 1:], atol=0.01)
    assert stage.simulation.step == 0 and stage.agrees()
    assert (
        "copy of the 10 training points"
        in next(iter(stage.lab._messages._by_topic.values())).object
    )


def test_points_come_move_and_go_while_the_run_goes_on(drawn):
    run, particles = drawn.simulation, drawn.simulation.frame.particles
    box = drawn.lab._gallery.views["predictor"].plots[0].box
    drawn.do("click", 0.9, -0.8)
    assert drawn.points[-1] == [0.9, -0.8, 1] and len(drawn.points) == 11 and drawn.agrees()
    drawn.do("grab", 0.91, -0.8)
    drawn.do("move", 0.5, -0.7)
    assert drawn.points[-1] == [0.5, -0.7, 1] and drawn.lab.drawing.dragging
    drawn.do("drop", 0.4, -0.6)
    assert drawn.points[-1] == [0.4, -0.6, 1] and drawn.agrees()
    drawn.do("erase", 0.4, -0.6)
    assert len(drawn.points) == 10 and drawn.agrees()
    # The run is the same one, at its step, from its particles; and the axes have not moved.
    assert drawn.simulation is run and run.step == 5
    assert run.frame.particles.tobytes() == particles.tobytes()
    assert drawn.lab._gallery.views["predictor"].plots[0].box == box
    assert drawn.lab._numbers.frame.risk == pytest.approx(run.problem.risk(particles), rel=1e-12)


def test_undo_and_redo_take_a_drag_for_one_change(drawn):
    start = drawn.points
    x, y, _ = start[3]
    drawn.do("grab", x, y)
    for share in range(5):
        drawn.do("move", x + 0.1 * share, y)
    drawn.do("drop", x + 0.5, y)
    moved = drawn.points
    assert moved != start
    drawn.do("undo")
    assert drawn.points == start and drawn.agrees()
    drawn.do("redo")
    assert drawn.points == moved and drawn.agrees()
    drawn.do("undo")
    drawn.do("undo")
    assert drawn.points == start


def test_the_address_waits_until_a_dragged_point_is_dropped(drawn):
    x, y, _ = drawn.points[0]
    before = drawn.addresses
    drawn.do("grab", x, y)
    drawn.do("move", x + 0.2, y)
    drawn.do("move", x + 0.3, y)
    assert drawn.addresses == before
    drawn.do("drop", x + 0.4, y)
    assert drawn.addresses > before


def test_from_an_empty_plane_the_first_point_starts_a_run(drawn):
    kept = drawn.points
    drawn.lab.player.playing = True
    drawn.lab.drawing.clear()
    assert drawn.seen == [] and drawn.points == kept and not drawn.lab.player.playing
    run = drawn.simulation
    drawn.do("click", 0.1, 0.2)
    assert drawn.points == [[0.1, 0.2, 1]] and drawn.agrees()
    assert drawn.simulation is not run and drawn.simulation.step == 0
    drawn.do("undo")
    assert drawn.seen == []
    drawn.do("undo")
    assert drawn.points == kept and drawn.agrees()


def test_leaving_an_empty_plane_shows_what_runs(drawn):
    kept = drawn.points
    drawn.lab.drawing.clear()
    drawn.lab.drawing.toggle()
    assert not drawn.lab.drawing.on and drawn.points == kept and drawn.agrees()


def test_a_reset_starts_with_the_points_as_drawn(drawn):
    drawn.do("click", 0.9, -0.8)
    drawn.lab.course.restart()
    assert drawn.simulation.step == 0 and len(drawn.points) == 11 and drawn.agrees()
    drawn.do("click", -0.9, 0.8)
    assert len(drawn.points) == 12 and drawn.agrees()


def test_points_that_others_set_end_the_drawing_and_can_be_undone(drawn):
    before = drawn.points
    drawn.lab.experiment.points = "[[3,3,1],[4,4,-1]]"
    assert not drawn.lab.drawing.on and drawn.agrees()
    box = drawn.lab._gallery.views["predictor"].plots[0].box
    assert box[0] < 3 and box[1] > 4  # they are in sight
    drawn.lab.drawing.toggle()
    drawn.lab.drawing.undo()
    assert drawn.points == before and drawn.agrees()


def test_other_data_end_the_drawing(drawn):
    drawn.lab.experiment.data = "circles"
    assert not drawn.lab.drawing.on
    drawn.lab.experiment.stepsize = 0.3
    assert drawn.lab.experiment.data == "circles"


def test_other_knobs_leave_the_drawing_as_it_is(drawn):
    drawn.lab.drawing.clear()
    drawn.lab.experiment.stepsize = 0.3
    assert drawn.lab.drawing.on and drawn.seen == []


def test_a_change_that_is_refused_changes_nothing(drawn):
    before, step = drawn.points, drawn.simulation.step
    drawn.lab.experiment.param.update(m=1000)
    drawn.lab.experiment.steps = 7
    drawn.lab.drawing._board.do(tuple((k / 10, 0.123456789, 1.0) for k in range(2000)))
    assert drawn.points == before and drawn.agrees() and step >= 0
    assert any("20,000" in alert.object for alert in drawn.lab._messages._by_topic.values())
    drawn.do("undo")
    assert drawn.points == before


def test_five_coordinates_cannot_be_drawn(monkeypatch):
    stage = Stage(monkeypatch, d=5)
    stage.lab.drawing.toggle()
    assert not stage.lab.drawing.on and stage.lab.experiment.data == "clusters"
    assert any("have 5" in alert.object for alert in stage.lab._messages._by_topic.values())
    assert stage.lab.drawing._button.disabled
    stage.lab.experiment.d = 2
    assert not stage.lab.drawing._button.disabled
    stage.lab.close()


def test_over_a_line_a_click_sets_input_and_target(monkeypatch):
    stage = Stage(monkeypatch, data="teacher", d=1, loss="square", dynamics="gradient")
    stage.lab.drawing.toggle()
    stage.do("click", 0.25, -0.4)
    assert stage.points[-1] == [0.25, -0.4]
    stage.do("grab", 0.25, -0.4)
    stage.do("drop", 0.5, 0.3)
    assert stage.points[-1] == [0.5, 0.3]
    dataset = from_text(stage.lab.experiment.points, bias=True)
    assert stage.simulation.has_data(dataset.inputs, dataset.targets)
    stage.lab.close()


def test_a_run_beside_goes_over_to_the_points_too(drawn):
    drawn.lab.fork()
    (arm,) = drawn.lab._bench.arms.arms
    drawn.do("click", 0.9, -0.8)
    dataset = from_text(drawn.lab.experiment.points, bias=True)
    assert drawn.agrees() and arm.setup.simulation.step == 5
    assert arm.setup.simulation.has_data(dataset.inputs, dataset.targets)
    sources = arm.gallery.views["predictor"].plots[0].sources
    assert len(sources["data+"].data["x"]) + len(sources["data-"].data["x"]) == 11


def test_the_neuron_inspector_looks_at_the_points_there_are(stage):
    stage.lab._gallery.show(["predictor", "neuron"])
    stage.lab.drawing.toggle()
    stage.lab._gallery.pick(2)
    stage.do("click", 0.9, -0.8)
    view = stage.lab._gallery.views["neuron"]
    assert len(view._scene.data.targets) == 11
    stage.lab._screen.show(stage.lab._screen.work(1))


def test_a_link_that_fixes_the_data_takes_the_pencil_away(stage):
    drawing = stage.lab.drawing
    drawing._may = False
    drawing.toggle()
    assert not drawing.on and stage.lab.experiment.data == "clusters"
    said = next(iter(stage.lab._messages._by_topic.values())).object
    assert "fixed by the link" in said
