// The drawer of scenes. Its pictures come once it is opened for the first time.
//
// Event wf-scenes on the document opens it. model.scenes: list of {name, title, sentence, picture}.
// Messages to Python: {open: true} asks for the scenes, {scene: name} chooses one. dialog.js stands
// before this.
const STYLE = `
  dialog { position: fixed; inset: 0 0 0 auto; margin: 0; width: min(420px, 100vw);
    height: 100%; max-height: 100%; border-radius: 0; overflow: auto; }
  ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 12px; }
  li button { display: grid; grid-template-columns: 132px 1fr; gap: 12px; width: 100%; padding: 8px;
    text-align: left; align-items: center; border-radius: 6px; }
  img { display: block; width: 132px; height: 88px; border-radius: 4px; }
  strong { display: block; font-weight: 700; margin-bottom: 2px; }
  li span { font-size: 14px; }
`

export function render({model}) {
  let drawer = null
  const abort = new AbortController()

  const fill = () => {
    drawer.dialog.querySelector("ul")?.remove()
    const list = element("ul", "", drawer.dialog)
    for (const scene of model.scenes) {
      const button = element("button", "", element("li", "", list))
      button.className = `wf-scene-${scene.name}`
      const picture = element("img", "", button)
      picture.src = scene.picture
      picture.alt = ""
      const words = element("div", "", button)
      element("strong", scene.title, words)
      element("span", scene.sentence, words)
      button.addEventListener("click", () => {
        drawer.dialog.close()
        model.send_msg({scene: scene.name})
      })
    }
  }
  const open = () => {
    drawer ??= make_dialog("wf-scenes-drawer", "Scenes", STYLE)
    if (model.scenes.length) fill()
    else model.send_msg({open: true})
    drawer.dialog.showModal()
  }
  model.on("scenes", () => drawer && fill())
  document.addEventListener("wf-scenes", open, {signal: abort.signal})
  model.on("remove", () => { abort.abort(); drawer?.remove() })
}
