"""What the page says while a run is prepared: nothing at first, then what is compiled."""

import pytest

from app import patience
from app.patience import LOADING, PERIOD, SILENCE, Patience


class Document:
    """A document whose clock is turned by hand."""

    def __init__(self):
        self.now, self.waiting = 0, []

    def add_timeout_callback(self, callback, milliseconds):
        self.waiting.append((self.now + milliseconds, callback))

    def wait(self, milliseconds):
        end = self.now + milliseconds
        while due := [entry for entry in self.waiting if entry[0] <= end]:
            first = min(due, key=lambda entry: entry[0])
            self.waiting.remove(first)
            self.now = first[0]
            first[1]()
        self.now = end


@pytest.fixture
def told(monkeypatch):
    sentences = iter([None, "Compiling the kernel of steps …", None, None, None])
    monkeypatch.setattr(patience.compiling, "sentence", lambda: next(sentences))
    return []


def test_a_quick_start_says_nothing(told):
    document, waiting = Document(), Patience(told.append)
    waiting.begin(document)
    document.wait(SILENCE - 1)
    waiting.end()
    document.wait(10 * PERIOD)
    assert told == [] and document.waiting == []


def test_a_slow_start_says_what_it_waits_for_until_it_ends(told):
    document, waiting = Document(), Patience(told.append)
    waiting.begin(document)
    document.wait(SILENCE + PERIOD)
    assert told == [LOADING, "Compiling the kernel of steps …"]
    waiting.end()
    waiting.end()
    document.wait(10 * PERIOD)
    assert len(told) == 2 and document.waiting == []


def test_a_new_start_takes_the_place_of_the_last(told):
    document, waiting = Document(), Patience(told.append)
    waiting.begin(document)
    document.wait(SILENCE - 1)
    waiting.begin(document)
    document.wait(SILENCE - 1)
    assert told == []
    document.wait(1)
    assert told == [LOADING] and len(document.waiting) == 1
