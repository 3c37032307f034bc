"""Particle space and sphere in a real browser: options by clicking, and the address keeps them."""

from __future__ import annotations

import pytest

#: Which columns the sources on the page have: those of the force field, of particles in space.
SHOWN = """() => {
  const found = {eta: 0, heat: 0, solid: 0, dots: 0}
  const roots = Bokeh.documents.flatMap((doc) => doc.roots())
  const models = new Set(roots.flatMap((root) => [...root.references()]))
  for (const model of models)
    if (model.type === 'ColumnDataSource') {
      const {data} = model
      found.eta += data.eta?.length > 1 ? 1 : 0  // a legend's key has one
      found.heat += data.eta !== undefined && data.image !== undefined ? 1 : 0
      found.dots += data.j !== undefined ? 1 : 0
      found.solid += data.j !== undefined && data.z !== undefined ? 1 : 0
    }
  return found
}"""

#: The words in the corners of the figures.
CAPTIONS = """() => Bokeh.documents.flatMap((doc) => [...doc._all_models.values()])
  .filter((model) => model.type === 'Label').map((model) => model.text)"""


def shown(lab):
    return lab.page.evaluate(SHOWN)


def choose(lab, view, option, words):
    lab.page.locator(f".wf-option-{view}-{option} [role=combobox]").click()
    lab.page.locator("li", has_text=words).first.click()


def noted(lab, view, words):
    """Whether the note at the head of a figure has these words."""
    return lab.page.locator(f".wf-view-{view}").get_by_text(words).count() > 0


def told(lab, words):
    return any(words in text for text in lab.page.evaluate(CAPTIONS))


@pytest.mark.thorough
def test_options_are_clicked_and_the_address_keeps_them(lab):
    lab.open(
        "data=teacher&d=3&bias=0&loss=square&dynamics=gradient&m=60&n=20&n_test=0&figures=paths,sphere"
    )
    assert shown(lab) == {"eta": 0, "heat": 0, "solid": 2, "dots": 2}

    lab.click("tune-sphere")
    lab.page.locator(".wf-option-sphere-force input").click()
    lab.wait_until(lambda: shown(lab)["heat"] == 1, "the heat on the globe")
    choose(lab, "sphere", "form", "equal-area map")
    lab.wait_until(lambda: shown(lab)["solid"] == 1, "the map")
    lab.wait_until(lambda: noted(lab, "sphere", "on an equal-area map of the sphere"), "its note")

    lab.click("tune-paths")
    choose(lab, "paths", "dims", "2-D")
    lab.wait_until(lambda: shown(lab)["solid"] == 0, "the flat paths")
    lab.wait_until(lambda: noted(lab, "paths", "of Σ|q|²"), "a share")
    choose(lab, "paths", "plane", "chosen inputs")
    choose(lab, "paths", "x", "input 3")
    lab.wait_until(lambda: noted(lab, "paths", "input 3 and input 2"), "the chosen inputs")
    for part in ("sphere.form=map", "sphere.force=1", "paths.dims=2", "paths.x=3"):
        lab.wait_until(lambda part=part: part in lab.page.url, f"{part} in the address")

    lab.page.reload()
    lab.wait_until(lambda: lab.step == 0 and lab.complete, "the page again", seconds=90)
    lab.wait_until(lambda: shown(lab) == {"eta": 0, "heat": 1, "solid": 0, "dots": 2}, "both")
    lab.wait_until(lambda: noted(lab, "paths", "input 3 and input 2"), "the inputs again")
    lab.wait_until(lambda: noted(lab, "sphere", "on an equal-area map"), "the map again")


@pytest.mark.thorough
def test_the_certificate_lights_up_at_the_optimum(lab):
    """Eight samples without noise: the certificate closes within some 10⁴ steps."""
    lab.open(
        "data=teacher&d=2&bias=0&loss=square&dynamics=gradient&weight_decay=0.01&n=8&noise=0&m=100"
        "&n_test=0&stepsize=0.4&steps=10000&speed=1000000&figures=sphere&sphere.force=1"
    )
    lab.wait_until(lambda: told(lab, "F ≤ inf F +"), "what is left")
    assert not told(lab, "globally optimal") and shown(lab)["eta"] == 1
    lab.click("play")
    lab.wait_until(lambda: told(lab, "✓ globally optimal to"), "the badge", seconds=90)
