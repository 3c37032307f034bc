"""Making a page: looked-up defaults are Bokeh's own, and a page made ahead is the one there is."""

from bokeh.core.has_props import HasProps
from bokeh.document import Document
from bokeh.models import Button, Column, Div, Plot, Slider
from bokeh.themes import Theme

from app import making


def test_defaults_looked_up_are_those_of_bokeh():
    own = {kind: making._overridden(kind) for kind in (Plot, Slider, Button, Column)}
    making.quicken()
    for kind, defaults in own.items():
        assert kind._overridden_defaults() == defaults
        assert kind._overridden_defaults() is kind._overridden_defaults()
    assert Plot._overridden_defaults() != Button._overridden_defaults()


def test_a_theme_still_decides_what_is_not_set():
    making.quicken()
    document = Document()
    div, other = Div(), Div(width=30)
    document.add_root(Column(children=[div, other]))
    assert isinstance(div, HasProps) and div.themed_values() is None
    document.theme = Theme(json={"attrs": {"Div": {"width": 77}}})
    assert div.themed_values() == {"width": 77}
    assert (div.width, other.width) == (77, 30)
    document.theme = Theme(json={})
    assert div.width is None


def test_a_page_made_ahead_is_given_once():
    document, div = Document(), Div(text="one")
    document.add_root(div)
    expected = document.to_json(deferred=False)
    making.ready_to_pull(document)
    ahead = document.to_json
    made = document.to_json()
    assert made.content["roots"] == expected["roots"]
    assert document.to_json != ahead
    div.text = "two"
    assert "two" in str(document.to_json().content)
    assert "one" in str(made.content)


def test_a_change_takes_the_page_made_ahead_back():
    document, div = Document(), Div(text="before")
    document.add_root(div)
    making.ready_to_pull(document)
    making.ready_to_pull(document)  # once is enough
    div.text = "two"
    assert "two" in str(document.to_json().content)
    assert "before" not in str(document.to_json().content)
    making.ready_to_pull(document)
    document.add_root(Div(text="three"))
    assert "three" in str(document.to_json(deferred=False))


def test_what_is_not_of_the_page_leaves_it_as_it_is():
    document = Document()
    document.add_root(Div())
    making.ready_to_pull(document)
    ahead = document.to_json
    document.add_next_tick_callback(lambda: None)
    assert document.to_json == ahead
