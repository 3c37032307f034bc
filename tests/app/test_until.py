"""The control of the goal: what it sets, what it refuses, what stands in the address."""

from __future__ import annotations

import pytest

from app.goals import GOALS, Watch
from app.until import Until, goal_of
from core import query
from core.experiment import Experiment


class Bench:
    def __init__(self):
        self.experiment, self.watch = Experiment(), Watch(lambda: True)
        self.complaints, self.changes = [], 0
        self.until = Until(self.experiment, self.watch, self.complaints.append, self.changed)

    def changed(self):
        self.changes += 1

    def choose(self, name):
        self.until._choice.value = name

    def type(self, text):
        self.until._number.value = text

    @property
    def number(self):
        return self.until._number


@pytest.fixture
def bench():
    return Bench()


def test_at_first_the_run_goes_on_and_the_address_is_silent(bench):
    assert bench.until._choice.value == "" and not bench.number.visible
    assert bench.until.query == {}


def test_a_step_is_the_knob_and_typing_moves_it(bench):
    bench.choose("step")
    assert bench.experiment.steps > 0 and bench.number.visible
    bench.type("12,345")
    assert bench.experiment.steps == 12345
    bench.experiment.steps = 0
    assert bench.until._choice.value == "" and not bench.number.visible


def test_a_step_from_elsewhere_is_shown(bench):
    bench.experiment.steps = 37
    assert (bench.until._choice.value, bench.number.value) == ("step", "37")


@pytest.mark.parametrize("name", list(GOALS))
def test_every_goal_survives_the_address(bench, name):
    bench.choose(name)
    assert bench.changes == 1 and bench.watch._aim[0].name == name
    other = Bench()
    other.until.read(query.write(bench.until.query))
    assert other.until.query == bench.until.query and other.until._choice.value == name
    assert other.watch._aim == bench.watch._aim


def test_a_number_is_taken_and_a_bad_one_refused_and_put_back(bench):
    bench.choose("risk")
    bench.type("1e-4")
    assert bench.until.query == {"until": "risk:0.0001"}
    bench.type("lots")
    assert "until=risk:lots" in bench.complaints[-1] and bench.number.value == "0.0001"
    bench.type("-3")
    assert "from 1e-300" in bench.complaints[-1] and bench.watch._aim[1] == 1e-4


def test_another_choice_ends_the_one_before(bench):
    bench.choose("step")
    bench.choose("risk")
    assert bench.experiment.steps == 0
    bench.choose("step")
    assert bench.watch._aim is None and bench.until.query == {}


@pytest.mark.parametrize(
    ("text", "says"), [("moon", "risk, margin, error"), ("risk:abc", "a number"),
                       ("margin:1000", "from 0.001 to 100")],
)  # fmt: skip
def test_a_bad_goal_in_the_address_is_named_and_the_run_goes_on(bench, text, says):
    with pytest.raises(ValueError, match=says):
        goal_of(text)
    bench.until.read("until=" + text)
    assert says in bench.complaints[0] and "until paused" in bench.complaints[0]
    assert bench.until.query == {} and bench.until._choice.value == ""
