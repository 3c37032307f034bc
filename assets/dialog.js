// Put before the scripts that open a dialog: its frame, which wears the colours of the page.
// The browser keeps the focus inside an open dialog, and Escape closes it.
const FRAME = `
  dialog { border: 0; border-radius: 8px; padding: 20px 24px; box-sizing: border-box;
    font: 15px/1.45 Roboto, Helvetica, Arial, sans-serif; box-shadow: 0 8px 40px #0008;
    background: var(--panel-surface-color, #fff); color: var(--panel-on-surface-color, #1f2328); }
  dialog::backdrop { background: #0007; }
  dialog header { display: flex; justify-content: space-between; align-items: center; gap: 16px;
    margin-bottom: 12px; }
  dialog h2 { margin: 0; font-size: 20px; font-weight: 500; }
  dialog button { font: inherit; color: inherit; background: none; cursor: pointer;
    border: 1px solid #7a828c; border-radius: 4px; padding: 4px 12px; }
  dialog button:hover { background: color-mix(in srgb, currentColor 9%, transparent); }
  dialog :focus-visible { outline: 2px solid #2a82d8; outline-offset: 2px; }
`

const element = (tag, text, parent) => {
  const made = document.createElement(tag)
  made.textContent = text
  parent?.append(made)
  return made
}

// Whether one of these dialogs is open.
const dialog_is_open = () => [...document.querySelectorAll(".wf-dialog")]
  .some((host) => host.shadowRoot.querySelector("dialog[open]"))

// Returns a dialog of that class, closed, with a title and a way to close it; in a shadow of its
// own at the end of the page, so that its style stays inside.
function make_dialog(name, title, style) {
  const host = document.createElement("div")
  host.className = "wf-dialog"
  const root = host.attachShadow({mode: "open"})
  element("style", FRAME + style, root)
  const dialog = element("dialog", "", root)
  dialog.className = name
  const head = element("header", "", dialog)
  const heading = element("h2", title, head)
  heading.id = "title"
  dialog.setAttribute("aria-labelledby", "title")
  element("button", "Close", head).addEventListener("click", () => dialog.close())
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close()  // beside it, on the backdrop
  })
  document.body.append(host)
  return {dialog, remove: () => host.remove()}
}
