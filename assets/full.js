// One figure fills the window, and the screen where the browser allows it. The card of a figure is
// marked by an attribute; grid.css does the rest, and the figure follows the size of its card.
//
// Events on the document: wf-full {key} fills it with the figure under the pointer or in focus, or
// with the one of that number, or gives the window back. The button wf-full-<view> does so, too.
const FULL = "wfFull"

function* deep(root, selector) {
  for (const el of root.querySelectorAll("*")) {
    if (el.matches(selector)) yield el
    if (el.shadowRoot) yield* deep(el.shadowRoot, selector)
  }
}

// The card around a figure: the element whose shadow holds it.
const card_of = (view) => view.getRootNode().host
const shown = () => [...deep(document, ".wf-view")].map(card_of).filter((card) => card.getClientRects().length)
const card_in = (path) => {
  const view = path.find((el) => el.classList?.contains("wf-view"))
  return view && card_of(view)
}

function focused() {
  const path = []
  for (let el = document.activeElement; el; el = el.shadowRoot?.activeElement) path.push(el)
  const inner = path.at(-1)
  for (let el = inner; el; el = el.parentNode ?? el.host) path.push(el)
  return card_in(path)
}

export function render({model}) {
  let card = null  // the one that fills the window
  let hovered = []
  const abort = new AbortController()
  const listen = (name, listener) => {
    document.addEventListener(name, listener, {capture: true, signal: abort.signal})
  }

  const mark = (on) => {
    card.toggleAttribute("data-wf-full", on)
    for (const button of deep(card.shadowRoot, "[class*=wf-full-]")) {
      button.toggleAttribute("data-wf-full", on)
    }
  }
  const leave = () => {
    if (!card) return
    mark(false)
    card = null
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {})
  }
  const fill = (wanted) => {
    if (!wanted || wanted === card) return leave()
    if (card) mark(false)
    card = wanted
    mark(true)
    // The page as a whole, so that menus, tips and dialogs stay on top; not every frame may.
    if (!document.fullscreenElement) document.documentElement.requestFullscreen?.().catch(() => {})
  }

  listen("wf-full", ({detail}) => {
    const cards = shown()
    const number = Number(detail.key)
    if (number) {
      if (number <= cards.length) fill(cards[number - 1])
    } else {
      fill(card ?? card_in(hovered) ?? focused() ?? cards[0])
    }
  })
  listen("pointerover", (event) => { hovered = event.composedPath() })
  listen("click", (event) => {
    const path = event.composedPath()
    const button = path.find((el) => el.className?.toString().includes("wf-full-"))
    if (button) fill(card_in(path))
  })
  listen("keydown", (event) => {
    const menu = (el) => el.matches?.("dialog, [role=dialog], [role=listbox], [role=menu]")
    if (event.key === "Escape" && !event.composedPath().some(menu)) leave()
  })
  listen("fullscreenchange", () => {
    if (!document.fullscreenElement) leave()
  })
  model.on("remove", () => { leave(); abort.abort() })
}
