"""The player moves, stops, steps and restarts a run as told, and waits for the browser."""

import asyncio
import gc
import itertools
import math
import threading
import time
import weakref
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from app.player import Player
from app.sessions import sessions

from .stage import Browser, Page, until


class Simulation:
    """Counts steps, and objects if two threads advance it at once."""

    def __init__(self, cost: float = 0.0005, name: str = "first") -> None:
        self.step = 0
        self.cost = cost
        self.name = name
        self.fails = False
        self._alone = threading.Lock()

    def advance(self, steps: int) -> None:
        assert self._alone.acquire(blocking=False), "two threads advanced one simulation"
        try:
            for _ in range(steps):
                if self.fails:
                    raise FloatingPointError(f"at step {self.step}")
                time.sleep(self.cost)
                self.step += 1
        finally:
            self._alone.release()

    @property
    def busy(self) -> bool:
        return self._alone.locked()


class Lab:
    """A simulation with its player; `shown` is what the page has displayed."""

    def __init__(self, paint: float = 0.001, cost: float = 0.0005, **params: Any) -> None:
        self.simulation = Simulation(cost)
        self.browser = Browser(paint)
        self.shown: list[tuple[str, int]] = []
        self.errors: list[Exception] = []
        self.page = Page()
        self.player = Player(
            self.work, self.shown.append, self.current, self.browser, self.errors.append, **params
        )

    def work(self, steps: int) -> tuple[str, int]:
        self.simulation.advance(steps)
        return self.simulation.name, self.simulation.step

    def current(self) -> int:
        assert not self.simulation.busy
        return self.simulation.step

    def install(self, simulation: Simulation) -> None:
        assert not self.simulation.busy
        self.simulation = simulation

    def restart(self, name: str) -> None:
        self.player.restart(lambda: Simulation(self.simulation.cost, name), self.install)

    @property
    def step(self) -> int:
        return self.shown[-1][1] if self.shown else 0


def play(scene: Callable[[Lab], Coroutine[Any, Any, None]], **params: Any) -> Lab:
    """Run `scene` with a lab whose clock has started; close the lab after it."""
    lab = Lab(**params)

    async def run() -> None:
        lab.player.start(lab.page)
        await asyncio.sleep(0.01)
        try:
            await scene(lab)
        finally:
            lab.player.close()
        await asyncio.sleep(0.01)

    asyncio.run(run())
    return lab


async def settled(lab: Lab) -> None:
    """Wait until nothing has happened for a while."""
    seen = None
    while seen != (seen := (lab.simulation.step, len(lab.shown))) or lab.browser.waiting:
        await asyncio.sleep(0.12)


def test_play_moves_and_pause_holds() -> None:
    async def scene(lab: Lab) -> None:
        lab.player.play()
        await until(lambda: len(lab.shown) > 5)
        lab.player.pause()
        await settled(lab)
        held = lab.step
        await asyncio.sleep(0.1)
        assert lab.step == held == lab.simulation.step > 5

    lab = play(scene)
    steps = [step for _, step in lab.shown]
    assert steps == sorted(steps)
    assert lab.errors == []


def test_nothing_moves_before_play() -> None:
    async def scene(lab: Lab) -> None:
        await asyncio.sleep(0.1)
        assert lab.shown == []

    play(scene)


def test_a_run_asked_to_play_at_once_does() -> None:
    async def scene(lab: Lab) -> None:
        await until(lambda: lab.step > 3)

    play(scene, playing=True)


def test_a_step_is_one_step() -> None:
    async def scene(lab: Lab) -> None:
        lab.player.step()
        await settled(lab)
        assert lab.shown == [("first", 1)]

    play(scene)


def test_steps_in_quick_succession_add_up() -> None:
    async def scene(lab: Lab) -> None:
        for _ in range(7):
            lab.player.step()
        lab.player.step(5)
        await settled(lab)
        assert lab.step == lab.simulation.step == 12

    play(scene)


