"""Measuring goes on beside the page, which shows how far it is, and what came of it."""

from __future__ import annotations

import asyncio
import threading

import pytest
from bokeh.document import Document

from app.lessons.measure_card import rows
from app.lessons.measuring import Measuring
from app.lessons.queue import Job, Queue
from core.studies import Store, carry_out, judge


class Page(Document):
    """A document whose ticks are those of the running loop."""

    def add_next_tick_callback(self, callback):
        asyncio.get_running_loop().call_soon(callback)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "cache")


def play(store, scene, act, line=None):
    """Show a scene in a page and await `act(measuring)`."""

    async def run():
        measuring = Measuring(line or Queue(), lambda: store)
        measuring.take(scene)
        measuring.begin(Page())
        try:
            await act(measuring)
        finally:
            measuring.leave()

    asyncio.run(run())


async def until(condition, seconds=20.0):
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


def test_a_scene_without_a_study_shows_nothing(course, store):
    measuring = Measuring(Queue(), lambda: store)
    measuring.take(course["plain"])
    assert not measuring.panel.visible
    measuring.start("quick")  # nobody can ask for it


def test_all_numbers_are_open_before_anything_is_measured(asking, store):
    async def act(measuring):
        card = measuring._card
        await until(lambda: card.times)
        assert [row["word"] for row in card.rows] == ["open"] * 3
        assert [row["expected"] for row in card.rows] == ["2", "2", "0"]
        assert set(card.times) == {"quick", "full"} and not measuring.figure.panel.visible

    play(store, asking, act)


def test_quick_sizes_are_measured_judged_and_drawn(asking, store):
    async def act(measuring):
        card = measuring._card
        card._handle_msg({"measure": "quick"})
        await until(lambda: card.busy == "quick")
        await until(lambda: not card.busy)
        assert [(row["name"], row["ours"], row["word"]) for row in card.rows] == [
            ("mass", "2", "holds"), ("wrong", "8", "differs")
        ]  # fmt: skip
        assert card.rows[1]["explain"] == "It is $8$." and card.rows[0]["explain"] == ""
        assert "Measured at quick sizes" in card.told
        assert list(measuring.figure.plot.sources["median1"].data["y"]) == [8.0, 8.0]

    play(store, asking, act)


def test_full_sizes_judge_all_numbers(asking, store):
    async def act(measuring):
        measuring.start("full")
        await until(lambda: "Measured at full" in measuring._card.told)
        words = [row["word"] for row in measuring._card.rows]
        assert words == ["holds", "differs", "holds"]

    play(store, asking, act)


@pytest.mark.parametrize("size", ["quick", "full"])
def test_what_was_measured_before_is_there_at_once(asking, store, size):
    carry_out(getattr(asking, "quick" if size == "quick" else "study"), store)

    async def act(measuring):
        await until(lambda: "Measured before" in measuring._card.told)
        assert size in measuring._card.told and measuring.figure.panel.visible
        assert measuring._card.rows[0]["word"] == "holds"

    play(store, asking, act)


def test_part_of_the_values_leaves_the_numbers_open(asking, store):
    part = asking.quick.replace(points=asking.quick.points[:1])
    carry_out(part, store)

    async def act(measuring):
        await until(lambda: measuring._card.told)
        assert "2 of 4 values" in measuring._card.told
        row = measuring._card.rows[0]
        assert (row["ours"], row["word"]) == ("2", "open")

    play(store, asking, act)


def test_it_waits_for_the_studies_of_others_and_can_be_cancelled(asking, store, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr("app.lessons.queue.carry_out", lambda *_: gate.wait(20))
    line, other = Queue(), Job(asking.quick, None)
    line.join(other)

    async def act(measuring):
        card = measuring._card
        measuring.start("quick")
        await until(lambda: "Waiting for 1 other measurement" in card.told)
        measuring.start("full")  # one at a time
        assert len(line._jobs) == 2
        card._handle_msg({"cancel": True})
        gate.set()
        await until(lambda: "Cancelled" in card.told)
        assert not card.busy

    play(store, asking, act, line)


def test_a_page_that_closes_cancels_its_study(asking, store, monkeypatch):
    seen = []

    def carry_out(study, store, on_change, cancel):
        seen.append(cancel)
        cancel.wait(20)

    monkeypatch.setattr("app.lessons.queue.carry_out", carry_out)

    async def act(measuring):
        measuring.start("quick")
        await until(lambda: seen)
        measuring.leave()
        assert seen[0].is_set()
        await until(lambda: not measuring._line._jobs)

    play(store, asking, act)


def test_a_failure_is_told(asking, store, monkeypatch):
    def refuse(*_):
        raise ValueError("m=0 is not allowed")

    monkeypatch.setattr("app.lessons.queue.carry_out", refuse)

    async def act(measuring):
        measuring.start("quick")
        await until(lambda: "could not be measured: m=0" in measuring._card.told)

    play(store, asking, act)


def test_a_run_that_diverged_differs_in_the_end(asking):
    values = {("one", 3.0, 0): float("nan")}
    (row,) = rows(judge(asking.numbers[:1], values), whole=True)
    assert (row["word"], row["ours"]) == ("differs", "–")
    (row,) = rows(judge(asking.numbers[:1], values), whole=False)
    assert row["word"] == "open"
