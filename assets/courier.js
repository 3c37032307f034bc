// Saves files that come in parts, and pictures of Bokeh's figures. Each message is answered.
const FINER = 3
const HEAD = 34, GAP = 12, EDGE = 12

function save(blob, name) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60000)
}

function views_of(ids) {
  const views = ids.map((id) => Bokeh.index.find_one_by_id(id))
  if (views.some((view) => view === null)) throw new Error("the figure is not on the page")
  return views
}

// Bokeh draws in the pixels of the screen; more make a finer picture.
function with_pixel_ratio(ratio, draw) {
  const own = Object.getOwnPropertyDescriptor(window, "devicePixelRatio")
  Object.defineProperty(window, "devicePixelRatio", {value: ratio, configurable: true})
  try {
    return draw()
  } finally {
    Object.defineProperty(window, "devicePixelRatio", own)
  }
}

// Bokeh copies the keys of a legend from the screen, pixel by pixel: here they are drawn anew.
function with_keys(view, ratio, context, draw) {
  const legends = [...view.views.query((one) => one.model.type === "Legend")]
  const entries = legends.flatMap((legend) => legend.entries)
  const own = context.drawImage
  context.drawImage = function(image, x, y, ...more) {
    const entry = entries.find(({glyph}) => glyph.canvas === image)
    if (entry === undefined) return own.call(this, image, x, y, ...more)
    const {clientWidth: width, clientHeight: height} = image
    this.save()
    this.translate(x, y)
    this.scale(ratio, ratio)
    for (const renderer of entry.item.renderers)
      view.views.find_one(renderer).draw_legend(this, 0, width, 0, height, null, entry.label, null)
    this.restore()
  }
  try {
    return draw()
  } finally {
    context.drawImage = own
  }
}

function layout(views) {
  let x = EDGE
  const places = views.map((view) => {
    const place = {view, x, y: HEAD, width: view.bbox.width, height: view.bbox.height}
    x += place.width + GAP
    return place
  })
  const height = Math.max(...places.map((place) => place.height))
  return {places, width: x - GAP + EDGE, height: HEAD + height + EDGE}
}

async function png({figures, title, paper, ink, name}) {
  const {places, width, height} = layout(views_of(figures))
  const canvas = document.createElement("canvas")
  canvas.width = width * FINER
  canvas.height = height * FINER
  const ctx = canvas.getContext("2d")
  ctx.scale(FINER, FINER)
  ctx.fillStyle = paper
  ctx.fillRect(0, 0, width, height)
  ctx.fillStyle = ink
  ctx.font = "500 15px Roboto, Helvetica, Arial, sans-serif"
  ctx.fillText(title, EDGE, 22, width - 2 * EDGE)
  for (const {view, x, y, ...size} of places) {
    const canvas_of = () => with_pixel_ratio(FINER, () => view.export("png").canvas)
    const drawn = with_keys(view, FINER, CanvasRenderingContext2D.prototype, canvas_of)
    ctx.drawImage(drawn, x, y, size.width, size.height)
  }
  save(await new Promise((resolve) => canvas.toBlob(resolve, "image/png")), name)
}

function element(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made
}

async function svg({figures, title, paper, ink, name}) {
  const {places, width, height} = layout(views_of(figures))
  const sheet = element("svg", {width, height, viewBox: `0 0 ${width} ${height}`})
  sheet.append(element("rect", {width, height, fill: paper}))
  const head = element("text", {
    x: EDGE, y: 22, fill: ink, "font-size": 15, "font-weight": 500, "font-family": "Roboto, Helvetica, Arial, sans-serif",
  })
  head.textContent = title
  sheet.append(head)
  for (const {view, x, y, ...size} of places) {
    const kind = Object.getPrototypeOf(view.export("svg").ctx)
    const text = with_keys(view, 1, kind, () => view.export("svg").ctx.get_serialized_svg(true))
    const drawn = new DOMParser().parseFromString(text, "image/svg+xml").documentElement
    for (const [key, value] of Object.entries({x, y, ...size})) drawn.setAttribute(key, value)
    sheet.append(document.importNode(drawn, true))
  }
  const text = new XMLSerializer().serializeToString(sheet)
  save(new Blob([text], {type: "image/svg+xml"}), name)
}

export function render({model}) {
  let parts = []
  const part = async (message) => {
    if (message.first) parts = []
    parts.push(message.part)
    if (message.last) {
      save(new Blob(parts, {type: message.mime}), message.name)
      parts = []
    }
  }
  const tasks = {part, png, svg}
  model.on("msg:custom", async (event) => {
    const message = event.data ?? event
    let failure = ""
    try {
      await tasks[message.kind](message)
    } catch (error) {
      failure = String(error.message ?? error)
    }
    model.send_msg({failure})
  })
}
