"""Curves of several runs in one figure, and the line where the timeline stands."""

from __future__ import annotations

import numpy as np
import pytest

from app.views.curves import CurvesView
from core import Experiment

KNOBS = {"n": 12, "k": 2, "m": 20, "n_test": 10, "dynamics": "gradient"}


def run(steps=60, **knobs):
    setup = Experiment(**KNOBS | knobs).setup()
    setup.simulation.advance(steps)
    return setup


def drawn(curves, name):
    """The columns of a layer, whichever figure it is in."""
    (source,) = [plot.sources[name] for plot in curves.plots if name in plot.sources]
    return {key: np.asarray(column) for key, column in source.data.items()}


@pytest.fixture
def curves():
    """Curves of a run beside two others with other stepsizes."""
    view, first = CurvesView(), run()
    view.arms = ("B", "C")
    others = {name: run(stepsize=step).simulation for name, step in (("B", 0.1), ("C", 0.01))}
    view.beside = {name: (other.frame, other.history) for name, other in others.items()}
    view.build(first)
    return view, first, others


@pytest.mark.parametrize(
    ("layer", "key"), [("train", "risk"), ("test", "test_risk"), ("margin", "margin")]
)
def test_every_run_has_its_curves(curves, layer, key):
    view, _, others = curves
    for arm, other in others.items():
        columns = drawn(view, f"{layer}-{arm}")
        table = other.history.scalars()
        known = columns["x"] <= table["step"][-1] + 1
        np.testing.assert_array_equal(columns["x"][known], table["step"] + 1)
        np.testing.assert_array_equal(columns["y"][known], table[key])


def test_runs_are_told_apart_by_the_dash_and_the_legend(curves):
    view, _, _ = curves
    plot = view.plots[0]
    dashes = [
        tuple(plot.renderers[name].glyph.line_dash) for name in ("train", "train-B", "train-C")
    ]
    assert len(set(dashes)) == 3
    colours = {plot.renderers[name].glyph.line_color for name in ("train", "train-B", "train-C")}
    assert len(colours) == 1
    (legend,) = plot.figure.legend
    labels = [item.label.value for item in legend.items]
    assert {"A · train", "B · train", "C · test"} <= set(labels)


def test_a_run_that_has_gone_is_not_drawn(curves):
    view, first, _ = curves
    view.beside = {}
    view._scene.drawn = -1
    view.update(view.compute(first.simulation.frame, first.simulation.history))
    assert len(drawn(view, "train-B")["x"]) == 0
    assert len(drawn(view, "train")["x"]) > 0


def test_the_axes_have_room_for_all(curves):
    view, _, others = curves
    low, high = view.plots[0].box[2:]
    for other in others.values():
        risks = other.history.scalars()["risk"]
        assert low <= risks.min() and risks.max() <= high


def test_a_run_that_explodes_does_not_press_the_others_flat(curves):
    view, first, _ = curves
    wild = run(400, stepsize=9000.0, loss="square").simulation
    assert wild.divergence is not None
    view.beside = {"B": (wild.frame, wild.history)}
    view._scene.drawn = -1
    payload = view.compute(first.simulation.frame, first.simulation.history)
    table = first.simulation.history.scalars()
    most = max(table["risk"].max(), table["test_risk"].max())
    assert wild.history.scalars()["risk"].max() > 1e5 * most
    assert payload.need[0][3] == pytest.approx(1e4 * most)


def test_alone_the_curves_are_named_as_ever():
    view = CurvesView()
    view.build(run())
    (legend,) = view.plots[0].figure.legend
    assert [item.label.value for item in legend.items] == ["train", "test"]
    assert not any("-" in name for name in view.plots[0].sources if name.startswith("train"))


def test_a_line_stands_at_an_earlier_frame_and_none_at_the_newest():
    view, setup = CurvesView(), run()
    history = setup.simulation.history
    view.build(setup)
    assert len(drawn(view, "rule-risk")["x"]) == 0
    view.update(view.compute(history.frame(7), history))
    for name in ("rule-risk", "rule-other"):
        assert drawn(view, name)["x"].tolist() == [8.0]
    view.update(view.compute(setup.simulation.frame, history))
    assert len(drawn(view, "rule-other")["x"]) == 0
