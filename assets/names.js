// Names and roles that panel-material-ui leaves out, so that a screen reader can tell its parts.
// Looks while the page comes up, and a moment after a click or a key, which may bring new parts.
const MENDS = [
  ["[role=progressbar]:not([aria-label])", {"aria-label": "busy"}],
  // A help tip is an empty element that bears its text as a name.
  ["span[aria-label]:not([role])", {role: "note"}],
  [".MuiDrawer-paper[role=dialog]:not([aria-label])", {"aria-label": "Controls"}],
  ["[aria-label='Resize sidebar']", {role: "separator", "aria-orientation": "vertical"}],
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
  const early = [0.3, 1, 2, 4, 8, 16, 32].map((s) => setTimeout(() => mend(document), 1000*s))
  let timer = null
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(() => mend(document), 300)
  }
  for (const name of ["click", "keyup"]) {
    document.addEventListener(name, soon, {capture: true, signal: abort.signal})
  }
  model.on("remove", () => { abort.abort(); [timer, ...early].forEach(clearTimeout) })
}
