// Takes out of Bokeh's painting what this page has no use for. Where a later Bokeh has other
// insides, it paints as it comes.
//
// together: set once arrays may come in one piece; see app/patch.py
let together = false

const inside = (module, name, change) => {
  try {
    change(window.Bokeh.require(module)[name].prototype)
  } catch (error) {
    console.debug(`${module} stays as it is`, error)
  }
}

// Each colour, width and font of a figure could be set in CSS, and is looked for there at every
// paint, which makes the browser compute styles again and again (bokeh/bokeh#15286).
inside("core/visuals/visual", "VisualProperties", visual => {
  if (visual._get_css_value) visual._get_css_value = () => ""
})

// So is the size of an em, for every label of an axis that is measured. It does not change.
inside("models/plots/plot_canvas", "PlotView", plot => {
  const {get} = Object.getOwnPropertyDescriptor(plot, "base_font_size")
  Object.defineProperty(plot, "base_font_size", {get() {
    return this._wideflow_em ??= get.call(this)
  }})
})

// At every paint each layer writes a style sheet of its own, which would say where it is. Nobody
// asks where the layers of data are; the others write only what has changed.
inside("core/dom", "InlineStyleSheet", sheet => {
  const {_update} = sheet
  sheet._update = function(css) {
    if (this.el.textContent !== css) _update.call(this, css)
  }
})
inside("models/renderers/glyph_renderer", "GlyphRendererView", view => {
  view.update_position = () => {}
})

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

// Layers that move are painted over the axes, where Bokeh clips annotations alone.
inside("models/renderers/glyph_renderer", "GlyphRendererView", view => {
  Object.defineProperty(view, "needs_clip", {get() { return this.model.level == "overlay" }})
})

// A thousand particles are a thousand paths, each with a colour of its own to read: half of what a
// frame costs. Circles of one colour are one path, a few at a time, so that none of two colours
// comes to lie over all of the other.
const CIRCLES = 64
const SHADES = 32

inside("models/glyphs/scatter", "ScatterView", scatter => {
  const {color2css} = window.Bokeh.require("core/util/color")
  const {_paint} = scatter
  const all = (values, value) => values.is_Scalar() && values.value === value

  const paint_some = (ctx, {sx, sy, size, visuals: {fill}}, indices) => {
    const shades = new Map()
    for (const i of indices) {
      const shade = Math.round(SHADES*fill.fill_alpha.get(i))
      const key = fill.fill_color.get(i)*2*SHADES + shade
      if (shade > 0 && isFinite(sx[i] + sy[i] + size.get(i))) {
        if (!shades.has(key)) shades.set(key, [])
        shades.get(key).push(i)
      }
    }
    for (const [key, members] of shades) {
      ctx.beginPath()
      for (const i of members) {
        const radius = size.get(i)/2
        ctx.moveTo(sx[i] + radius, sy[i])
        ctx.arc(sx[i], sy[i], radius, 0, 2*Math.PI)
      }
      ctx.fillStyle = color2css(Math.floor(key/(2*SHADES)), key % (2*SHADES)/SHADES)
      ctx.fill()
    }
  }

  scatter._paint = function(ctx, indices, data) {
    const {line, hatch} = this.visuals
    const plain = data == null && ctx instanceof CanvasRenderingContext2D && !line.doit
      && !hatch.doit && all(this.marker, "circle") && all(this.angle, 0)
    if (!plain) return _paint.call(this, ctx, indices, data)
    for (let from = 0; from < indices.length; from += CIRCLES) {
      paint_some(ctx, this, indices.slice(from, from + CIRCLES))
    }
  }
})

// Each array of a message is two messages more; together they are one piece, cut up here.
inside("core/serialization/deserializer", "Deserializer", decoder => {
  const {_decode_bytes} = decoder
  decoder._decode_bytes = function(bytes) {
    const {id, at, length} = bytes.data  // or a text, which has a method of that name
    if (typeof at != "number") return _decode_bytes.call(this, bytes)
    return this._buffers.get(id).slice(at, at + length)
  }
  together = true
})

export function render({model}) {
  model.together = together
}
