// Whatever is mounted, sized or put in has the whole page laid out, and all figures painted: a
// hundred times as a page opens. Those who ask before a frame is painted are served together, and
// in a row of such frames the layout takes a fifth of the time. Nobody waits long for it, however
// slow the machine: a window has been resized.
const PAUSE = 4
const LONGEST = 250  // ms
const waiting = new Map()
let serving = false
let free_from = 0

const lay_out = () => {
  const begun = performance.now()
  const asked = [...waiting]
  waiting.clear()
  serving = true
  for (const [view, way] of asked) {
    try {
      if (view.el.isConnected) way.call(view)
    } catch (error) {
      reportError(error)  // of one; the others are laid out
    }
  }
  serving = false
  const now = performance.now()
  free_from = now + Math.min(PAUSE*(now - begun), LONGEST)
}

const lay_out_soon = () => {
  const pause = free_from - performance.now()
  if (document.hidden) setTimeout(lay_out)  // there are no frames to wait for
  else if (pause <= 0) requestAnimationFrame(lay_out)
  else setTimeout(() => requestAnimationFrame(lay_out), pause)
}

const once_a_frame = (layout, is_part) => {
  for (const name of ["compute_layout", "invalidate_layout"]) {
    const way = layout[name]
    layout[name] = function() {
      if (serving || is_part(this)) return way.call(this)
      if (waiting.size == 0) lay_out_soon()
      if (name == "invalidate_layout" || !waiting.has(this)) waiting.set(this, way)
    }
  }
}

inside("models/layouts/layout_dom", "LayoutDOMView", layout => {
  const {LayoutDOMView} = window.Bokeh.require("models/layouts/layout_dom")
  once_a_frame(layout, view => view.parent instanceof LayoutDOMView)
})
try {
  const component = window.Bokeh.Models.get("panel.models.esm.ReactiveESM")
  once_a_frame(component.prototype.default_view.prototype, view => view.is_managed)
} catch (error) {
  console.debug("the parts of Panel are laid out as they come", error)
}

