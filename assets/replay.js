"use strict"
const run = JSON.parse(document.getElementById("run").textContent)
const {space, colours} = run
const predictor = run.function
const [play, scrub, told] = ["play", "scrub", "told"].map((id) => document.getElementById(id))
const frames = run.steps.length

function bytes(text) { return Uint8Array.from(atob(text), (c) => c.charCodeAt(0)) }
const places = new Int16Array(bytes(space.places).buffer)
const positive = bytes(space.positive)
const values = predictor ? bytes(predictor.values) : null
const curve = predictor && predictor.flat ? new Int16Array(values.buffer) : null
const dims = space.reach.length
const sign_bytes = Math.ceil(space.count / 8)

// Where the eye is, for three coordinates: a drag turns it.
let [azimuth, elevation] = [-50 * Math.PI / 180, 22 * Math.PI / 180]
let frame = 0, timer = null

function seen(x, y, z) {
  const [sa, ca, se, ce] = [Math.sin(azimuth), Math.cos(azimuth), Math.sin(elevation), Math.cos(elevation)]
  return [-sa * x + ca * y, -se * ca * x - se * sa * y + ce * z, ce * ca * x + ce * sa * y + se * z]
}

function sheet(id) {
  const canvas = document.getElementById(id)
  const ratio = window.devicePixelRatio || 1
  const [width, height] = [canvas.clientWidth, canvas.clientHeight]
  canvas.width = width * ratio
  canvas.height = height * ratio
  const ctx = canvas.getContext("2d")
  ctx.scale(ratio, ratio)
  ctx.fillStyle = colours.paper
  ctx.fillRect(0, 0, width, height)
  ctx.font = "12px Roboto, Helvetica, Arial, sans-serif"
  const side = Math.min(width - 60, height - 62)
  const left = 46 + (width - 60 - side) / 2
  return {ctx, left, top: 24, side}
}

function to_pixels({left, top, side}, [x0, x1, y0, y1]) {
  return (x, y) => [left + side * (x - x0) / (x1 - x0), top + side * (1 - (y - y0) / (y1 - y0))]
}

function ticks(low, high) {
  const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((k) => k * power).find((s) => s >= rough * (1 - 1e-9))
  const list = []
  for (let k = Math.ceil(low / step); k * step <= high; k++) list.push(Number((k * step).toPrecision(12)))
  return list
}

function axes(page, box, names, grid) {
  const {ctx, left, top, side} = page, at = to_pixels(page, box)
  ctx.strokeStyle = colours.faint
  ctx.lineWidth = 1
  ctx.fillStyle = colours.muted
  for (const value of ticks(box[0], box[1])) {
    const [x] = at(value, box[2])
    if (grid) stroke(ctx, [[x, top], [x, top + side]])
    write(ctx, String(value), x, top + side + 15, "center")
  }
  for (const value of ticks(box[2], box[3])) {
    const [, y] = at(box[0], value)
    if (grid) stroke(ctx, [[left, y], [left + side, y]])
    write(ctx, String(value), left - 6, y + 4, "right")
  }
  ctx.strokeRect(left, top, side, side)
  ctx.fillStyle = colours.text
  write(ctx, names[0], left + side / 2, top + side + 33, "center")
  write(ctx, names[1], left, top - 8, "left")
}

function write(ctx, text, x, y, align) { ctx.textAlign = align; ctx.fillText(text, x, y) }

function stroke(ctx, points) {
  ctx.beginPath()
  points.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)))
  ctx.stroke()
}

function particles() {
  const list = []
  for (let j = 0; j < space.count; j++) {
    const from = (frame * space.count + j) * dims
    const w = space.reach.map((reach, k) => reach * places[from + k] / space.finest)
    const [x, y, depth] = dims === 3 ? seen(...w) : [...w, 0]
    const plus = positive[frame * sign_bytes + (j >> 3)] >> (j & 7) & 1
    list.push([x, y, depth, plus])
  }
  return dims === 3 ? list.sort((one, other) => one[2] - other[2]) : list
}

function draw_space() {
  const page = sheet("space"), {ctx, left, top, side} = page
  const [rx, ry] = [space.reach[0], space.reach[dims - 1]]
  const box = [-rx, rx, -ry, ry], at = to_pixels(page, box)
  if (dims === 2) axes(page, box, space.axes, true)
  else tripod(ctx, at)
  ctx.save()
  ctx.beginPath(); ctx.rect(left, top, side, side); ctx.clip()
  ctx.strokeStyle = colours.accent
  for (const end of space.teacher) {
    const [x, y] = dims === 3 ? seen(...end) : end
    stroke(ctx, [at(0, 0), at(x, y)])
  }
  const radius = space.count > 300 ? 2.4 : 3.4
  for (const [x, y, , plus] of particles()) disc(ctx, at(x, y), radius, plus ? colours.positive : colours.negative)
  ctx.restore()
}

