"""The numbers under the player."""

from __future__ import annotations

import dataclasses

import pytest

from app.readout import Readout, margin_words
from core import Experiment


@pytest.mark.parametrize(
    ("margin", "ceiling", "share"),
    [(0.5, 2.0, "25.0%"), (-0.5, 2.0, "–"), (0.5, None, None), (float("nan"), 2.0, None)],
)
def test_the_share_of_the_largest_margin(margin, ceiling, share):
    frame = Experiment(data="xor", m=4, n_test=0).simulation().frame
    readout = Readout()
    readout.show(dataclasses.replace(frame, margin=margin), 0.0, ceiling)
    line = readout.panel.sent
    assert dict(zip(line["labels"], line["values"], strict=True)).get("margin/max") == share


@pytest.mark.parametrize(
    ("margin", "words"),
    [(0.0123456, "+0.01235"), (-3.52e-7, "-3.52e-07"), (0.0, "+0.00000"), (float("nan"), "")],
)
def test_a_margin_is_never_rounded_to_nothing(margin, words):
    assert margin_words(margin) == words
