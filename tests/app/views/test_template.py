"""Copies of a figure are figures of their own: a page may show several."""

from __future__ import annotations

import numpy as np

from app.views.plot import Plot
from app.views.solid import dots
from app.views.template import Templates


def declare():
    plot = Plot(dark=False)
    plot.render([plot.layer("marks", dots(2), fill_color="accent")], (0.0, 1.0, 0.0, 1.0))
    return [plot]


def test_copies_have_no_model_in_common():
    kept = Templates()
    (one,), (other,) = (kept.copies("kind", declare) for _ in range(2))
    ids = [{model.id for model in plot.figure.references()} for plot in (one, other)]
    assert len(ids[0]) == len(ids[1]) > 10 and not ids[0] & ids[1]
    one.feed({"marks": {"x": np.ones(3), "y": np.ones(3)}})
    assert len(other.sources["marks"].data["x"]) == 0
