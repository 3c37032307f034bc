"""Clouds too large to draw, in a real browser: pictures of all particles that play and turn."""

from __future__ import annotations

import pytest

#: The numbers of particles and of coloured pixels in each picture of the page, and a fingerprint.
PICTURES = """() => {
  const found = []
  const roots = Bokeh.documents.flatMap((doc) => doc.roots())
  const models = new Set(roots.flatMap((root) => [...root.references()]))
  for (const model of models)
    if (model.type === 'ColumnDataSource' && model.data.plus !== undefined) {
      const {plus, minus, image} = model.data
      const sum = (numbers) => numbers.reduce((total, value) => total + value, 0)
      const print = image[0].reduce((print, value, k) => (31*print + value*(k % 97)) % 1e9, 7)
      found.push([sum(plus[0]) + sum(minus[0]), image[0].filter((v) => v > 0).length, print])
    }
  return found
}"""


def pictures(lab):
    return sorted(lab.page.evaluate(PICTURES), reverse=True)


@pytest.mark.thorough
def test_a_large_cloud_is_a_density_of_all_particles_that_moves(lab):
    lab.open("m=30000&d=2&bias=0&n=40&n_test=0")
    assert lab.page.get_by_text("Density of 30,000 particles").count() == 2
    ((count, pixels, before),) = pictures(lab)
    assert 29_000 < count <= 30_001 and pixels > 50
    assert lab.particles() == []
    lab.click("play")
    lab.wait_until(lambda: lab.step > 3, "step 3")
    lab.wait_until(lambda: pictures(lab)[0][2] != before, "another picture")


@pytest.mark.thorough
def test_a_drag_turns_the_picture_of_a_run_that_stands_still(lab):
    lab.open("m=20000&d=2&n=40&n_test=0&init=gaussian&seed=2")
    paths, sphere = pictures(lab)
    assert 19_000 < paths[0] <= 20_001 and 0.1 < sphere[0] < 0.4  # the near half, slanted
    box = lab.page.locator(".wf-view-paths canvas").first.bounding_box()
    x, y = box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"]
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    for k in range(8):
        lab.page.mouse.move(x + 10 * k, y + 5 * k)
    lab.page.mouse.up()
    lab.wait_until(lambda: pictures(lab)[0][2] != paths[2], "the turned picture")
    assert lab.step == 0
    assert pictures(lab)[1][2] == sphere[2], "the other figure stays"


@pytest.mark.thorough
def test_a_small_cloud_after_a_large_one_is_drawn_point_by_point(lab):
    lab.open("m=6000&n=20&n_test=0")
    lab.type("m", "300")
    lab.wait_until(lambda: lab.page.get_by_text("All 300 particles").count() == 2, "300 particles")
    lab.wait_until(lambda: pictures(lab) == [], "the end of the pictures")
    assert [len(column) for column in lab.particles()].count(300) == 6  # x, y, z twice
