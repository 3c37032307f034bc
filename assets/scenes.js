// The drawer of scenes, by chapters. Its pictures come once it is opened for the first time.
//
// Event wf-scenes on the document opens it. model.chapters: list of {title, sentence, scenes}, a
// scene being {name, title, sentence, picture}; model.current: name of the one that is open.
// Messages to Python: {open: true} asks for the chapters, {scene: name} chooses one. copy.js,
// typeset.js and dialog.js stand before this.
const STYLE = `
  dialog { position: fixed; inset: 0 0 0 auto; margin: 0; width: min(460px, 100vw);
    height: 100%; max-height: 100%; border-radius: 0; overflow: auto; padding: 0 20px 24px; }
  dialog header { position: sticky; top: 0; padding: 16px 0 10px; margin: 0; z-index: 1;
    background: inherit; }
  section + section { margin-top: 26px; }
  h3 { margin: 0; font-size: 17px; font-weight: 500; }
  h3 span { margin-right: 8px; opacity: .72; font-variant-numeric: tabular-nums; }
  section > p { margin: 2px 0 8px; font-size: 14px; opacity: .8; }
  ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 8px; }
  li button { display: grid; grid-template-columns: 120px 1fr; gap: 12px; width: 100%; padding: 8px;
    text-align: left; align-items: center; border-radius: 6px; }
  li button[aria-current] { border-color: #1f8fd6; box-shadow: inset 0 0 0 2px #1f8fd6; }
  img { display: block; width: 120px; height: 80px; border-radius: 4px; }
  strong { display: block; font-weight: 500; margin-bottom: 2px; }
  li span { font-size: 14px; }
  @media (max-width: 500px) {
    dialog { padding: 0 12px 20px; }
    li button { grid-template-columns: 84px 1fr; gap: 10px; }
    img { width: 84px; height: 56px; }
  }
`

export function render({model}) {
  let drawer = null
  const abort = new AbortController()

  const card = (scene) => {
    const button = make("button", {type: "button", class: `wf-scene-${scene.name}`},
      make("img", {src: scene.picture, alt: ""}),
      make("div", {}, make("strong", {}, ...typeset(scene.title)),
        make("span", {}, ...typeset(scene.sentence))))
    button.addEventListener("click", () => {
      drawer.dialog.close()
      model.send_msg({scene: scene.name})
    })
    return make("li", {}, button)
  }
  const chapter = ({title, sentence, scenes}, k) => make("section", {},
    make("h3", {}, make("span", {}, k + 1), title), make("p", {}, ...typeset(sentence)),
    make("ul", {}, ...scenes.map(card)))
  const fill = () => {
    drawer.dialog.querySelectorAll("section").forEach((old) => old.remove())
    drawer.dialog.append(...model.chapters.map(chapter))
    mark()
  }
  const mark = () => {
    drawer.dialog.querySelectorAll("[aria-current]").forEach((el) => el.removeAttribute("aria-current"))
    if (!model.current) return
    const here = drawer.dialog.querySelector(`.wf-scene-${model.current}`)
    here?.setAttribute("aria-current", "true")
    here?.scrollIntoView({block: "center"})
  }
  const open = () => {
    drawer ??= make_dialog("wf-scenes-drawer", "Scenes", STYLE)
    if (!model.chapters.length) model.send_msg({open: true})
    drawer.dialog.showModal()
    if (model.chapters.length) fill()
  }
  model.on("chapters", () => drawer && fill())
  document.addEventListener("wf-scenes", open, {signal: abort.signal})
  model.on("remove", () => { abort.abort(); drawer?.remove() })
}