def test_a_step_while_playing_pauses_first() -> None:
    async def scene(lab: Lab) -> None:
        lab.player.play()
        await until(lambda: lab.step > 3)
        lab.player.pause()
        await settled(lab)
        before = lab.step
        lab.player.play()
        lab.player.pause()
        lab.player.step()
        await settled(lab)
        assert lab.step == before + 1
        assert not lab.player.playing

    play(scene)


def test_toggle_plays_and_pauses() -> None:
    async def scene(lab: Lab) -> None:
        lab.player.toggle()
        await until(lambda: lab.step > 0)
        lab.player.toggle()
        assert not lab.player.playing

    play(scene)


def test_at_a_low_speed_steps_fall_on_time() -> None:
    async def scene(lab: Lab) -> None:
        times: list[float] = []
        lab.player._clock._show = lambda payload: times.append(time.perf_counter())
        lab.player.play()
        await until(lambda: len(times) == 6)
        gaps = [after - before for before, after in itertools.pairwise(times)]
        assert sum(gaps) == pytest.approx(0.5, abs=0.1)
        assert lab.simulation.step == 6

    play(scene, speed=10.0)


def test_pause_at_a_low_speed_acts_at_once() -> None:
    async def scene(lab: Lab) -> None:
        lab.player.play()
        await until(lambda: lab.step == 1)
        lab.player.pause()
        await asyncio.sleep(0.15)
        assert lab.simulation.step == 1

    play(scene, speed=10.0)


def test_a_new_speed_acts_without_waiting_for_the_next_step() -> None:
    async def scene(lab: Lab) -> None:
        lab.player.play()
        await until(lambda: lab.step == 1)
        lab.player.speed = 200.0
        await until(lambda: lab.step > 5, seconds=1.0)

    play(scene, speed=0.01)


def test_playing_pauses_exactly_at_the_limit_and_single_steps_go_beyond() -> None:
    async def scene(lab: Lab) -> None:
        lab.player.play()
        await until(lambda: not lab.player.playing)
        await settled(lab)
        assert lab.step == lab.simulation.step == 123
        lab.player.play()
        await until(lambda: not lab.player.playing)
        assert lab.simulation.step == 123
        lab.player.step()
        await until(lambda: lab.step == 124)

    play(scene, limit=123, cost=0.0)


def test_a_browser_that_does_not_paint_halts_the_run_one_frame_ahead() -> None:
    async def scene(lab: Lab) -> None:
        lab.player.play()
        await until(lambda: lab.browser.sent == 1)
        await asyncio.sleep(0.2)
        ahead = lab.simulation.step
        await asyncio.sleep(0.1)
        assert (len(lab.shown), lab.simulation.step) == (1, ahead)
        lab.browser.paint()
        await until(lambda: lab.browser.sent == 2)
        assert lab.step == ahead

    play(scene, paint=math.inf)


def test_a_slow_browser_sees_fewer_frames_not_old_ones() -> None:
    async def scene(lab: Lab) -> None:
        lab.player.play()
        await until(lambda: len(lab.shown) == 8)
        assert lab.browser.sent - lab.browser.painted <= 1
        (_, before), (_, last) = lab.shown[-2:]
        assert lab.simulation.step - last <= 2 * (last - before) + 1

    play(scene, paint=0.05)


def test_chunks_are_bounded_in_time_whatever_a_step_costs() -> None:
    async def scene(lab: Lab) -> None:
        chunks: list[float] = []

        def timed(steps: int) -> None:
            begun = time.perf_counter()
            lab.simulation.advance(steps)
            chunks.append(time.perf_counter() - begun)

        lab.player._clock._work = timed
        lab.player.play()
        await until(lambda: len(chunks) > 8)
        assert sorted(chunks)[-2] < 0.3

    play(scene, paint=0.1, cost=0.002)


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
