"""Figures are rendered beside sessions that come and go."""

from __future__ import annotations

import holoviews as hv
from bokeh.document import Document
from bokeh.io.doc import patch_curdoc

from app.views.plot import Plot


def test_a_session_that_has_just_ended_is_no_hindrance():
    ended = Document()
    with patch_curdoc(ended):
        del ended._theme  # as Bokeh leaves the document of a session that is destroyed
        plot = Plot(False)
        plot.render([plot.layer("line", hv.Curve([(0.0, 0.0), (1.0, 1.0)]))], (0.0, 1.0, 0.0, 1.0))
    assert plot.figure is not None and "line" in plot.sources
