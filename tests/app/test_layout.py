"""The layout of the page survives its address, and what cannot be is named."""

from app.layout import Layout, default_figures
from app.views import VIEWS
from core import query


def test_the_default_layout_leaves_the_address_alone():
    assert Layout().to_query() == {}
    assert Layout.from_query("?m=400&play=1") == (Layout(), [])


def test_figures_come_back_in_the_order_of_the_page():
    layout, complaints = Layout.from_query("figures=curves,paths")
    assert (layout.figures, complaints) == (["paths", "curves"], [])
    assert Layout.from_query(query.write(layout.to_query())) == (layout, [])


def test_every_option_of_every_figure_survives_the_address():
    for name, view in VIEWS.items():
        for option in view.options:
            for value in option.choices:
                layout = Layout(chosen={name: {option.name: value}})
                assert Layout.from_query(query.write(layout.to_query())) == (layout, [])


def test_what_cannot_be_is_named_and_the_default_is_used():
    for text, culprit in (("figures=moon", "moon"), ("figures=", "empty"), ("moon.x=1", "moon.x")):
        layout, complaints = Layout.from_query(text)
        assert layout.figures == default_figures() and not layout.chosen
        assert len(complaints) == 1 and culprit in complaints[0]
