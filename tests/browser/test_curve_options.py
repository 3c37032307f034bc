"""The curves show what one chooses, on the axes one chooses; the other new figures paint."""

from __future__ import annotations

import re

import numpy as np
import pytest

from core import Experiment

RUN = {"n": 20, "n_test": 0, "m": 30, "data": "blobs"}
ADDRESS = "n=20&n_test=0&m=30&data=blobs&play=1&steps=300&speed=100000"

#: Scale and longest line of every figure whose vertical axis has a label with some words.
FIGURES = """(words) => {
  const models = Bokeh.documents.flatMap((doc) => [...doc._all_models.values()])
  const figures = models.filter((model) => model.type === 'Figure' && model.left.some(
    (axis) => typeof axis.axis_label === 'string' && axis.axis_label.includes(words)))
  return figures.map((figure) => {
    const lines = figure.renderers.filter((r) => r.glyph.type === 'Line')
    const data = lines.map((r) => r.data_source.data).sort((a, b) => b.x.length - a.x.length)[0]
    return {scale: figure.y_scale.type, x: Array.from(data.x), y: Array.from(data.y)}
  })
}"""


def scales(lab, words):
    return [figure["scale"] for figure in lab.page.evaluate(FIGURES, words)]


def choose(lab, option, words):
    lab.page.locator(f".wf-option-curves-{option} [role=combobox]").click()
    lab.page.locator("li", has_text=re.compile(f"^{words}$")).click()


@pytest.mark.thorough
def test_an_observable_and_its_axis_are_chosen(lab):
    lab.open(ADDRESS)
    lab.wait_until(lambda: lab.step == 300, "step 300")
    lab.page.locator(".wf-tune-curves button").click()
    choose(lab, "quantity", "displacement")
    words = "w_t-w_0"
    lab.wait_until(lambda: scales(lab, words) == ["LinearScale"], "the new axis")
    simulation = Experiment(**RUN).simulation()
    simulation.advance(300)
    table = simulation.history.scalars()
    (drawn,) = lab.page.evaluate(FIGURES, words)
    np.testing.assert_allclose(drawn["x"], table["step"] + 1)
    np.testing.assert_allclose(drawn["y"], table["displacement"], rtol=1e-6)
    assert "curves.quantity=displacement" in lab.page.url

    choose(lab, "other", "logarithmic")
    lab.wait_until(lambda: "curves.other=log" in lab.page.url, "the choice in the address")
    lab.wait_until(lambda: "LogScale" in scales(lab, words), "a logarithmic axis")
    choose(lab, "risk", "linear")
    lab.wait_until(lambda: "LinearScale" in scales(lab, "risk"), "a linear risk")


@pytest.mark.thorough
def test_the_address_opens_every_new_figure_with_its_options(lab):
    lab.open(
        ADDRESS + "&figures=predictor,interaction,regime&predictor.kinks=1&predictor.test=1"
        "&predictor.beside=tangent&interaction.law=gaussian"
    )
    lab.wait_until(lambda: lab.step == 300, "step 300")
    assert not any("option" in text for text in lab.messages())
    table = lab.page.locator(".wf-view-regime .wf-words")
    simulation = Experiment(**RUN).simulation()
    simulation.advance(300)
    moved = f"{simulation.observe('displacement'):.4g}"
    lab.wait_until(lambda: moved in table.inner_text(), f"the movement {moved}")
    assert "most signs say" in table.inner_text()
    for name, canvases in (("predictor", 2), ("interaction", 1)):
        found = lab.page.locator(f".wf-view-{name} .bk-Figure")
        lab.wait_until(lambda: found.count() == canvases, f"{canvases} figures")  # noqa: B023
