// Keys of the page. Those with a `browser` part act here, by an event of that name on the document;
// the others are sent to Python. "?" opens the list of all. Nothing is taken from a field that is
// being typed into, from a key with Ctrl, Alt or Meta, or from a control that uses the key itself.
//
// model.keys: list of {keys, shown, doc, browser, repeats, button, needs}; dialog.js stands before this.
const HELP = "wf-help"
const MOVES = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]
const PRESSES = [" ", "Enter"]
const TYPED = "input:not([type=range], [type=checkbox], [type=radio], [type=button]), textarea, select"
const OWN_KEYS = "dialog, [role=dialog], [role=listbox], [role=menu], [role=combobox]"

const STYLE = `
  dialog { width: min(600px, 94vw); max-height: 92vh; overflow: auto; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: 8px 16px; margin: 0; }
  dt { text-align: right; white-space: nowrap; }
  dd { margin: 0; }
  kbd { display: inline-block; min-width: 1.4em; padding: 1px 6px; text-align: center;
    border: 1px solid #7a828c; border-radius: 4px; font: 500 14px/1.4 Roboto, Arial, sans-serif; }
`

function overlay(keys) {
  const made = make_dialog("wf-keys", "Keys", STYLE)
  const list = element("dl", "", made.dialog)
  for (const key of keys) {
    element("kbd", key.shown, element("dt", "", list))
    element("dd", key.doc, list)
  }
  return made
}

// Whether the control that has the focus needs the key for itself.
function taken(key, path, by_pointer) {
  const [target, ...around] = path.filter((el) => el instanceof Element)
  if (!target) return false
  if (target.isContentEditable || target.matches(TYPED)) return true
  if ([target, ...around].some((el) => el.matches(OWN_KEYS))) return true
  if (target.matches("input[type=range], input[type=radio], [role=slider]")) {
    return MOVES.includes(key)
  }
  // A button that was clicked keeps the focus; the key then means the run, not the button.
  const pressed = target.matches("button, a[href], summary, [role=button], input[type=checkbox]")
  return pressed && !by_pointer && PRESSES.includes(key)
}

export function render({model}) {
  let by_pointer = true
  let help = null
  const abort = new AbortController()
  const listen = (name, listener) => {
    document.addEventListener(name, listener, {capture: true, signal: abort.signal})
  }
  const named = (el) => model.keys.find(({button}) => button && el.classList?.contains(button))

  listen("keydown", (event) => {
    if (event.key === "Tab") by_pointer = false
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
    const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key
    const key = model.keys.find(({keys}) => keys.includes(pressed))
    const path = event.composedPath()
    if (!key || dialog_is_open() || taken(pressed, path, by_pointer)) return
    if (key.needs && !document.documentElement.hasAttribute(key.needs)) return
    event.preventDefault()
    event.stopPropagation()
    if (event.repeat && !key.repeats) return
    // Else the release of the space bar would press a button that keeps the focus of a click.
    if (by_pointer && path[0].matches?.("button")) path[0].blur()
    if (key.browser) {
      document.dispatchEvent(new CustomEvent(key.browser, {detail: {key: pressed}}))
    } else {
      model.send_msg({key: pressed})
    }
  })
  listen("pointerdown", () => { by_pointer = true })
  listen(HELP, () => {
    help ??= overlay(model.keys)
    help.dialog.showModal()
  })
  listen("click", (event) => {
    const key = named(event.composedPath().find(named) ?? {})
    if (key?.browser) document.dispatchEvent(new CustomEvent(key.browser, {detail: {}}))
  })
  // A button says what it does, and its key, once the pointer rests on it.
  listen("pointerover", (event) => {
    const el = event.composedPath().find(named)
    if (el) el.title = `${named(el).doc} (${named(el).shown})`
  })
  model.on("remove", () => { abort.abort(); help?.remove() })
}
