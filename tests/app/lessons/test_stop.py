"""A bookmark brings the run to its step: back where it is recorded, else by playing up to it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from app.lessons.stop import Stop


class Timeline:
    def __init__(self):
        self.shown, self.lives = [], 0

    def show(self, step):
        self.shown.append(step)

    def to_live(self):
        self.lives += 1


@pytest.fixture
def bench():
    player = SimpleNamespace(playing=False, limit=500)

    def play():
        player.playing = True

    player.play = play
    found = SimpleNamespace(player=player, timeline=Timeline(), step=100)
    found.stop = Stop(player, found.timeline, lambda: found.step, lambda: 500)
    return found


@pytest.mark.parametrize("step", [0, 40, 100])
def test_a_step_that_was_made_is_shown_from_the_record(bench, step):
    bench.stop.go(step)
    assert bench.timeline.shown == [step] and not bench.player.playing
    assert bench.player.limit == 500 and not bench.stop.turned()


def test_a_step_to_come_is_played_up_to_and_the_users_own_limit_comes_back(bench):
    bench.stop.go(130)
    assert bench.player.playing and bench.player.limit == 130 and bench.timeline.lives == 1
    assert not bench.stop.turned()  # it has been started
    bench.step, bench.player.playing = 130, False
    assert bench.stop.turned()
    assert bench.player.limit == 500 and not bench.stop.turned()


def test_a_pause_on_the_way_gives_it_up(bench):
    bench.stop.go(130)
    bench.step, bench.player.playing = 120, False
    assert not bench.stop.turned()
    assert bench.player.limit == 500


def test_another_step_takes_the_place_of_the_first(bench):
    bench.stop.go(130)
    bench.stop.go(10)
    assert bench.player.limit == 500 and bench.timeline.shown == [10]
