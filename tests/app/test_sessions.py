"""Labs whose browser has gone are closed in time, others are left alone."""

import asyncio
import gc
import threading
import time
from types import SimpleNamespace

import pytest
from bokeh.document import Document

from app import sessions as module
from app.sessions import LONGEST_CHUNK, SHORTEST_CHUNK, Sessions, pool, workers


class Lab:
    def __init__(self, fails: bool = False) -> None:
        self.closed = 0
        self.fails = fails

    def close(self) -> None:
        self.closed += 1
        if self.fails:
            raise RuntimeError("cannot close")


class Session:
    """What the reaper asks of a session of Bokeh."""

    def __init__(self) -> None:
        self.connection_count = 0
        self.milliseconds_since_last_unsubscribe = 0.0
        self.expiring = False
        self.blocked = 0

    def block_expiration(self) -> None:
        self.blocked += 1

    def unblock_expiration(self) -> None:
        self.blocked -= 1

    def request_expiration(self) -> None:
        self.expiring = True


class Visitor:
    """A lab, its document and its session, on a clock set by hand."""

    def __init__(self, registry: Sessions, lab: Lab | None = None) -> None:
        self.lab = lab or Lab()
        self.session = Session()
        self.context = SimpleNamespace(session=self.session, destroyed=False)
        self.document = Document()
        self.document._session_context = lambda: self.context
        registry.register(self.lab, self.document)


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def registry(watch: Watch) -> Sessions:
    return Sessions(watch)


def test_a_connected_lab_lives(registry: Sessions, watch: Watch) -> None:
    visitor = Visitor(registry)
    visitor.session.connection_count = 1
    watch.now = 10_000.0
    registry.reap()
    assert (registry.live, visitor.lab.closed) == (1, 0)


def test_a_lab_that_lost_its_browser_is_closed_after_the_grace(registry: Sessions) -> None:
    visitor = Visitor(registry)
    visitor.session.connection_count = 1
    registry.reap()
    visitor.session.connection_count = 0
    visitor.session.milliseconds_since_last_unsubscribe = 2900.0
    registry.reap()
    assert visitor.lab.closed == 0
    visitor.session.milliseconds_since_last_unsubscribe = 3100.0
    registry.reap()
    assert (registry.live, visitor.lab.closed, visitor.session.expiring) == (0, 1, True)


def test_a_browser_that_returns_within_the_grace_loses_nothing(registry: Sessions) -> None:
    visitor = Visitor(registry)
    visitor.session.connection_count = 1
    registry.reap()
    visitor.session.connection_count = 0
    visitor.session.milliseconds_since_last_unsubscribe = 2000.0
    registry.reap()
    visitor.session.connection_count = 1
    visitor.session.milliseconds_since_last_unsubscribe = 5000.0
    registry.reap()
    assert visitor.lab.closed == 0


def test_a_page_fetched_but_never_opened_is_closed_later(registry: Sessions, watch: Watch) -> None:
    visitor = Visitor(registry)
    for now in (9.0, 50.0):  # Bokeh alone would discard it after 15 s
        watch.now = now
        visitor.session.milliseconds_since_last_unsubscribe = 1000 * now
        registry.reap()
        assert (visitor.lab.closed, visitor.session.blocked) == (0, 1)
    watch.now = 61.0
    registry.reap()
    assert (registry.live, visitor.lab.closed, visitor.session.blocked) == (0, 1, 0)


def test_once_a_browser_has_come_bokeh_may_discard_the_session(
    registry: Sessions, watch: Watch
) -> None:
    visitor = Visitor(registry)
    registry.reap()
    visitor.session.connection_count = 1
    watch.now = 20.0
    registry.reap()
    assert (visitor.lab.closed, visitor.session.blocked) == (0, 0)


def test_a_destroyed_session_closes_its_lab(registry: Sessions) -> None:
    visitor = Visitor(registry)
    (on_destroyed,) = visitor.document.session_destroyed_callbacks
    on_destroyed(visitor.context)
    on_destroyed(None)
    assert (registry.live, visitor.lab.closed) == (0, 1)


def test_a_session_destroyed_in_silence_is_noticed(registry: Sessions) -> None:
    visitor = Visitor(registry)
    visitor.context.destroyed = True
    registry.reap()
    assert visitor.lab.closed == 1


def test_a_lab_that_fails_to_close_does_not_keep_the_others(registry: Sessions) -> None:
    visitors = [Visitor(registry, Lab(fails=True)), Visitor(registry)]
    for visitor in visitors:
        visitor.context.destroyed = True
    registry.reap()
    assert [visitor.lab.closed for visitor in visitors] == [1, 1]
    assert registry.live == 0


def test_a_lab_closed_by_itself_is_forgotten(registry: Sessions) -> None:
    visitor = Visitor(registry)
    registry.unregister(visitor.lab)
    registry.unregister(visitor.lab)
    assert registry.live == 0


def test_the_registry_keeps_no_lab_alive(registry: Sessions) -> None:
    visitor = Visitor(registry)
    assert registry.live == 1
    del visitor
    gc.collect()
    assert registry.live == 0


def test_players_are_counted_while_they_play(registry: Sessions) -> None:
    first, second = Lab(), Lab()
    registry.set_playing(first, True)
    registry.set_playing(first, True)
    registry.set_playing(second, True)
    assert registry.playing == 2
    registry.set_playing(first, False)
    registry.set_playing(first, False)
    assert registry.playing == 1


def test_a_chunk_is_as_long_as_a_paint_within_bounds(registry: Sessions) -> None:
    assert registry.chunk_seconds(0.03) == 0.03
    assert registry.chunk_seconds(5.0) == LONGEST_CHUNK
    assert registry.chunk_seconds(0.0) == SHORTEST_CHUNK


def test_chunks_shrink_with_the_number_of_players_at_work(registry: Sessions) -> None:
    gate = threading.Event()
    others = 4 * workers() - 1

    async def crowd() -> float:
        tasks = [asyncio.create_task(registry.compute(gate.wait)) for _ in range(others)]
        await asyncio.sleep(0)
        seconds = registry.chunk_seconds(0.04)
        gate.set()
        await asyncio.gather(*tasks)
        return seconds

    assert asyncio.run(crowd()) == pytest.approx(0.01)
    assert registry.chunk_seconds(0.04) == 0.04


def test_compute_returns_the_result_and_the_seconds_of_work(registry: Sessions) -> None:
    def work() -> str:
        time.sleep(0.02)
        return threading.current_thread().name

    name, seconds = asyncio.run(registry.compute(work))
    assert name.startswith("wideflow")
    assert 0.02 <= seconds < 1.0


def test_compute_raises_what_the_work_raises(registry: Sessions) -> None:
    def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(registry.compute(work))
    assert registry.chunk_seconds(0.04) == 0.04


def test_the_pool_has_a_thread_for_each_processor() -> None:
    assert pool()._max_workers == workers() >= 1


def test_the_reaper_runs_on_the_loop_and_starts_with_the_first_lab(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHECK_PERIOD", 0.01)
    registry = Sessions(watch)

    async def serve() -> Visitor:
        visitor = Visitor(registry)
        visitor.context.destroyed = True
        await asyncio.sleep(0.1)
        registry.stop_reaper()
        registry.stop_reaper()
        return visitor

    assert asyncio.run(serve()).lab.closed == 1
