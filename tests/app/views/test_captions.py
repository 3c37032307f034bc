"""Words in the corners of a figure."""

import pytest

from app import theme
from app.views import VIEWS


@pytest.fixture
def view(make_setup):
    view = VIEWS["sphere"]()
    view.build(make_setup(2))
    return view


def test_words_change_only_where_they_are_told_anew(view):
    plot = view.plots[0]
    before = plot.captions["total"].text
    plot.say({"no such caption": "something"})
    assert plot.captions["total"].text == before != ""
    plot.say({"total": "other"})
    assert plot.captions["total"].text == "other"
    assert plot.captions["total"] in plot.figure.center  # that of this copy of the figure


def test_words_follow_the_theme_and_the_size_of_the_type(view):
    label = view.plots[0].captions["total"]
    for dark in (True, False):
        view.retheme(dark)
        assert label.text_color == theme.palette(dark).text
        assert label.background_fill_color == theme.palette(dark).card
    view.enlarge(1.5)
    assert label.text_font_size == "19.5px"
    view.enlarge(1.0)
    assert label.text_font_size == "13px"


def test_a_copy_of_a_figure_has_words_of_its_own(make_setup, view):
    other = VIEWS["sphere"]()
    other.build(make_setup(2))
    other.plots[0].say({"total": "mine"})
    assert view.plots[0].captions["total"].text != "mine"
