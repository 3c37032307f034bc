"""What the page paints in its own way against the browser's and Bokeh's."""

from __future__ import annotations

import pytest

#: Finds the views of Bokeh that paint many circles, in all figures of the page.
SCATTERS = """
  const scatters = []
  for (const view of Object.values(Bokeh.index.roots ?? Bokeh.index)) gather(view)
  function gather(view) {
    if (view == null) return
    for (const inner of view.renderer_views?.values() ?? [])
      if (inner.glyph?.model.type == "Scatter" && inner.glyph.data_size >= 100) scatters.push(inner)
    for (const child of view.children_views?.() ?? []) gather(child)
  }
"""

#: Mean difference of the colours (of 255) of circles and of the same as paths, how many pixels they
#: cover, and how many paths were begun for them.
CIRCLES = """([ratio, alpha, scale]) => {
SCATTERS
  return scatters.map(({glyph}) => {
    const {sx, sy, size, visuals: {fill}} = glyph
    const [width, height] = [600*ratio, 320*ratio]
    const made = [0, 1].map(() => {
      const canvas = Object.assign(document.createElement("canvas"), {width, height})
      const ctx = canvas.getContext("2d", {willReadFrequently: true})
      ctx.fillStyle = "#ddeecc"
      ctx.fillRect(0, 0, width, height)
      ctx.scale(ratio, ratio)
      ctx.translate(0.5, 0.5)
      return ctx
    })
    const members = [...Array(glyph.data_size).keys()]
    const diameter = {get: i => scale*size.get(i)}
    const sheer = {get: i => alpha*fill.fill_alpha.get(i)}
    const own = Object.create(glyph, {
      size: {value: diameter},
      visuals: {value: {...glyph.visuals, line: {doit: false}, hatch: {doit: false},
        fill: {doit: true, fill_color: fill.fill_color, fill_alpha: sheer}}},
    })
    let paths = 0  // as Bokeh would paint them
    made[0].beginPath = () => { paths += 1 }
    own._paint(made[0], members)
    for (const i of members) {
      const [radius, colour] = [diameter.get(i)/2, fill.fill_color.get(i)]
      if (!isFinite(sx[i] + sy[i] + radius)) continue
      made[1].beginPath()
      made[1].arc(sx[i], sy[i], radius, 0, 2*Math.PI)
      const parts = [colour >>> 24, colour >>> 16 & 255, colour >>> 8 & 255]
      made[1].fillStyle = `rgba(${parts.join(" ")} / ${sheer.get(i)})`
      made[1].fill()
    }
    const [ours, theirs] = made.map(ctx => ctx.getImageData(0, 0, width, height).data)
    let [sum, covered, bias] = [0, 0, 0]
    for (let i = 0; i < ours.length; i++) {
      sum += Math.abs(ours[i] - theirs[i])
      bias += ours[i] - theirs[i]
      if (i % 4 == 0 && theirs[i] != 0xdd) covered += 1
    }
    return {n: members.length, paths, mean: sum/covered/4, bias: bias/covered/4, covered}
  })
}""".replace("SCATTERS", SCATTERS)

STATES = """() => {
SCATTERS
  return scatters.map(({glyph, muted_glyph, nonselection_glyph}) => [
    [muted_glyph, nonselection_glyph].every(other => other.base === glyph && other.wideflow_spared),
    glyph._index == null,
    glyph.index.index.numItems == glyph.data_size,
  ])
}""".replace("SCATTERS", SCATTERS)


def test_circles_look_as_the_browser_paints_them(lab):
    lab.open("m=1000&play=1")
    lab.wait_until(lambda: (lab.step or 0) > 20, "the run")
    for ratio, alpha, scale in ((1, 1.0, 1.0), (1, 0.5, 2.0), (2, 0.8, 1.0), (1, 1.0, 0.2)):
        found = lab.page.evaluate(CIRCLES, [ratio, alpha, scale])
        assert len(found) >= 2  # space and sphere
        for one in found:
            assert one["n"] == 1000 and one["covered"] > 500
            assert one["paths"] == 0  # Bokeh's own painting looks as the browser's, too
            # of the pixels covered; most edges are half covered, to a sixteenth in some browsers
            assert one["mean"] < 6 and abs(one["bias"]) < 3, (ratio, alpha, scale, one)


@pytest.mark.thorough
def test_glyphs_that_look_alike_share_and_places_are_found_when_asked_for(lab):
    lab.open("m=1000&play=1")
    lab.wait_until(lambda: (lab.step or 0) > 20, "the run")
    states = lab.page.evaluate(STATES)
    assert len(states) >= 2 and states == [[True, True, True]] * len(states)
