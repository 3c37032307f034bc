// Fits the axes of a figure to the limits its data need, with equal units if asked.
// Runs when the limits change, when the figure is laid out and on reset; keeps a user's zoom.
//
// limits: source with columns x and y (low, high) and run (a number that changes on restart)
let fitted = null
let run = null

export default ({figure, limits, equal}, cause) => {
  const {x_range, y_range, inner_width, inner_height} = figure
  const now = () => [x_range.start, x_range.end, y_range.start, y_range.end]
  const restart = limits.data.run[0] != run || cause.event_name == "reset"
  const zoomed = fitted != null && now().some((v, i) => Math.abs(v - fitted[i]) > 1e-9*Math.abs(v))
  run = limits.data.run[0]
  let [x0, x1] = limits.data.x
  let [y0, y1] = limits.data.y
  const keep = zoomed && !restart
  if (keep) {
    [x0, x1, y0, y1] = now()
  }
  if (equal && inner_width > 0 && inner_height > 0) {
    const unit = keep
      ? (y1 - y0)/inner_height
      : Math.max((x1 - x0)/inner_width, (y1 - y0)/inner_height)
    const [cx, cy] = [(x0 + x1)/2, (y0 + y1)/2]
    const [hx, hy] = [unit*inner_width/2, unit*inner_height/2];
    [x0, x1, y0, y1] = [cx - hx, cx + hx, cy - hy, cy + hy]
  } else if (keep) {
    return
  }
  const set = (range, start, end) => {
    const reset = keep ? {} : {reset_start: start, reset_end: end}
    range.setv({start, end, ...reset}, {sync: false})
  }
  set(x_range, x0, x1)
  set(y_range, y0, y1)
  if (!keep) {
    fitted = now()
  }
}
