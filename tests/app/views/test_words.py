"""Texts at a moderate pace: not too often, and none left out once the run rests."""

import asyncio

import pytest

from app.views.words import LONGEST, Throttle, row, table


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_look_takes_a_tenth_of_the_time_at_most():
    clock = Clock()
    throttle = Throttle(0.5, clock)

    def slow() -> str:
        clock.now += 0.2
        return "seen"

    assert throttle.look(slow) == "seen"
    clock.now += 1.7
    assert throttle.look(slow) is None
    assert throttle.left == pytest.approx(0.1)
    clock.now += 0.2
    assert throttle.look(slow) == "seen"


def test_a_look_that_compiles_puts_off_the_next_by_seconds_only():
    clock = Clock()
    throttle = Throttle(0.5, clock)

    def compiling() -> str:
        clock.now += 20.0
        return "seen"

    assert throttle.look(compiling) == "seen"
    assert throttle.left == LONGEST


def test_a_quick_look_waits_for_its_pause():
    clock = Clock()
    throttle = Throttle(0.5, clock)
    assert throttle.look(lambda: "seen") == "seen"
    clock.now = 0.4
    assert throttle.look(lambda: "seen") is None
    throttle.reset()
    assert throttle.look(lambda: "seen") == "seen"


def test_what_came_too_soon_is_asked_for_later(make_setup):
    from app.views import VIEWS

    asked = []

    async def scene() -> None:
        setup = make_setup(2)
        view = VIEWS["regime"](refresh=lambda: asked.append(view.throttle.due()))
        view.throttle.pause = 0.05
        view.build(setup)
        first = view._div.text
        frame = setup.simulation.frame
        frame.particles = 3.0 * frame.particles
        for _ in range(3):
            view.update(view.compute(frame, setup.simulation.history))
        assert view._div.text == first
        while not asked:
            await asyncio.sleep(0.01)
        view.update(view.compute(frame, setup.simulation.history))
        assert view._div.text != first

    asyncio.run(scene())
    assert asked == [True]


def test_a_table_escapes_its_head_and_keeps_the_markup_of_its_cells():
    text = table(("a < b",), [row(("number", "<b>1</b>"))])
    assert "a &lt; b" in text and '<td class="number"><b>1</b></td>' in text
