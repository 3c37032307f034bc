"""What a player measures, and how it ends."""

import asyncio
import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from app.sessions import sessions

from .stage import Lab, Page, play, settled, until


def test_rates_are_measured_while_playing_and_zero_while_paused() -> None:
    async def scene(lab: Lab) -> None:
        lab.player.play()
        await until(lambda: lab.player.steps_per_second > 0)
        assert lab.player.steps_per_second == pytest.approx(100, rel=0.25)
        assert lab.player.frames_per_second > 0
        lab.player.pause()
        assert lab.player.steps_per_second == lab.player.frames_per_second == 0

    play(scene, speed=100.0, cost=0.0)


def test_the_process_counts_the_players_at_work() -> None:
    async def scene(lab: Lab) -> None:
        before = sessions.playing
        lab.player.play()
        assert sessions.playing == before + 1
        lab.player.pause()
        assert sessions.playing == before
        lab.player.play()
        lab.player.close()
        assert sessions.playing == before

    play(scene)


def test_close_stops_the_run_at_once_and_for_good() -> None:
    async def scene(lab: Lab) -> None:
        lab.player.play()
        await until(lambda: lab.step > 0)
        lab.player.close()
        lab.player.close()
        await asyncio.sleep(0.2)
        steps, frames = lab.simulation.step, len(lab.shown)
        lab.player.play()
        lab.player.step()
        lab.player.start(lab.page)
        await asyncio.sleep(0.1)
        assert (lab.simulation.step, len(lab.shown)) == (steps, frames)

    assert play(scene).browser.expired


def test_what_waits_for_the_lock_as_the_session_ends_is_not_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    acted: list[int] = []

    async def scene(lab: Lab) -> None:
        later = lab.page.add_next_tick_callback
        asked: list[int] = []

        def leave(callback: Callable[[], Any]) -> None:
            later(callback)
            asked.append(1)
            lab.player.close()

        monkeypatch.setattr(lab.page, "add_next_tick_callback", leave)
        lab.player.change(lambda: acted.append(1))
        await until(lambda: bool(asked))
        await asyncio.sleep(0.05)

    play(scene)
    assert acted == []


def test_a_player_closed_before_it_starts_never_does() -> None:
    lab = Lab(playing=True)
    lab.player.close()

    async def run() -> None:
        lab.player.start(lab.page)
        await asyncio.sleep(0.05)

    asyncio.run(run())
    assert lab.shown == []


def test_a_closed_player_keeps_nothing_of_the_lab_alive() -> None:
    async def run() -> None:
        lab = Lab(playing=True)
        player, gone = lab.player, weakref.ref(lab)
        player.start(lab.page)
        await asyncio.sleep(0.1)
        player.close()
        await asyncio.sleep(0.1)
        del lab
        gc.collect()
        assert gone() is None

    asyncio.run(run())


def test_a_document_that_is_gone_stops_the_clock() -> None:
    class Gone(Page):
        dead = False

        def add_next_tick_callback(self, callback: Callable[[], Any]) -> Any:
            if self.dead:
                raise RuntimeError("destroyed")
            return super().add_next_tick_callback(callback)

    async def run() -> None:
        lab, page = Lab(playing=True), Gone()
        lab.player.start(page)
        await until(lambda: lab.step > 0)
        page.dead = True
        await settled(lab)
        assert lab.browser.expired

    asyncio.run(run())
