"""The player moves, stops and steps a run as told, at its speed, and waits for the browser."""

import asyncio
import math
import time

from .stage import Lab, play, settled, until


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
        begun = time.perf_counter()
        lab.player.play()
        await until(lambda: len(times) == 6)
        # Never sooner than asked for; how much later depends on what else the machine does.
        assert times[-1] - begun > 0.45
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
        await until(lambda: lab.browser.last_sent == 1)
        await asyncio.sleep(0.2)
        ahead = lab.simulation.step
        await asyncio.sleep(0.1)
        assert (len(lab.shown), lab.simulation.step) == (1, ahead)
        lab.browser.paint()
        await until(lambda: lab.browser.last_sent == 2)
        assert lab.step == ahead

    play(scene, paint=math.inf)


def test_a_slow_browser_sees_fewer_frames_not_old_ones() -> None:
    async def scene(lab: Lab) -> None:
        lab.player.play()
        await until(lambda: len(lab.shown) == 8)
        assert lab.browser.last_sent - lab.browser.last_painted <= 1
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
