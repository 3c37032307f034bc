"""Each key stands once in the table, and does what its entry says."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from app.keys import Key, Keyboard, keys_of


class Recorder:
    """Stands in for a lab: every attribute is callable, and calls are noted by name."""

    def __init__(self, notes, name=""):
        self._notes, self._name = notes, name

    def __getattr__(self, name):
        return Recorder(self._notes, f"{self._name}.{name}".lstrip("."))

    def __call__(self):
        self._notes.append(self._name)


@pytest.fixture
def bench():
    notes = []
    keys = keys_of(Recorder(notes))
    return SimpleNamespace(notes=notes, keys=keys, board=Keyboard(keys))


def test_no_key_does_two_things_and_all_are_explained(bench):
    names = [name for key in bench.keys for name in key.keys]
    assert len(set(names)) == len(names)
    assert all(name == name.lower() for name in names if len(name) == 1)
    assert all(key.shown and key.doc for key in bench.keys)
    wanted = {" ", "ArrowRight", "r", "f", "n", "p", "?", *"12345"}
    assert wanted <= set(names)


@pytest.mark.parametrize(
    ("key", "does"),
    [(" ", "player.toggle"), ("ArrowRight", "player.step"), ("r", "course.restart"),
     ("n", "reseed"), ("p", "desk.present.toggle"), ("PageDown", "lesson.next"),
     ("PageUp", "lesson.previous")],
)  # fmt: skip
def test_a_key_from_the_browser_acts(bench, key, does):
    bench.board._handle_msg({"key": key})
    assert bench.notes == [does]


@pytest.mark.parametrize("data", [{"key": "f"}, {"key": "x"}, {}, "text", None])
def test_what_is_no_key_of_pythons_does_nothing(bench, data):
    bench.board._handle_msg(data)
    assert bench.notes == []


def test_the_browser_learns_all_but_the_actions():
    key = Key(("a", "b"), "A", "does a", act=print, repeats=True, button="wf-a")
    assert Keyboard([key]).keys == [
        {"keys": ["a", "b"], "shown": "A", "doc": "does a", "browser": "", "repeats": True,
         "button": "wf-a", "needs": ""}
    ]  # fmt: skip
