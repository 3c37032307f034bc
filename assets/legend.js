// Breaks a legend into as many rows as the width of its figure asks for; Bokeh writes one, and cuts
// it off at the edge of the figure.
const ctx = document.createElement("canvas").getContext("2d")

export default ({figure, legends}) => {
  const wide = figure.inner_width
  for (const legend of wide > 0 ? legends : []) {
    const {items, orientation, glyph_width, label_standoff, spacing, padding} = legend
    const plain = (size) => size.value ?? size
    ctx.font = `${plain(legend.label_text_font_size)} ${plain(legend.label_text_font)}`
    const widths = items.map(({label}) =>
      glyph_width + label_standoff + ctx.measureText(label.value ?? "").width)
    const needs = (columns) => {
      const rows = Math.ceil(widths.length/columns)
      const widest = new Array(columns).fill(0)
      widths.forEach((width, i) => {
        const at = orientation == "vertical" ? Math.floor(i/rows) : i % columns
        widest[at] = Math.max(widest[at], width)
      })
      return 2*padding + spacing*(columns - 1) + widest.reduce((sum, width) => sum + width, 0)
    }
    let columns = items.length
    while (columns > 1 && needs(columns) > wide) columns -= 1
    columns = Math.ceil(items.length/Math.ceil(items.length/columns))  // rows of equal length
    if (columns > 0 && legend.ncols !== columns) legend.setv({ncols: columns}, {sync: false})
  }
}
