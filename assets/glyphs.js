// What Bokeh does to the glyphs of a figure at every frame, without what a frame has no use for.
// Goes with tuning.js.

// A glyph has four more for other states, of which each takes all columns, too. One that looks like
// the glyph itself takes them once, and has it paint.
inside("models/glyphs/glyph", "GlyphView", glyph => {
  const {VectorSpec, ScalarSpec} = window.Bokeh.require("core/properties")
  const {set_base, paint} = glyph
  const looks = (model) => [...model].filter(property =>
    property instanceof VectorSpec || property instanceof ScalarSpec)
  glyph.set_base = function(base) {
    set_base.call(this, base)
    const same = this.base != null
      && looks(this.model).every(property => this._can_inherit_from(property, this.base))
    this.wideflow_spared = same ? new Set() : null
  }
  for (const name of ["set_data", "set_visuals", "map_data"]) {
    const way = glyph[name]
    glyph[name] = function(...about) {
      if (this.wideflow_spared?.has(name)) return
      this.wideflow_spared?.add(name)
      return way.apply(this, about)
    }
  }
  glyph.paint = function(...about) {
    paint.apply(this.wideflow_spared ? this.base : this, about)
  }
})

// Where each marker is, is found out when the pointer is among them, not before.
inside("models/glyphs/glyph", "GlyphView", glyph => {
  const {index_data} = glyph
  const {get} = Object.getOwnPropertyDescriptor(glyph, "index")
  glyph.index_data = function() {
    this._index = null
  }
  Object.defineProperty(glyph, "index", {get() {
    if (this._index == null) index_data.call(this)
    return get.call(this)
  }})
})

// Nor is it asked which of them lie in the frame: the frame cuts off the others.
for (const [module, name] of [["marker", "MarkerView"], ["segment", "SegmentView"],
                              ["multi_line", "MultiLineView"]]) {
  inside(`models/glyphs/${module}`, name, glyph => {
    const {Indices} = window.Bokeh.require("core/types")
    glyph._mask_data = function() {
      return Indices.all_set(this.data_size)
    }
  })
}

// Nor how far they reach, unless an axis follows them.
inside("models/plots/range_manager", "RangeManager", manager => {
  const {DataRange1d} = window.Bokeh.require("models/ranges/data_range1d")
  const {update_dataranges} = manager
  manager.update_dataranges = function() {
    const {frame, parent} = this
    const follows = (range) => range instanceof DataRange1d
    const free = [...frame.x_ranges.values(), ...frame.y_ranges.values()].some(follows)
      || parent.auto_ranged_renderers.some(renderer => renderer.model.coordinates != null)
    if (free) return update_dataranges.call(this)
    if (this.compute_initial() != null) this.invalidate_dataranges = false
  }
})

// Other data leave the labels of the axes as large as they are. A range that follows the data tells
// of it itself.
inside("models/plots/plot_canvas", "PlotView", plot => {
  const {GlyphRendererView} = window.Bokeh.require("models/renderers/glyph_renderer")
  const {_invalidate_layout_if_needed} = plot
  plot._invalidate_layout_if_needed = function() {
    const painters = [...this._invalidated_painters]
    const data_alone = !this._needs_layout && !this._invalidate_all && painters.length > 0
      && painters.every(painter => painter instanceof GlyphRendererView)
    if (!data_alone) _invalidate_layout_if_needed.call(this)
  }
})

// Many circles are painted pixel by pixel: see circles.js.
const MANY = 100

inside("models/glyphs/scatter", "ScatterView", scatter => {
  const {_paint} = scatter
  const all = (values, value) => values.is_Scalar() && values.value === value
  scatter._paint = function(ctx, indices, data) {
    const {line, hatch, fill} = this.visuals
    const plain = data == null && indices.length >= MANY && ctx instanceof CanvasRenderingContext2D
      && !line.doit && !hatch.doit && all(this.marker, "circle") && all(this.angle, 0)
    if (!plain) return _paint.call(this, ctx, indices, data)
    if (!fill.doit) return
    paint_circles(ctx, indices, this.sx, this.sy, this.size, fill.fill_color, fill.fill_alpha)
  }
})

