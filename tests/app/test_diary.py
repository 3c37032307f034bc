"""What a run went through is written down as it happened."""

from types import SimpleNamespace

from app.diary import Change, Diary
from core import Experiment


class Run(SimpleNamespace):
    __hash__ = object.__hash__


def test_changes_are_noted_with_their_step_and_nothing_else():
    experiment, diary, run = Experiment(stepsize=0.4), Diary(), Run(step=0)
    diary.note(run, experiment.to_dict())
    experiment.speed = 5.0  # the player's
    diary.note(run, experiment.to_dict())
    run.step = 10
    experiment.stepsize = 0.2
    diary.note(run, experiment.to_dict())
    diary.note(run, experiment.to_dict())
    run.step = 12
    experiment.param.update(dynamics="gradient", stepsize=0.4)
    diary.note(run, experiment.to_dict())
    entry = diary.of(run)
    assert entry.beginning["stepsize"] == 0.4 and entry.beginning["dynamics"] == "softmin"
    assert entry.changes == [
        Change(10, {"stepsize": 0.2}),
        Change(12, {"dynamics": "gradient", "stepsize": 0.4}),
    ]


def test_a_run_met_later_has_no_beginning():
    diary, run = Diary(), Run(step=3)
    diary.note(run, Experiment().to_dict())
    assert diary.of(run).beginning is None
    assert diary.of(Run(step=0)).beginning is None


def test_a_fork_was_made_by_what_made_its_origin():
    experiment, diary = Experiment(data="circles", n=10, m=6, n_test=0, stepsize=0.4), Diary()
    origin = experiment.simulation()
    diary.note(origin, experiment.to_dict())
    for step, stepsize in ((5, 0.3), (9, 0.2)):
        origin.advance(step - origin.step)
        experiment.stepsize = stepsize
        experiment.apply_live(origin)
        diary.note(origin, experiment.to_dict())
    origin.advance(3)
    fork = origin.fork(9)
    experiment.stepsize = 0.1
    diary.note(fork, experiment.to_dict())
    assert diary.of(fork).changes == [Change(5, {"stepsize": 0.3}), Change(9, {"stepsize": 0.1})]
    assert diary.of(origin).changes[-1] == Change(9, {"stepsize": 0.2})

    other = Experiment(**experiment.to_dict() | {"seed": 4}).simulation()
    other.advance(9)
    assert diary.of(other).beginning is None
    diary.note(other, experiment.to_dict())
    assert diary.of(other).beginning is None  # the same knobs, but other particles


def test_runs_that_are_gone_are_forgotten():
    diary, run = Diary(), Run(step=0)
    diary.note(run, Experiment().to_dict())
    del run
    diary.note(Run(step=0), Experiment().to_dict())
    assert len(diary._entries) == 1  # the last one is kept for its forks
