// Texts with LaTeX between dollars, set by the MathJax that Bokeh has brought with the page. Until it
// is there the text is shown as it is written. `make` of copy.js stands before this.
const provider = () => Bokeh.require("models/text/providers").default_provider

function set_formula(latex, display) {
  const box = make("span", {class: display ? "formula" : "tex", role: "math", "aria-label": latex})
  const show = () => {
    const {MathJax} = provider()
    if (!MathJax) {
      box.textContent = latex
      return false
    }
    const set = MathJax.tex2svg(latex, {display})
    for (const svg of set.querySelectorAll("svg")) svg.setAttribute("aria-hidden", "true")  // the box speaks
    set.querySelector("svg")?.removeAttribute("role")
    box.replaceChildren(set)
    return true
  }
  const {ready, status} = provider()
  if (!show() && status !== "failed") {
    if (status === "not_started") provider().fetch()
    ready.connect(show)
  }
  return box
}

// Returns a formula as lines: it breaks at each \qquad that stands in no braces.
function display_formula(latex) {
  const lines = []
  let depth = 0, line = ""
  for (const piece of latex.split(/(\\qquad)/)) {
    if (piece === "\\qquad" && depth === 0) {
      lines.push(line)
      line = ""
      continue
    }
    depth += (piece.match(/{/g) ?? []).length - (piece.match(/}/g) ?? []).length
    line += piece
  }
  return [...lines, line].map((each) => set_formula(each.trim(), true))
}

// Returns the text as a list of pieces for `append`.
function typeset(text) {
  return text.split("$").map((part, k) => (k % 2 ? set_formula(part, false) : part))
}
