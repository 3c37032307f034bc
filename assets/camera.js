// Orthographic camera of the three-dimensional figures: the body of a bokeh CustomJSExpr.
// It runs in the browser each time the source's columns x, y, z or its pose change.
//
// this: the ColumnDataSource; its tags hold the pose [azimuth, elevation] in radians
// wanted: "x" and "y" (screen coordinates), "size" or "alpha"
// look: {unit, side, size, near, far, hard}, all optional
//   unit: columns are multiples of the radius of the scene, not data units
//   side: +1 keeps only the points before the plane of the screen, -1 only those behind
//   size: marker diameter, a number or the name of a column
//   near, far: alpha before and behind; hard: nothing between the two
// limits: a source whose column y ends with the radius of the scene
const [azimuth, elevation] = this.tags
const [sa, ca] = [Math.sin(azimuth), Math.cos(azimuth)]
const [se, ce] = [Math.sin(elevation), Math.cos(elevation)]
const [x, y, z] = [this.get("x"), this.get("y"), this.get("z")]
const radius = limits.data.y[1]
const scale = look.unit ? radius : 1
const diameters = typeof look.size == "string" ? this.get(look.size) : null
const n = x.length
const out = new Float32Array(n)

for (let i = 0; i < n; i++) {
  // towards the eye, in radii of the scene
  const depth = (ce*(ca*x[i] + sa*y[i]) + se*z[i])*scale/radius
  if (wanted == "x") {
    out[i] = (-sa*x[i] + ca*y[i])*scale
  } else if (wanted == "y") {
    out[i] = (-se*(ca*x[i] + sa*y[i]) + ce*z[i])*scale
  } else {
    const t = look.hard ? (depth >= 0 ? 1 : 0) : Math.min(1, Math.max(0, 0.5 + 0.5*depth))
    out[i] = wanted == "alpha"
      ? look.far + (look.near - look.far)*t
      : (diameters == null ? look.size : diameters[i])*(0.75 + 0.5*t)
  }
  if (look.side != null && depth*look.side < 0) {
    out[i] = NaN
  }
}
return out
