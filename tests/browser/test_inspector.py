"""A click on a particle tells everything about it, while the run plays."""

from __future__ import annotations

import re

import numpy as np
import pytest

from core import Experiment

RUN = {
    "data": "teacher", "d": 2, "bias": False, "n": 40, "n_test": 0, "noise": 0.0, "m": 30,
    "dynamics": "gradient", "loss": "square", "stepsize": 0.5,
}  # fmt: skip

#: Where the particles of the first figure that draws them are on the page, and their numbers.
PLACES = """() => {
  const seen = new Set(), found = []
  const visit = (view) => {
    if (view == null || seen.has(view)) return
    seen.add(view)
    const data = view.model?.type === 'GlyphRenderer' ? view.model.data_source.data : {}
    if (data.j !== undefined) found.push(view)
    for (const child of view.children_views?.() ?? []) visit(child)
    for (const child of view._child_views?.values() ?? []) visit(child)
  }
  for (const view of Bokeh.index) visit(view)
  const view = found.filter((view) => view.glyph.sx?.length > 0)[0]
  const box = view.parent.el.getBoundingClientRect()
  return {
    j: Array.from(view.model.data_source.data.j),
    x: Array.from(view.glyph.sx, (x) => box.left + x),
    y: Array.from(view.glyph.sy, (y) => box.top + y),
    ringed: Array.from(view.model.data_source.selected.indices),
  }
}"""


def address(**more):
    about = RUN | {"play": 1, "speed": 100000} | more
    return "&".join(f"{k}={int(v) if isinstance(v, bool) else v}" for k, v in about.items())


def settled(lab):
    """Return the places once they stay: a message may push the figures down."""
    seen = [None]

    def still():
        last, seen[0] = seen[0], lab.page.evaluate(PLACES)
        lab.page.wait_for_timeout(300)
        return last == seen[0]

    lab.wait_until(still, "figures that stay where they are")
    return seen[0]


def loneliest(places):
    """Return the row of the particle that is farthest from all others."""
    points = np.stack([places["x"], places["y"]], axis=1)
    apart = np.linalg.norm(points[:, None] - points, axis=2)
    np.fill_diagonal(apart, np.inf)
    return int(apart.min(axis=1).argmax())


def number(text, symbol):
    """Return the number of a row of the card that begins with words."""
    found = re.search(rf"{symbol}\s+\(?([-+−.\deE]+)", text)
    assert found, (symbol, text)
    return float(found[1])


@pytest.mark.thorough
def test_a_click_on_a_particle_tells_of_it(lab):
    lab.open(address(steps=200))
    lab.wait_until(lambda: lab.step == 200, "step 200")
    card = lab.page.locator(".wf-view-neuron .wf-words")
    assert not card.is_visible()
    lab.wait_until(lambda: any("reached" in text for text in lab.messages()), "the message")
    places = settled(lab)
    row = loneliest(places)
    j = places["j"][row]
    lab.page.mouse.click(places["x"][row], places["y"][row])
    lab.wait_until(lambda: "radial" in card.inner_text(), "the card of the neuron")
    assert lab.page.locator(".wf-neuron-number input").input_value() == str(j)
    assert lab.page.evaluate(PLACES)["ringed"] == [row]
    lab.wait_until(lambda: "neuron" in lab.page.url, "the figure in the address")
    assert lab.page.locator(".wf-figures").get_by_label("Neuron").is_checked()

    simulation = Experiment(**RUN).simulation()
    for steps in (200, 400):
        if steps > 200:  # the card goes with the run
            until = lab.page.locator(".wf-until-value input")
            until.fill(str(steps))
            until.press("Enter")
            lab.wait_until(lambda: f"steps={steps}" in lab.page.url, "the new goal")  # noqa: B023
            lab.click("play")
        w = simulation.advance(200).particles[j].astype(float)
        v = simulation.problem.velocity(simulation.frame.particles)[j]
        active = int((simulation.problem.inputs @ w[:-1] > 0).sum())
        radial = v @ w / np.linalg.norm(w)
        lab.wait_until(lambda: lab.step == steps, f"step {steps}")  # noqa: B023
        wanted = f"({w[0]:.4f}, {w[1]:.4f})"
        lab.wait_until(lambda: wanted in card.inner_text(), f"weights {wanted}")  # noqa: B023
        text = card.inner_text()
        assert f"{w @ w / 30:.4g}" in text
        assert f"{active} of 40 points" in text
        assert abs(number(text, "radial") - radial) <= 2e-4 * abs(radial)
        across = np.linalg.norm(v - radial * w / np.linalg.norm(w))
        assert abs(number(text, "angular") - across) <= 2e-4 * across
    assert card.locator("mjx-container, svg").count() > 0  # the formula is typeset


@pytest.mark.thorough
def test_a_number_is_as_good_as_a_click_and_beside_all_is_none(lab):
    lab.open(address(steps=0, play=0, figures="paths,neuron"))
    card = lab.page.locator(".wf-view-neuron .wf-words")
    lab.wait_until(lambda: "Click a neuron" in card.inner_text(), "what to do")
    field = lab.page.locator(".wf-neuron-number input")
    field.fill("7")
    field.press("Enter")
    lab.wait_until(lambda: "radial" in card.inner_text(), "the card of neuron 7")
    w = Experiment(**RUN).simulation().frame.particles[7]
    assert f"({w[0]:.4f}, {w[1]:.4f})" in card.inner_text()
    lab.wait_until(lambda: lab.page.evaluate(PLACES)["ringed"] == [7], "the ring")
    box = lab.page.locator(".wf-view-paths canvas").first.bounding_box()
    lab.page.mouse.click(box["x"] + box["width"] - 90, box["y"] + box["height"] - 60)
    lab.wait_until(lambda: "Click a neuron" in card.inner_text(), "the empty card")
