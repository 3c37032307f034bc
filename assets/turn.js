// Turns the camera of a figure: a drag changes the pose, the reset tool restores it.
// Nothing goes to the server: the pose lives in the tags of the sources, set without sync.
let last = null

export default ({sources, home}, event) => {
  const turn = (pose) => sources.forEach((source) => source.setv({tags: pose}, {sync: false}))
  switch (event.event_name) {
    case "panstart":
      last = [event.sx, event.sy]
      break
    case "pan": {
      const [azimuth, elevation] = sources[0].tags
      const [dx, dy] = [event.sx - (last ?? [event.sx])[0], event.sy - (last ?? [0, event.sy])[1]]
      const tilt = elevation + 0.008*dy
      turn([azimuth - 0.008*dx, Math.min(Math.PI/2, Math.max(-Math.PI/2, tilt))])
      last = [event.sx, event.sy]
      break
    }
    case "reset":
      turn(home)
      break
  }
}
