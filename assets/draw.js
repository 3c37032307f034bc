// Turns what hand and keys do on a figure into gestures on its points, and tells them.
//
// sources: those of the points, with columns x and y; a point that is dragged follows at once
// channel: takes the gestures in its tags, [count, kind, x, y, unit of x, unit of y, reach]
// mode: its tag tells whether to listen; aim: a tool that makes the cursor a cross
const REACH = 12 // pixels from the middle of a point that still mean it
const SECONDS = 0.05 // between two places of a point on its way
let on = false
let count = 0
let pressed = false // held still first: no pan, but moves and then pressup
let held = null // the point that follows the pointer, at some offset
let moved = false
let last = null // where the pointer was last
let told_at = 0
let deleting = false
let listeners = []

export default ({figure, sources, channel, mode, aim}, cause) => {
  const {x_range, y_range} = figure
  const unit_x = Math.abs(x_range.end - x_range.start)/figure.inner_width
  const unit_y = Math.abs(y_range.end - y_range.start)/figure.inner_height

  const tell = (kind, {x, y}) => {
    told_at = Date.now()
    channel.tags = [++count, kind, x, y, unit_x, unit_y, REACH]
  }
  const within = (v, {start, end}) => Math.min(Math.max(v, Math.min(start, end)), Math.max(start, end))
  const clamped = ({x, y}) => ({x: within(x, x_range), y: within(y, y_range)})
  const inside = (at) => at != null && clamped(at).x == at.x && clamped(at).y == at.y

  const nearest = ({x, y}) => {
    let found = null
    let best = REACH
    for (const source of sources) {
      const {x: xs, y: ys} = source.data
      for (let i = 0; i < xs.length; i++) {
        const distance = Math.hypot((xs[i] - x)/unit_x, (ys[i] - y)/unit_y)
        if (distance <= best) {
          best = distance
          found = {source, i}
        }
      }
    }
    return found
  }
  const click = (at) => {
    if (inside(at)) {
      tell(deleting ? "erase" : "click", at)
    }
  }
  const grab = (at) => {
    moved = false
    held = inside(at) && !deleting ? nearest(at) : null
    if (held != null) {
      const {source, i} = held
      held.offset = {x: source.data.x[i] - at.x, y: source.data.y[i] - at.y}
      tell("grab", at)
    }
  }
  const beside = ({x, y}) => clamped({x: x + held.offset.x, y: y + held.offset.y})
  const move = (place) => {
    if (held == null) {
      return
    }
    const at = beside(place)
    const {source, i} = held
    moved = true
    source.data.x[i] = at.x
    source.data.y[i] = at.y
    source.change.emit()
    if (Date.now() - told_at > 1000*SECONDS) {
      tell("move", at)
    }
  }
  const drop = (place) => {
    if (held != null) {
      const at = beside(place)
      held = null
      tell("drop", at)
    }
  }

  const typing = (event) => {
    const target = event.composedPath()[0]
    return /^(input|textarea|select)$/i.test(target?.tagName ?? "") || target?.isContentEditable
  }
  const on_key_up = () => {
    deleting = false
  }
  const on_key = (event) => {
    if (figure.document == null || !on) {
      forget()
    } else if (!typing(event)) {
      const command = event.ctrlKey || event.metaKey
      const key = event.key.toLowerCase()
      if (command && (key == "z" || key == "y")) {
        tell(key == "y" || event.shiftKey ? "redo" : "undo", {x: 0, y: 0})
        event.preventDefault()
      } else if (key == "delete" || key == "backspace") {
        if (!deleting && held == null && inside(last)) {
          tell("erase", last)
        }
        deleting = true
        event.preventDefault()
      }
    }
  }
  const forget = () => {
    listeners.forEach(([name, listener]) => window.removeEventListener(name, listener))
    listeners = []
  }
  const listen = () => {
    forget()
    listeners = [["keydown", on_key], ["keyup", on_key_up], ["blur", on_key_up]]
    listeners.forEach(([name, listener]) => window.addEventListener(name, listener))
  }
  const turn = (now) => {
    on = now
    held = null
    pressed = deleting = false
    for (const tool of figure.toolbar.tools) {
      if (tool.type == "PanTool") {
        tool.active = !on
      }
    }
    aim.active = on
    on ? listen() : forget()
  }

  if (cause === mode) {
    turn(mode.tags[0])
    return
  }
  if (!on) {
    if (!mode.tags[0]) {
      return
    }
    turn(true) // the figure is newer than the mode
  }
  const at = {x: cause.x, y: cause.y}
  last = at
  switch (cause.event_name) {
    case "tap":
    case "doubletap":
      click(at)
      break
    case "panstart":
      grab(at)
      break
    case "press":
      pressed = true
      grab(at)
      break
    case "mousemove":
      if (pressed) {
        move(at)
      }
      break
    case "pan":
      move(at)
      break
    case "panend":
      drop(at)
      break
    case "pressup":
      pressed = false
      if (moved) {
        drop(at)
      } else {
        held = null
        click(at)
      }
      break
  }
}
