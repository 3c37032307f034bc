"""Type and lines grow together, and come back exactly."""

from __future__ import annotations

import pytest
from bokeh.core.property.vectorization import Value
from bokeh.models import Axis, Line, Scatter, Text

from app.enlarge import enlarge_glyph, grown, larger
from app.present import LARGE
from app.views import VIEWS
from core.experiment import Experiment


@pytest.mark.parametrize(
    ("size", "result"),
    [(2, 3.0), ("12px", "18px"), ("1.5em", "1.5em"), (None, None), (True, True),
     (Value(2), Value(3.0)), ({"field": "size"}, {"field": "size"})],
)  # fmt: skip
def test_only_a_plain_size_grows(size, result):
    assert grown(size, 1.5) == result


def test_a_look_grows_in_its_fonts_alone():
    look = {"label_text_font_size": "10px", "label_standoff": 4, "label_text_color": "#123456"}
    assert larger(look, 2.0) == look | {"label_text_font_size": "20px"}


def test_lines_and_letters_grow_and_markers_do_not():
    line, text, marks = Line(line_width=2), Text(text_font_size="13px"), Scatter(size=7)
    for glyph in (line, text, marks):
        enlarge_glyph(glyph, 2.0)
    assert line.line_width == 4 and marks.size == 7
    assert text.text_font_size in ("26px", Value("26px"))


@pytest.mark.parametrize("name", list(VIEWS))
def test_a_view_grows_and_comes_back(name):
    setup = Experiment(n=8, m=6, n_test=0, activation="tanh").setup()
    view = VIEWS[name]()
    view.enlarge(LARGE)  # before there is a figure: it is made so
    view.build(setup)

    def sizes():
        axes = [a for plot in view.plots for a in plot.figure.references() if isinstance(a, Axis)]
        lines = [r.glyph for plot in view.plots for r in plot.renderers.values()]
        widths = [getattr(glyph, "line_width", None) for glyph in lines]
        words = getattr(view, "_div", None)  # of a view that tells in words
        return [axis.axis_label_text_font_size for axis in axes], widths, words and words.styles

    large = sizes()
    view.enlarge(1.0)
    usual = sizes()
    assert large != usual
    assert [grown(size, LARGE) for size in usual[0]] == large[0]
    view.enlarge(LARGE)
    assert sizes()[0] == large[0]
