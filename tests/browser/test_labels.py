"""Labels of axes and legends: short, apart, within their figure, and no trace of those before."""

from __future__ import annotations

#: Calls `look` with the view of every figure that is seen, and returns what it gathers.
FIGURES = """(() => {
  const found = [], seen = new Set()
  const gather = (view) => {
    if (view == null || seen.has(view)) return
    seen.add(view)
    if (view.model.type == "Figure" && view.el.getBoundingClientRect().width > 0)
      found.push(...(LOOK)(view))
    for (const child of view.children_views?.() ?? []) gather(child)
  }
  for (const view of Object.values(Bokeh.index.roots ?? Bokeh.index)) gather(view)
  return found
})()"""

#: How far each legend reaches beyond its figure, and its entries in rows of equal top.
LEGENDS = """({el, renderer_views}) => [...renderer_views.values()]
  .filter(({model, entries}) => model.type == "Legend" && entries.length > 0)
  .map(({entries}) => {
    const boxes = entries.map(entry => entry.el.getBoundingClientRect())
    const beyond = Math.max(...boxes.map(box => box.right)) - el.getBoundingClientRect().right
    return {beyond, rows: new Set(boxes.map(box => Math.round(box.top))).size}
  })"""

#: The labels of each axis as they are written, and the least distance of two neighbours.
TICKS = """({axis_views}) => axis_views.map(axis => {
  const {items} = axis.compute_labels(axis.tick_coords.major[axis.dimension])
  return items.map(box => box.text)
})"""

#: How many pixels of each canvas are not clear once all of it was painted and then wiped.
LEFT = """({canvas_view}) => [canvas_view.primary, canvas_view.overlays].map(layer => {
  const {width, height} = layer.canvas
  layer.undo_transform(ctx => ctx.fillRect(0, 0, width, height))
  layer.prepare()
  layer.finish()
  const {data} = layer.canvas.getContext("2d").getImageData(0, 0, width, height)
  return data.filter((v, i) => i % 4 == 3 && v > 0).length
})"""


def look(lab, script):
    return lab.page.evaluate(FIGURES.replace("LOOK", script))


def test_a_legend_takes_the_rows_that_its_figure_has_no_room_for(lab):
    lab.page.set_viewport_size({"width": 1024, "height": 768})
    lab.open("present=1")
    lab.wait_until(lambda: any(one["rows"] > 1 for one in look(lab, LEGENDS)), "a second row")
    assert all(one["beyond"] <= 0 for one in look(lab, LEGENDS))
    lab.page.set_viewport_size({"width": 1700, "height": 900})
    lab.wait_until(lambda: all(one["rows"] == 1 for one in look(lab, LEGENDS)), "one row")


def test_large_numbers_are_short_and_old_labels_leave_no_trace(lab):
    lab.open("scene=linear-largest-margin&speed=1000000&steps=4000&play=1")
    lab.wait_until(lambda: lab.step == 4000, "the run")
    lab.wait_until(lambda: "·10" in str(look(lab, TICKS)), "labels with a power of ten")
    told = [word for axis in look(lab, TICKS) for word in axis]
    assert "e+" not in str(told) and max(map(len, told)) <= 8
    assert set(look(lab, LEFT)) == {0}
