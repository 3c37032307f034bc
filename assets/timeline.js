// The timeline: a slider over the recorded frames of a run, on a logarithmic axis of steps.
//
// newest: steps made, the right end; shown: step of the frame shown, LIVE for the newest;
// steps: those recorded; events: step, name and explanation of each; asked: a count, and the step
// wanted.
const LIVE = -1
const NAME = "Recorded frame shown"

const element = (kind, name, parent) => {
  const made = document.createElement(kind)
  made.className = name
  parent.append(made)
  return made
}
const grouped = (step) => step.toLocaleString("en-US")
const short = (step) => step >= 1e9 ? `${step/1e9}G` : step >= 1e6 ? `${step/1e6}M`
  : step >= 1e3 ? `${step/1e3}k` : `${step}`

export function render({model}) {
  const root = document.createElement("div")
  root.className = "track"
  const rail = element("div", "rail", root)
  const past = element("div", "past", rail)
  const ticks = element("div", "ticks", root)
  const flags = element("div", "flags", root)
  const handle = element("div", "handle", root)
  const bubble = element("div", "bubble", root)
  handle.setAttribute("role", "slider")
  handle.setAttribute("aria-label", NAME)
  handle.tabIndex = 0

  let held = null      // the step asked for, until the server shows it
  let dragging = false
  let pending = null   // what the next animation frame asks for

  const place = (step) => model.newest > 0 ? Math.log1p(step)/Math.log1p(model.newest) : 1
  const here = () => held ?? model.shown
  const step_of = (shown) => shown == LIVE ? model.newest : shown
  // Every place one may stand at: the recorded steps, and the newest.
  const stops = () => [...model.steps.filter((step) => step < model.newest), LIVE]

  const nearest = (event) => {
    const {left, width} = rail.getBoundingClientRect()
    const at = Math.min(Math.max((event.clientX - left)/Math.max(width, 1), 0), 1)
    let best = LIVE
    for (const stop of stops())
      if (Math.abs(place(step_of(stop)) - at) < Math.abs(place(step_of(best)) - at)) best = stop
    return best
  }

  const send = () => {
    if (pending != null) model.asked = [model.asked[0] + 1, pending]
    pending = null
  }
  const ask = (shown) => {
    if (shown == here()) return
    if (pending == null) requestAnimationFrame(send)
    held = pending = shown
    draw_handle()
  }

  const say = (shown, words = "") => {
    const step = step_of(shown)
    bubble.textContent = words || (shown == LIVE ? `live · step ${grouped(step)}` : `step ${grouped(step)}`)
    bubble.style.left = `${100*place(step)}%`
    bubble.classList.add("seen")
  }
  const hush = () => { if (!dragging) bubble.classList.remove("seen") }

  const draw_handle = () => {
    const step = Math.min(step_of(here()), model.newest)
    const at = `${100*place(step)}%`
    handle.style.left = at
    past.style.width = at
    handle.classList.toggle("live", here() == LIVE)
    handle.setAttribute("aria-valuemin", "0")
    handle.setAttribute("aria-valuemax", `${model.newest}`)
    handle.setAttribute("aria-valuenow", `${step}`)
    handle.setAttribute("aria-valuetext",
      `step ${grouped(step)} of ${grouped(model.newest)}${here() == LIVE ? ", live" : ""}`)
  }
  const draw_ticks = () => {
    const room = 26/Math.max(rail.clientWidth, 1)
    const wanted = [0]
    for (let step = 1; step <= model.newest; step *= 10) wanted.push(step)
    ticks.replaceChildren()
    let last = -1
    for (const step of wanted) {
      if (place(step) - last < room) continue
      last = place(step)
      const tick = element("span", "tick", ticks)
      tick.style.left = `${100*last}%`
      tick.textContent = model.newest > 0 ? short(step) : ""
    }
  }
  const draw_flags = () => {
    flags.replaceChildren()
    for (const [step, name, doc] of model.events) {
      const flag = element("button", "flag", flags)
      const told = `${name} · step ${grouped(step)}`
      flag.style.left = `${100*place(step)}%`
      flag.setAttribute("aria-label", `${told}. ${doc}`)
      flag.dataset.step = step
      flag.onpointerenter = flag.onfocus = () => say(step, told)
      flag.onpointerleave = flag.onblur = hush
      flag.onpointerdown = (event) => event.stopPropagation()
      flag.onpointermove = (event) => event.stopPropagation()
      flag.onclick = () => ask(step)
    }
  }
  const draw = () => { draw_ticks(); draw_flags(); draw_handle() }

  root.onpointerdown = (event) => {
    if (event.button != 0) return
    event.preventDefault()
    handle.focus({preventScroll: true})
    root.setPointerCapture(event.pointerId)
    dragging = true
    ask(nearest(event))
    say(here())
  }
  root.onpointermove = (event) => {
    const shown = nearest(event)
    say(shown)
    if (dragging) ask(shown)
  }
  root.onpointerup = root.onpointercancel = () => { dragging = false }
  root.onpointerleave = hush
  handle.onblur = hush

  const MOVES = {
    ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1,
    PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity,
  }
  handle.onkeydown = (event) => {
    const move = MOVES[event.key]
    if (move == null || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()  // the page has arrow keys of its own
    const all = stops()
    const at = all.findIndex((stop) => step_of(stop) >= step_of(here()))
    ask(all[Math.min(Math.max(at + move, 0), all.length - 1)])
    say(here())
  }

  const settle = () => { if (!dragging && pending == null) held = null }
  model.on("shown", () => { settle(); draw_handle() })
  model.on("newest", () => { settle(); draw() })
  model.on("events", draw_flags)
  const sizes = new ResizeObserver(draw_ticks)
  sizes.observe(root)
  model.on("remove", () => sizes.disconnect())
  draw()
  return root
}
