// Names and roles that panel-material-ui leaves out, so that a screen reader can tell its parts.
// Looks once the page stands, and again a moment after a click or a key, which may bring new parts.
const MENDS = [
  ["[role=progressbar]:not([aria-label])", {"aria-label": "busy"}],
  // A help tip is an empty element that bears its text as a name.
  ["span[aria-label]:not([role])", {role: "note"}],
  [".MuiDrawer-paper[role=dialog]:not([aria-label])", {"aria-label": "Controls"}],
  // Empty headings hold the place under the bar on top.
  [".MuiToolbar-root > h5", {role: "presentation"}],
  [".header h3", {"aria-level": "1"}],
  ["h3.MuiAccordion-heading", {"aria-level": "2"}],
  [".MuiAccordionSummary-root h6", {role: "presentation"}],
]

function mend(root) {
  for (const [selector, attributes] of MENDS) {
    for (const el of root.querySelectorAll(selector)) {
      for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, value)
    }
  }
  for (const el of root.querySelectorAll("*")) {
    if (el.shadowRoot) mend(el.shadowRoot)
  }
}

export function render({model}) {
  const abort = new AbortController()
  let timer = null
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(() => mend(document), 300)
  }
  for (const name of ["click", "keyup"]) {
    document.addEventListener(name, soon, {capture: true, signal: abort.signal})
  }
  soon()
  setTimeout(soon, 3000)  // by then the slowest parts are there
  model.on("remove", () => { abort.abort(); clearTimeout(timer) })
}
