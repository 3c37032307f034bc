// The numbers of a lesson. model.rows: the table of verdicts; model.times: how long each size takes;
// model.busy, share, told: what is under way. Messages to Python: {measure: "quick" | "full"},
// {cancel: true}. copy.js and typeset.js stand before this.
const WORDS = {holds: "✓ holds", differs: "✗ differs", open: "open"}

export function render({model}) {
  const body = make("tbody")
  const table = make("table", {class: "numbers"},
    make("thead", {}, make("tr", {}, ...["quantity", "expected", "ours"].map((word) =>
      make("th", {scope: "col"}, word)))), body)
  const told = make("p", {class: "told", role: "status"})
  const bar = make("progress", {max: 1, "aria-label": "How much is measured"})
  const cancel = make("button", {type: "button", class: "quiet cancel"}, "Cancel")
  cancel.addEventListener("click", () => model.send_msg({cancel: true}))
  const busy = make("div", {class: "busy"}, bar, cancel)
  const buttons = ["quick", "full"].map((size) => {
    const time = make("span", {class: "time"})
    const made = make("button", {type: "button", class: `measure-${size}${size === "full" ? " quiet" : ""}`},
      size === "quick" ? "Measure" : "Full sizes")
    made.addEventListener("click", () => model.send_msg({measure: size}))
    return {size, made, time, cell: make("div", {class: "start"}, made, time)}
  })
  const starts = make("div", {class: "starts"}, ...buttons.map(({cell}) => cell))

  const row = ({name, expected, origin, ours, spread, word, explain}) => {
    const small = (text) => make("small", {}, text)
    const line = make("tr", {class: `number ${word}`},
      make("th", {scope: "row"}, ...typeset(name)),
      make("td", {}, make("span", {}, ...typeset(expected)), small(origin)),
      make("td", {}, make("span", {class: "ours"}, ours), ...(spread ? [small(spread)] : []),
        make("span", {class: `verdict ${word}`}, WORDS[word])))
    if (!explain) return [line]
    return [line, make("tr", {class: "explain"}, make("td", {colspan: 3}, ...typeset(explain)))]
  }
  const show_rows = () => body.replaceChildren(...model.rows.flatMap(row))
  const show_times = () => {
    for (const {size, time} of buttons) time.textContent = model.times[size] ?? ""
  }
  const show_state = () => {
    told.textContent = model.told
    bar.value = model.share
    busy.hidden = !model.busy
    starts.hidden = !!model.busy
  }
  model.on("rows", show_rows)
  model.on("times", show_times)
  for (const name of ["busy", "share", "told"]) model.on(name, show_state)
  show_rows()
  show_times()
  show_state()
  return dress(make("section", {class: "measure", "aria-label": "Numbers"},
    make("h3", {}, "Numbers a reproduction must show"), table, starts, busy, told))
}