function tripod(ctx, at) {
  ctx.strokeStyle = colours.muted
  ctx.fillStyle = colours.text
  space.axes.forEach((name, k) => {
    const end = [0, 0, 0]
    end[k] = 0.9 * space.reach[k]
    const [x, y] = seen(...end)
    stroke(ctx, [at(0, 0), at(x, y)])
    const [px, py] = at(x, y)
    write(ctx, name, px, py - 6, "center")
  })
}

function disc(ctx, [x, y], radius, fill) {
  ctx.fillStyle = fill
  ctx.strokeStyle = colours.outline
  ctx.lineWidth = 0.8
  ctx.beginPath(); ctx.arc(x, y, radius, 0, 7); ctx.fill(); ctx.stroke()
}

function draw_function() {
  const page = sheet("function"), {ctx} = page, at = to_pixels(page, predictor.box)
  if (predictor.flat) {
    axes(page, predictor.box, ["x", "f(x)"], true)
    draw_curve(ctx, at)
  } else {
    draw_map(page)
    axes(page, predictor.box, ["x₁", "x₂"], false)
  }
  predictor.points.forEach((point, i) => mark(ctx, at(...point), predictor.positive[i]))
}

function draw_curve(ctx, at) {
  const [x0, x1, y0, y1] = predictor.box, count = predictor.shape[0]
  ctx.strokeStyle = colours.negative
  ctx.lineWidth = 2.5
  const points = []
  for (let k = 0; k < count; k++) {
    const y = y0 + (y1 - y0) * curve[frame * count + k] / predictor.finest
    points.push(at(x0 + (x1 - x0) * k / (count - 1), y))
  }
  stroke(ctx, points)
}

function draw_map({ctx, left, top, side}) {
  const [rows, columns] = predictor.shape, small = document.createElement("canvas")
  small.width = columns
  small.height = rows
  const image = new ImageData(columns, rows)
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const colour = parseInt(colours.map[values[(frame * rows + rows - 1 - r) * columns + c]].slice(1), 16)
      image.data.set([colour >> 16, colour >> 8 & 255, colour & 255, 255], 4 * (r * columns + c))
    }
  small.getContext("2d").putImageData(image, 0, 0)
  ctx.drawImage(small, left, top, side, side)
}

function mark(ctx, [x, y], plus) {
  if (predictor.flat) return disc(ctx, [x, y], 4, colours.second)
  if (plus) return disc(ctx, [x, y], 4, colours.positive_mark)
  ctx.fillStyle = colours.negative_mark
  ctx.strokeStyle = colours.outline
  ctx.fillRect(x - 3.5, y - 3.5, 7, 7)
  ctx.strokeRect(x - 3.5, y - 3.5, 7, 7)
}

function draw() {
  scrub.value = frame
  told.textContent = `step ${run.steps[frame].toLocaleString("en")} · risk ${run.risks[frame].toPrecision(4)}`
  draw_space()
  if (predictor) draw_function()
}

function stop() {
  clearInterval(timer)
  timer = null
  play.textContent = "Play"
}

function toggle() {
  if (timer !== null) return stop()
  if (frame === frames - 1) frame = 0
  play.textContent = "Pause"
  timer = setInterval(() => {
    frame += 1
    draw()
    if (frame === frames - 1) stop()
  }, 80)
}

play.addEventListener("click", toggle)
scrub.max = frames - 1
scrub.addEventListener("input", () => { stop(); frame = Number(scrub.value); draw() })
document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target !== play) { event.preventDefault(); toggle() }
})
document.getElementById("note").textContent = run.note
if (!predictor) document.getElementById("function").remove()
if (dims === 3) {
  const canvas = document.getElementById("space")
  canvas.style.touchAction = "none"
  canvas.addEventListener("pointermove", (event) => {
    if (!event.buttons) return
    azimuth -= event.movementX * 0.008
    elevation = Math.max(-1.5, Math.min(1.5, elevation + event.movementY * 0.008))
    draw()
  })
}
window.addEventListener("resize", draw)
document.body.style.background = colours.paper
document.body.style.color = colours.text
draw()
