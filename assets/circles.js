// Circles without outlines, painted pixel by pixel. As paths, a thousand particles take half of
// the time of a frame where no graphics card helps, and most of it goes into their edges.
//
// A circle covers a pixel by how far the middle of the pixel lies within its edge, from half a
// pixel outside (not at all) to half a pixel inside (wholly). So spread, its area is larger by
// π/12: the radius makes up for it, and of the smallest circles the colour does.
const SPREAD = 1/12
const SMALLEST = Math.sqrt(1/4 + SPREAD)

// What the circles of one canvas are painted on, in pixels of the screen; clear between two uses.
class Sheet {
  constructor({width, height}) {
    this.canvas = document.createElement("canvas")
    Object.assign(this.canvas, {width, height})
    this.ctx = this.canvas.getContext("2d", {willReadFrequently: true})
    this.image = this.ctx.createImageData(width, height)
    this.words = new Uint32Array(this.image.data.buffer)  // red is the lowest byte, alpha the highest
    this.untouched()
  }

  untouched() {
    this.left = this.top = Infinity
    this.right = this.bottom = -Infinity
  }

  // Paint a circle over what is there, in a colour 0xrrggbb and with an alpha up to 1.
  circle(x, y, radius, colour, alpha) {
    const inside = radius > SMALLEST ? Math.sqrt(radius*radius - SPREAD) - 0.5 : 0
    const full = radius < SMALLEST ? alpha*3*radius*radius : alpha
    const outside = inside + 1
    const {width, height} = this.canvas
    const from = Math.max(Math.ceil(y - outside - 0.5), 0)
    const to = Math.min(Math.floor(y + outside - 0.5), height - 1)
    for (let row = from; row <= to; row++) {
      const up = row + 0.5 - y
      const half = Math.sqrt(Math.max(outside*outside - up*up, 0))
      const first = Math.max(Math.ceil(x - half - 0.5), 0)
      const last = Math.min(Math.floor(x + half - 0.5), width - 1)
      for (let column = first; column <= last; column++) {
        const along = column + 0.5 - x
        const square = along*along + up*up
        const share = square <= inside*inside ? 1 : Math.max(outside - Math.sqrt(square), 0)
        this.cover(row*width + column, colour, full*share)
      }
      if (first < this.left) this.left = first
      if (last > this.right) this.right = last
    }
    if (from < this.top) this.top = from
    if (to > this.bottom) this.bottom = to
  }

  // Lay so much of a colour over pixel `at`: of 256 parts, in whole numbers.
  cover(at, colour, share) {
    const {words} = this
    const word = words[at]
    const below = word >>> 24
    const part = 256*share + 0.5 | 0
    if (below == 0 || part == 256) {
      const alpha = 255*share + 0.5 | 0
      words[at] = alpha << 24 | (colour & 255) << 16 | colour & 0xff00 | colour >>> 16
      return
    }
    // what is to be seen of what lies below, and of both
    const rest = below*(256 - part)
    const sum = 255*part + rest
    const mine = 255*part/sum
    const red = word & 255
    const green = word >>> 8 & 255
    const blue = word >>> 16 & 255
    words[at] = (sum/256 + 0.5 | 0) << 24
      | (blue + ((colour & 255) - blue)*mine + 0.5 | 0) << 16
      | (green + ((colour >>> 8 & 255) - green)*mine + 0.5 | 0) << 8
      | (red + ((colour >>> 16) - red)*mine + 0.5 | 0)
  }

  // Put what was painted onto a canvas of the same size, and forget it.
  lay(ctx) {
    const {left, top, bottom} = this
    const [width, height] = [this.right - left + 1, bottom - top + 1]
    this.untouched()
    if (!(width > 0 && height > 0)) return
    const place = [left, top, width, height]
    this.ctx.putImageData(this.image, 0, 0, ...place)
    ctx.save()
    ctx.resetTransform()
    ctx.drawImage(this.canvas, ...place, ...place)
    ctx.restore()
    for (let row = top; row <= bottom; row++) {
      const begin = row*this.canvas.width + left
      this.words.fill(0, begin, begin + width)
    }
  }
}

const sheets = new WeakMap()  // of a canvas
const sheet_of = (canvas) => {
  const sheet = sheets.get(canvas)
  const {width, height} = sheet?.canvas ?? {}
  if (width == canvas.width && height == canvas.height) return sheet
  sheets.set(canvas, new Sheet(canvas))
  return sheets.get(canvas)
}

// Paint circles on `ctx`, each over those before. Of circle i: middle x[i], y[i], and by methods
// `get(i)` its diameter, its colour as a number 0xrrggbbaa and its alpha.
const paint_circles = (ctx, indices, x, y, diameter, colours, alphas) => {
  const {a: scale, e: right, f: down} = ctx.getTransform()
  const sheet = sheet_of(ctx.canvas)
  for (const i of indices) {
    const whole = colours.get(i)
    const alpha = Math.min((whole & 255)/255*alphas.get(i), 1)
    const size = diameter.get(i)
    if (!(alpha > 0 && isFinite(x[i] + y[i] + size))) continue
    sheet.circle(scale*x[i] + right, scale*y[i] + down, scale*size/2, whole >>> 8, alpha)
  }
  sheet.lay(ctx)
}

