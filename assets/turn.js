// Turns the camera of a figure: a drag changes the pose, the reset tool restores it.
// The pose lives in the tags of the sources, set without sync: nothing goes to the server. Where it
// draws what is seen (told: a source it listens to), it learns the pose a few times a second.
const SECONDS = 0.08
let last = null
let told_at = 0

export default ({sources, home, told}, event) => {
  const tell = (pose) => {
    told_at = Date.now()
    told?.setv({tags: [...pose]})
  }
  const turn = (pose) => {
    sources.forEach((source) => source.setv({tags: pose}, {sync: false}))
    if (Date.now() - told_at > 1000*SECONDS) {
      tell(pose)
    }
  }
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
    case "panend":
      tell(sources[0].tags)
      break
    case "reset":
      turn(home)
      tell(home)
      break
  }
}
