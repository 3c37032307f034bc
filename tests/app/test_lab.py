"""What events of the page change in its figures waits for the document's lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bokeh.model import Model

from app.lab import Lab
from core.experiment import Experiment


class Stage:
    """A lab with a run; `kept` is what waits for the lock of its document, and `changes` counts
    the changes of the Bokeh models of figures and readout."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Lab, "_start", lambda lab: None)  # no server, no clock
        self.lab = Lab()
        self.kept: list[Callable[[], Any]] = []
        self.changes = 0
        # Tanh has no largest margin: nothing is computed beside the run.
        setup = Experiment(n=10, m=5, n_test=0, activation="tanh").setup()
        self.lab.course._install(self.lab.course._prepared(setup))
        self.lab._screen.show(self.lab._screen.work(0))
        self.lab._document = self
        monkeypatch.setattr(self.lab.player, "change", self.kept.append)
        for model in self.models():
            for name in model.properties():
                model.on_change(name, self.count)
        self.line = self.lab._numbers.panel
        put = self.line.put
        monkeypatch.setattr(self.line, "put", lambda **new: (self.count("", {}, new), put(**new)))

    @property
    def numbers(self) -> list[str]:
        """What the readout says."""
        return self.line.sent["values"]

    def add_next_tick_callback(self, function: Callable[[], Any]) -> None:
        self.kept.append(function)

    def add_timeout_callback(self, function: Callable[[], Any], milliseconds: int) -> None:
        """What would be said after a while of waiting is not waited for."""

    def models(self) -> set[Model]:
        figures = [plot.figure for view in self.lab._gallery.views.values() for plot in view.plots]
        return set().union(*(figure.references() for figure in figures))

    def count(self, _name: str, _old: Any, _new: Any) -> None:
        self.changes += 1

    def take_the_lock(self) -> None:
        while self.kept:
            self.kept.pop(0)()


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    stage = Stage(monkeypatch)
    yield stage
    stage.lab.close()


def test_another_theme_reaches_the_figures_under_the_lock(stage):
    stage.lab.page.dark_theme = not stage.lab.page.dark_theme
    assert stage.changes == 0
    stage.take_the_lock()
    assert stage.changes > 0
    assert {view.dark for view in stage.lab._gallery.views.values()} == {stage.lab.page.dark_theme}


def test_a_page_opened_dark_has_dark_figures_from_the_start(monkeypatch):
    lab = Lab()
    lab.page.dark_theme = True  # before the run begins nobody hears of it
    monkeypatch.setattr(lab.player, "start", lambda _document: None)
    monkeypatch.setattr(lab._bench, "begin", lambda _asked: None)
    lab._start()
    assert all(view.dark for view in lab._gallery.views.values())
    lab.close()


def test_pausing_shows_the_numbers_under_the_lock(stage):
    stage.lab.player.play()
    stage.lab.player.steps_per_second = 123.0
    stage.take_the_lock()
    assert "123" in stage.numbers
    before = stage.changes
    stage.lab.player.pause()
    assert stage.changes == before
    stage.take_the_lock()
    assert stage.changes > before and "123" not in stage.numbers
