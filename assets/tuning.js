// Takes out of Bokeh's painting what this page has no use for. Where a later Bokeh has other
// insides, it paints as it comes. Further parts: circles.js, glyphs.js and layouts.js.
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

// Half a pixel at the edges is not wiped: a label that was there once would leave its traces.
inside("core/util/canvas", "CanvasLayer", layer => {
  const {clear} = layer
  layer.clear = function() {
    clear.call(this)
    const {x, y, width, height} = this.bbox
    if (this.ctx instanceof CanvasRenderingContext2D)
      this.ctx.clearRect(x - 1, y - 1, width + 2, height + 2)
  }
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

// Layers that move are painted over the axes, where Bokeh clips annotations alone.
inside("models/renderers/glyph_renderer", "GlyphRendererView", view => {
  Object.defineProperty(view, "needs_clip", {get() { return this.model.level == "overlay" }})
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
