"""The message of a frame against the one that Bokeh makes of the same events."""

from __future__ import annotations

import numpy as np
import pytest
from bokeh.document import Document
from bokeh.models import ColumnDataSource, Div, Range1d
from bokeh.plotting import figure
from bokeh.protocol import Protocol

from app.patch import TOGETHER, message


def changed(change):
    """Return a document that the browser has, and the events of a change of it."""
    document, source = Document(), ColumnDataSource({"x": [0.0, 1.0], "y": [0.0, 2.0]})
    plot = figure()
    plot.scatter("x", "y", source=source)
    document.add_root(plot)
    document.add_root(Div(text="before"))
    document.models.flush_synced()
    events = []
    document.on_change_dispatch_to(type("", (), {"_document_patched": events.append})())
    change(document, plot, source)
    return document, events


def new_data(document, plot, source):
    source.data = {"x": np.arange(3.0), "y": np.ones(3, "float32")}


def one_column(document, plot, source):
    source.data.update(y=np.array([5.0, 6.0]))


def texts_and_limits(document, plot, source):
    plot.title.text = "after"
    document.roots[1].text = "after"
    plot.x_range.update(start=-1.0, end=4.0)


def new_models(document, plot, source):
    plot.x_range = Range1d(0, 7)
    document.add_root(Div(text="another"))


def parts(made):
    arrays = [bytes(buffer.data) for buffer in made.buffers]
    return scrubbed(made.content), arrays


def scrubbed(content):
    """Return content without the names of buffers, which are new each time."""
    if isinstance(content, dict):
        return {key: scrubbed(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [scrubbed(value) for value in content]
    return content if type(content).__name__ != "Buffer" else bytes(content.data)


@pytest.mark.parametrize("change", [new_data, one_column, texts_and_limits, new_models])
def test_the_message_is_that_of_bokeh(change):
    document, events = changed(change)
    assert events
    still_new = set(document.models._new_models)
    ours = parts(message(document, events))
    synced = set(document.models._new_models)
    document.models._new_models = still_new
    assert ours == parts(Protocol().create("PATCH-DOC", events))
    assert document.models._new_models == synced == set()


def test_arrays_in_one_piece_are_those_of_many():
    document, events = changed(new_data)
    _, many = parts(message(document, events))
    document, events = changed(new_data)
    TOGETHER.add(document)
    made = message(document, events)
    assert len(made.buffers) == 1
    piece = bytes(made.buffers[0].data)
    places = list(found(made.content, "at"))
    assert [piece[p["at"] : p["at"] + p["length"]] for p in places] == many
    assert all(p["at"] % 8 == 0 and p["id"] == made.buffers[0].id for p in places)


def test_a_piece_of_empty_arrays_is_sent():
    def emptied(_document, _plot, source):
        source.data = {name: np.zeros(0) for name in source.data}

    document, events = changed(emptied)
    TOGETHER.add(document)
    made = message(document, events)
    places = list(found(made.content, "at"))
    assert len(places) >= 2 and all(place["length"] == 0 for place in places)
    assert {place["id"] for place in places} == {buffer.id for buffer in made.buffers}


def found(content, key):
    """Yield the dictionaries of nested content that have a key."""
    if isinstance(content, dict):
        if key in content:
            yield content
        content = list(content.values())
    if isinstance(content, list | tuple):
        for part in content:
            yield from found(part, key)
