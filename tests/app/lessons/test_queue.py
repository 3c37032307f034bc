"""Studies of a process are carried out one at a time, in the order in which they came."""

from __future__ import annotations

import threading
import time

import pytest

from app.lessons.queue import Job, Queue
from core.studies import CancelledError, Store


def until(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


@pytest.fixture
def held(monkeypatch):
    """Studies that wait for a gate, or until they are cancelled; those that began are listed."""
    gate, begun, together = threading.Event(), [], []

    def carry_out(study, store, on_change, cancel):
        begun.append(study)
        together.append(study)
        assert len(together) == 1, "two studies at once"
        while not gate.wait(0.005):
            if cancel.is_set():
                together.remove(study)
                raise CancelledError
        together.remove(study)

    monkeypatch.setattr("app.lessons.queue.carry_out", carry_out)
    return gate, begun


def test_one_at_a_time_and_each_knows_how_many_are_ahead(held):
    gate, begun = held
    line, jobs = Queue(), [Job(name, None) for name in "abc"]
    for job in jobs:
        line.join(job)
    until(lambda: jobs[0].running)
    assert [line.ahead(job) for job in jobs] == [0, 1, 2] and begun == ["a"]
    jobs[1].cancel()  # it leaves the line
    assert line.ahead(jobs[2]) == 1
    gate.set()
    until(lambda: all(job.done for job in jobs))
    assert begun == ["a", "c"] and line.ahead(jobs[2]) == 0


def test_a_running_one_stops_when_it_is_cancelled(held):
    line, job = Queue(), Job("a", None)
    line.join(job)
    until(lambda: job.running)
    job.cancel()
    until(lambda: job.done)
    assert job.cancelled and not job.failure


def test_all_stop_with_the_server(held):
    line, jobs = Queue(), [Job(name, None) for name in "ab"]
    for job in jobs:
        line.join(job)
    line.cancel_all()
    until(lambda: all(job.done for job in jobs))


def test_values_come_and_are_kept(asking, tmp_path):
    job = Job(asking.study, Store(tmp_path))
    job.run()
    assert job.done and not job.failure and len(job.values) == 8
    assert job.values["one", 3.0, 0] == pytest.approx(2.0)
    again = Job(asking.study, Store(tmp_path))
    again.run()
    assert again.values == job.values


def test_a_study_that_cannot_be_carried_out_says_why(monkeypatch, caplog):
    def refuse(*_):
        raise ValueError("m=0 is not allowed")

    monkeypatch.setattr("app.lessons.queue.carry_out", refuse)
    job = Job("a", None)
    job.run()
    assert job.done and job.failure == "m=0 is not allowed"

    def fail(*_):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("app.lessons.queue.carry_out", fail)
    job = Job("a", None)
    job.run()
    assert job.failure == "ZeroDivisionError: oops" and "a study failed" in caplog.text
