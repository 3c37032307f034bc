"""The player swaps, changes and shows a run when told to, and reports what fails."""

import asyncio
import threading
from typing import Any

import pytest

from .stage import Lab, play, settled, until


def test_a_restart_swaps_the_simulation_and_shows_it_paused() -> None:
    async def scene(lab: Lab) -> None:
        lab.player.step(3)
        await until(lambda: lab.step == 3)
        lab.restart("second")
        await settled(lab)
        assert lab.shown[-1] == ("second", 0)

    play(scene)


def test_a_restart_while_playing_goes_on_and_drops_the_frame_under_way() -> None:
    async def scene(lab: Lab) -> None:
        lab.player.play()
        await until(lambda: lab.step > 20)
        lab.restart("second")
        await until(lambda: ("second", 0) in lab.shown)
        await until(lambda: lab.step > 5)

    names = [name for name, _ in play(scene).shown]
    assert names == sorted(names)  # "first" never after "second"


def test_of_many_restarts_the_last_counts() -> None:
    async def scene(lab: Lab) -> None:
        lab.player.play()
        await until(lambda: lab.step > 0)
        for k in range(10):
            lab.restart(f"run {k}")
        await until(lambda: lab.shown[-1][0] == "run 9")
        await asyncio.sleep(0.05)
        assert {name for name, _ in lab.shown} == {"first", "run 9"}

    play(scene)


def test_a_restart_that_cannot_be_prepared_is_reported_and_leaves_the_run() -> None:
    def prepare() -> None:
        raise ValueError("m must be positive")

    async def scene(lab: Lab) -> None:
        lab.player.step(2)
        await until(lambda: lab.step == 2)
        lab.player.restart(prepare, lab.install)
        await until(lambda: len(lab.errors) == 1)
        lab.player.step()
        await until(lambda: lab.shown[-1] == ("first", 3))

    lab = play(scene)
    assert [str(error) for error in lab.errors] == ["m must be positive"]


def test_a_run_that_fails_pauses_is_reported_once_and_can_be_restarted() -> None:
    async def scene(lab: Lab) -> None:
        lab.player.play()
        await until(lambda: lab.step > 0)
        lab.simulation.fails = True
        await until(lambda: not lab.player.playing)
        await settled(lab)
        assert [type(error) for error in lab.errors] == [FloatingPointError]
        lab.restart("second")
        lab.player.play()
        await until(lambda: lab.shown[-1][0] == "second" and lab.step > 3)

    play(scene)


def test_a_page_that_cannot_show_a_frame_pauses_the_run() -> None:
    async def scene(lab: Lab) -> None:
        def broken(payload: Any) -> None:
            raise KeyError("column")

        lab.player._clock._show = broken
        lab.player.play()
        await until(lambda: bool(lab.errors))
        assert not lab.player.playing

    assert isinstance(play(scene).errors[0], KeyError)


def test_without_on_error_a_failure_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(lab: Lab) -> None:
        lab.player._on_error = None
        lab.simulation.fails = True
        lab.player.play()
        await until(lambda: not lab.player.playing)

    play(scene)
    assert "a run failed" in caplog.text


def test_changes_happen_between_chunks() -> None:
    async def scene(lab: Lab) -> None:
        free: list[bool] = []
        lab.player.play()
        for _ in range(5):
            lab.player.change(lambda: free.append(not lab.simulation.busy))
            await asyncio.sleep(0.01)
        await until(lambda: len(free) == 5)
        assert all(free)

    play(scene)


def test_what_a_change_prepares_runs_on_a_worker_between_chunks_and_loses_no_step() -> None:
    async def scene(lab: Lab) -> None:
        notes: list[tuple[str, bool, bool]] = []
        loop = threading.get_ident()

        def note(name: str) -> None:
            notes.append((name, threading.get_ident() == loop, lab.simulation.busy))

        lab.player.step(4)
        lab.player.change(lambda: note("change"), lambda: note("prepare"))
        lab.player.step(3)
        await until(lambda: lab.step == 7)
        assert notes == [("prepare", False, False), ("change", True, False)]

    play(scene)


def test_a_change_that_cannot_be_prepared_is_reported_and_not_made() -> None:
    def prepare() -> None:
        raise ValueError("no such dynamics")

    made: list[int] = []

    async def scene(lab: Lab) -> None:
        lab.player.change(lambda: made.append(1), prepare)
        await until(lambda: len(lab.errors) == 1)
        lab.player.step()
        await until(lambda: lab.step == 1)

    assert [str(error) for error in play(scene).errors] == ["no such dynamics"] and made == []


def test_refresh_shows_the_present_state_or_what_it_is_given() -> None:
    async def scene(lab: Lab) -> None:
        lab.player.step()
        await until(lambda: lab.step == 1)
        lab.player.refresh()
        await until(lambda: len(lab.shown) == 2)
        lab.player.refresh(lambda: ("past", 2))
        await until(lambda: len(lab.shown) == 3)

    assert play(scene).shown == [("first", 1), ("first", 1), ("past", 2)]


def test_orders_may_come_from_any_thread() -> None:
    async def scene(lab: Lab) -> None:
        threads = [threading.Thread(target=lab.player.step) for _ in range(20)]
        for thread in threads:
            thread.start()
        await until(lambda: lab.step == 20)

    play(scene)
